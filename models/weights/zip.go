package weights

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// maxDirectory bounds the bytes that are read to list the entries of a zip file. An entry takes about 80 of them.
const maxDirectory = 2 << 20

// errDirectory is about a zip file whose directory is longer than maxDirectory.
const errDirectory = Unsupported("is a zip file with too many entries: " + saveState)

// readDirectory returns the entries of a zip file by name. The error is zip.ErrFormat if the file does not end with a
// directory.
func readDirectory(r io.ReaderAt, size int64, b *budget) (map[string]*zip.File, error) {
	limited := &limitedReader{r: r, left: maxDirectory}
	z, err := zip.NewReader(limited, size)
	if err != nil {
		return nil, err
	}
	limited.left = size // entries read their own headers through limited
	if err := b.spend(len(z.File) * entryCost); err != nil {
		return nil, errDirectory
	}
	entries := make(map[string]*zip.File, len(z.File))
	for _, f := range z.File {
		if _, twice := entries[f.Name]; twice {
			return nil, fmt.Errorf("is a damaged zip file, two entries are named %s: "+again, quote(f.Name))
		}
		entries[f.Name] = f
	}
	return entries, nil
}

// A limitedReader fails after left bytes.
type limitedReader struct {
	r    io.ReaderAt
	left int64
}

func (l *limitedReader) ReadAt(p []byte, at int64) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, errDirectory
	}
	return l.r.ReadAt(p, at)
}

// openZip returns the value in a zip file. Entries are read in place, so they must be stored without compression, and
// must not overlap: overlapping entries would claim more bytes than the file has.
func (c *checkpoint) openZip() (any, error) {
	left := uint64(c.size)
	for name, f := range c.entries {
		if f.UncompressedSize64 > left {
			return nil, errors.New("damaged checkpoint: its entries are larger than the file: " + again)
		}
		left -= f.UncompressedSize64
		if folder, ok := strings.CutSuffix(name, "data.pkl"); ok && isPickle(name) {
			c.folder = folder
		}
	}
	if _, ok := c.entries[c.folder+"byteorder"]; ok {
		order, err := c.entry("byteorder", 64)
		if err != nil {
			return nil, err
		}
		if string(order) != "little" {
			return nil, Unsupported(fmt.Sprintf("checkpoint has byte order %.10q, must be little: "+littleEndian,
				order))
		}
	}
	program, err := c.entry("data.pkl", maxProgram)
	if err != nil {
		return nil, err
	}
	value, _, err := c.unpickle(bufio.NewReader(bytes.NewReader(program)), int64(len(program)))
	return value, err
}

// isPickle reports whether an entry is the pickle of a checkpoint: data.pkl in an outermost folder.
func isPickle(name string) bool {
	_, base, _ := strings.Cut(name, "/")
	return base == "data.pkl"
}

// find returns an entry of the zip file. It fails if the entry has more than most bytes.
func (c *checkpoint) find(name string, most int64) (*zip.File, error) {
	f, ok := c.entries[c.folder+name]
	if !ok {
		return nil, fmt.Errorf("damaged checkpoint: the zip file has no entry %s: "+again, quote(name))
	}
	if f.UncompressedSize64 > uint64(most) {
		return nil, fmt.Errorf("checkpoint entry %s has %d bytes, must have at most %d: "+saveState,
			quote(name), f.UncompressedSize64, most)
	}
	return f, nil
}

// entry returns the content of an entry of the zip file. It fails like find.
func (c *checkpoint) entry(name string, most int64) ([]byte, error) {
	f, err := c.find(name, most)
	if err != nil {
		return nil, err
	}
	at, err := f.DataOffset()
	if err != nil {
		return nil, fmt.Errorf("damaged checkpoint: entry %s is not where the zip directory says: "+again, quote(name))
	}
	if at < 0 || at > c.size || f.UncompressedSize64 > uint64(c.size-at) {
		return nil, fmt.Errorf("damaged checkpoint: entry %s reaches past the end of the file: "+again, quote(name))
	}
	b, err := readAt(c.r, at, int64(f.UncompressedSize64))
	if err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(b) != f.CRC32 {
		return nil, fmt.Errorf("damaged checkpoint: entry %s does not match its checksum: "+again, quote(name))
	}
	return b, nil
}
