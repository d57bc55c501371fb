package weights

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
)

// openZip returns the value in a zip file. Entries are used where they stand, so they must be stored, and apart.
func (c *checkpoint) openZip(file []byte) (any, error) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, fmt.Errorf("damaged checkpoint: %w", err)
	}
	c.file, c.entries = file, map[string]*zip.File{}
	left := uint64(len(file))
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
			return nil, errors.New("checkpoint is TorchScript, must be a state dict")
		}
	}
	if pickle == "" {
		return nil, errors.New("not a PyTorch checkpoint: the zip file has no entry data.pkl")
	}
	if _, ok := c.entries[c.folder+"byteorder"]; ok {
		order, err := c.entry("byteorder")
		if err != nil {
			return nil, err
		}
		if string(order) != "little" {
			return nil, fmt.Errorf("checkpoint has byte order %.10q, must be little", order)
		}
	}
	program, err := c.entry("data.pkl")
	if err != nil {
		return nil, err
	}
	if len(program) > maxProgram {
		return nil, fmt.Errorf("the pickle has %d bytes, must have at most %d", len(program), maxProgram)
	}
	value, _, err := c.unpickle(program)
	return value, err
}

// entry returns the contents of an entry of the zip file.
func (c *checkpoint) entry(name string) ([]byte, error) {
	f, ok := c.entries[c.folder+name]
	if !ok {
		return nil, fmt.Errorf("damaged checkpoint: the zip file has no entry %.80q", name)
	}
	at, err := f.DataOffset()
	if err != nil {
		return nil, fmt.Errorf("damaged checkpoint: entry %.80q: %w", name, err)
	}
	if at < 0 || at > int64(len(c.file)) || f.UncompressedSize64 > uint64(int64(len(c.file))-at) {
		return nil, fmt.Errorf("damaged checkpoint: entry %.80q reaches past the end", name)
	}
	b := c.file[at:][:f.UncompressedSize64]
	if crc32.ChecksumIEEE(b) != f.CRC32 {
		return nil, fmt.Errorf("damaged checkpoint: entry %.80q has another checksum", name)
	}
	return b, nil
}

// openLegacy returns the value in a file of PyTorch before 1.6: pickles of a magic number, a version, the writer's machine,
// the value and the keys of the storages, and then the storages, each after its length.
func (c *checkpoint) openLegacy(file []byte) (any, error) {
	var values [5]any
	rest := file
	for i := range values {
		var err error
		if values[i], rest, err = c.unpickle(rest); err != nil {
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
				return nil, errors.New("checkpoint has byte order big, must be little")
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
		if !ok || s.data != nil {
			return nil, fmt.Errorf("damaged checkpoint: storage %.80q is not used, or there twice", key)
		}
		if len(rest) < 8 || binary.LittleEndian.Uint64(rest) != uint64(s.count) ||
			s.count > int64(len(rest)-8)/int64(s.kind.size) {
			return nil, fmt.Errorf("damaged checkpoint: storage %.80q has not its %d elements", key, s.count)
		}
		n := int(s.count) * s.kind.size
		s.data, rest = rest[8:][:n:n], rest[8+n:]
	}
	return values[3], nil
}
