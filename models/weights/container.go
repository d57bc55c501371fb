package weights

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
)

// openZip returns the value in a zip file. Entries are used where they stand, so they must be stored, and apart.
func (c *checkpoint) openZip() (any, error) {
	z, err := zip.NewReader(c.r, c.size)
	if err != nil {
		return nil, fmt.Errorf("damaged checkpoint: %w", err)
	}
	c.entries = map[string]*zip.File{}
	left := uint64(c.size)
	pickle := ""
	for _, f := range z.File {
		switch _, twice := c.entries[f.Name]; {
		case twice:
			return nil, fmt.Errorf("damaged checkpoint: two entries are named %.80q", f.Name)
		case f.Method != zip.Store || f.Flags&1 != 0 || f.CompressedSize64 != f.UncompressedSize64:
			return nil, fmt.Errorf("entry %.80q is compressed or encrypted, which PyTorch does not write", f.Name)
		case f.UncompressedSize64 > left:
			return nil, fmt.Errorf("damaged checkpoint: its entries are larger than the file, from %.80q on", f.Name)
		}
		left -= f.UncompressedSize64
		c.entries[f.Name] = f
		switch _, base, _ := strings.Cut(f.Name, "/"); base {
		case "data.pkl":
			pickle, c.folder = f.Name, strings.TrimSuffix(f.Name, "data.pkl")
		case "constants.pkl":
			return nil, Unsupported("checkpoint is TorchScript, must be a state dict")
		}
	}
	if pickle == "" {
		return nil, errors.New("not a PyTorch checkpoint: the zip file has no entry data.pkl")
	}
	if _, ok := c.entries[c.folder+"byteorder"]; ok {
		order, err := c.entry("byteorder", 64)
		if err != nil {
			return nil, err
		}
		if string(order) != "little" {
			return nil, Unsupported(fmt.Sprintf("checkpoint has byte order %.10q, must be little", order))
		}
	}
	program, err := c.entry("data.pkl", maxProgram)
	if err != nil {
		return nil, err
	}
	value, _, err := c.unpickle(bufio.NewReader(bytes.NewReader(program)), int64(len(program)))
	return value, err
}

// find returns an entry of the zip file, which must have at most that many bytes.
func (c *checkpoint) find(name string, most int64) (*zip.File, error) {
	f, ok := c.entries[c.folder+name]
	if !ok {
		return nil, fmt.Errorf("damaged checkpoint: the zip file has no entry %.80q", name)
	}
	if f.UncompressedSize64 > uint64(most) {
		return nil, fmt.Errorf("entry %.80q has %d bytes, must have at most %d", name, f.UncompressedSize64, most)
	}
	return f, nil
}

// entry returns the contents of an entry of the zip file, of at most that many bytes.
func (c *checkpoint) entry(name string, most int64) ([]byte, error) {
	f, err := c.find(name, most)
	if err != nil {
		return nil, err
	}
	at, err := f.DataOffset()
	if err != nil {
		return nil, fmt.Errorf("damaged checkpoint: entry %.80q: %w", name, err)
	}
	if at < 0 || at > c.size || f.UncompressedSize64 > uint64(c.size-at) {
		return nil, fmt.Errorf("damaged checkpoint: entry %.80q reaches past the end", name)
	}
	b, err := readAt(c.r, at, int64(f.UncompressedSize64))
	if err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(b) != f.CRC32 {
		return nil, fmt.Errorf("damaged checkpoint: entry %.80q has another checksum", name)
	}
	return b, nil
}

// openLegacy returns the value in a file of PyTorch before 1.6: pickles of a magic number, a version, the writer's
// machine, the value and the keys of the storages, and then the storages, each after its length.
func (c *checkpoint) openLegacy() (any, error) {
	var values [5]any
	in, at := bufio.NewReader(io.NewSectionReader(c.r, 0, c.size)), int64(0)
	for i := range values {
		value, n, err := c.unpickle(in, c.size-at)
		values[i], at = value, at+n
		if err != nil {
			if _, refused := errors.AsType[refusal](err); i == 0 && !refused {
				err = errors.New("not a PyTorch checkpoint")
			}
			return nil, err
		}
		switch v := values[i].(type) {
		case long:
			if i == 0 && v == "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19" {
				continue
			}
		case int64:
			if i == 1 && v == 1001 {
				continue
			}
		case *dict:
			if i == 2 && slices.Contains(*v, struct{ key, value any }{"little_endian", false}) {
				return nil, Unsupported("checkpoint has byte order big, must be little")
			}
		}
		if i < 2 {
			return nil, errors.New("not a PyTorch checkpoint")
		}
	}
	keys, ok := values[4].(*list)
	if !ok {
		return nil, errors.New("damaged checkpoint: has no list of storages")
	}
	for _, k := range *keys {
		key, _ := k.(string)
		s, ok := c.storages[key]
		if !ok || s.at != 0 {
			return nil, fmt.Errorf("damaged checkpoint: storage %.80q is not used, or there twice", key)
		}
		length, err := readAt(c.r, at, min(8, c.size-at))
		if err != nil {
			return nil, err
		}
		at += 8
		if len(length) < 8 || binary.LittleEndian.Uint64(length) != uint64(s.count) || s.count > (c.size-at)/int64(s.size) {
			return nil, fmt.Errorf("damaged checkpoint: storage %.80q has not its %d elements", key, s.count)
		}
		s.at = at
		at += s.count * int64(s.size)
	}
	return values[3], nil
}
