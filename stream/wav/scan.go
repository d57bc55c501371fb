package wav

import (
	"fmt"
	"io"
)

// maxListed bounds what Scan returns.
const maxListed = 1000

// A Chunk is one chunk inside the outer one.
type Chunk struct {
	ID     string // four printable ASCII characters, such as "fmt " or "data"
	Offset int64  // of the payload, in bytes; the chunk's own header takes the 8 before
	Size   int64  // of the payload in bytes, without pad byte; of data without a known size what the file holds
}

// Scan lists the chunks of a WAV file of size bytes, those after the data included. It reads 8 bytes of each and
// little more.
//
// With an error it returns the chunks found before, the one at fault included if its header is there: the file is not
// WAV; it ends inside a chunk (wraps io.ErrUnexpectedEOF; Size is then what the chunk claims); something that is no
// chunk follows the last; there are more than 1000; r failed.
func Scan(r io.ReaderAt, size int64) ([]Chunk, error) {
	var head [12]byte
	n, err := readAt(r, head[:min(12, max(size, 0))], 0)
	if err != nil {
		return nil, err
	}
	file, err := parseOuter(head[:n])
	if err != nil {
		return nil, err
	}
	align := int64(1)
	var list []Chunk
	for at := int64(12); at < size; {
		if len(list) == maxListed {
			return list, fmt.Errorf("more than %d chunks: those from byte %d on are not listed", maxListed, at)
		}
		n, err := readAt(r, head[:min(8, size-at)], at)
		if err != nil {
			return list, err
		}
		if n < 8 || !printable(head[:4]) {
			return list, fmt.Errorf("%d bytes from byte %d on are no chunk", size-at, at)
		}
		id, size32 := parseChunk(head[:])
		c := Chunk{ID: id, Offset: at + 8, Size: int64(size32)}
		there := size - c.Offset
		switch {
		case c.ID == "data":
			ext, err := file.dataExtent(size32, c.Offset, align, func(n int) ([]byte, error) {
				n, err := readAt(r, head[:min(int64(n), there)], c.Offset)
				return head[:n], err
			})
			if err != nil {
				return list, err
			}
			if c.Size = ext.bytes; ext.open {
				c.Size = min(c.Size, there)
			}
		case c.ID == "ds64" && file.wantsDS64() && c.Size >= ds64Min && there >= ds64Min:
			var p [ds64Min]byte
			if _, err := readAt(r, p[:], c.Offset); err != nil {
				return list, err
			}
			file.setDS64(p[:])
		case c.ID == "fmt " && c.Size >= fmtMin && there >= fmtMin:
			var p [fmtMin]byte
			if _, err := readAt(r, p[:], c.Offset); err != nil {
				return list, err
			}
			align = int64(max(frameBytes(p[:]), 1))
		}
		list = append(list, c)
		if c.Size > there {
			return list, fmt.Errorf("chunk %q at byte %d: file ends after %d of its %d bytes: %w",
				c.ID, at, there, c.Size, io.ErrUnexpectedEOF)
		}
		at = c.Offset + c.Size + c.Size%2
	}
	return list, nil
}

// readAt fills p. An error is worded and never io.EOF.
func readAt(r io.ReaderAt, p []byte, off int64) (int, error) {
	n, err := r.ReadAt(p, off)
	switch {
	case n == len(p):
		return n, nil
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
	}
	return n, fmt.Errorf("reading WAV chunks at byte %d: %w", off+int64(n), notEnd(err))
}

// printable reports whether p can be the name of a chunk.
func printable(p []byte) bool {
	for _, c := range p {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}
