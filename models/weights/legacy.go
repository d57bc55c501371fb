package weights

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// legacyMagic is the first value in the format of PyTorch before 1.6, an integer.
const legacyMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"

// openLegacy returns the value in a file of PyTorch before 1.6. Such a file has five pickles: a magic number, a
// version, the writer's machine, the value, and the keys of the storages. The storages follow, each preceded by its
// length.
func (c *checkpoint) openLegacy() (any, error) {
	var values [5]any
	in, at := bufio.NewReader(io.NewSectionReader(c.r, 0, c.size)), int64(0)
	for i := range values {
		value, n, err := c.unpickle(in, c.size-at)
		if _, short := errors.AsType[shortError](err); short && c.size-at < maxProgram {
			return nil, truncated("its pickle ends too soon")
		}
		if err != nil {
			return nil, err
		}
		values[i], at = value, at+n
	}
	if values[0] != any(long(legacyMagic)) || values[1] != any(int64(1001)) {
		return nil, errors.New("damaged checkpoint: its version is missing, must be 1001: " + again)
	}
	if machine, ok := values[2].(*object); ok {
		for _, e := range machine.items {
			if e.key == "little_endian" && e.value == any(false) {
				return nil, Unsupported("checkpoint has byte order big, must be little: " + littleEndian)
			}
		}
	}
	keys, ok := values[4].(*list)
	if !ok {
		return nil, errors.New("damaged checkpoint: its list of storages is missing: " + again)
	}
	for _, k := range *keys {
		key, _ := k.(string)
		s, ok := c.storages[key]
		if !ok || s.at != 0 {
			return nil, fmt.Errorf("damaged checkpoint: storage %s belongs to no tensor, or is listed twice: "+again,
				quote(key))
		}
		if s.size == 0 { // the position of the next storage is unknown
			return nil, Unsupported(fmt.Sprintf("checkpoint has a storage of type %s, whose size is unknown: "+
				"save the weights in float32", s.name))
		}
		if c.size-at < 8 {
			return nil, truncated(fmt.Sprintf("storage %s is missing", quote(key)))
		}
		length, err := readAt(c.r, at, 8)
		if err != nil {
			return nil, err
		}
		at += 8
		if n := binary.LittleEndian.Uint64(length); n != uint64(s.count) {
			return nil, fmt.Errorf("damaged checkpoint: storage %s has %d elements, must have %d: "+again,
				quote(key), n, s.count)
		}
		if s.count > (c.size-at)/int64(s.size) {
			return nil, truncated(fmt.Sprintf("storage %s ends too soon", quote(key)))
		}
		s.at = at
		at += s.count * int64(s.size)
	}
	return values[3], nil
}
