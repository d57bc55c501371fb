package weights

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A Kind says what a file is, by its content.
type Kind struct {
	Name     string // a noun phrase, such as "a web page"
	Readable bool   // whether Open reads files of this kind
	Unknown  bool   // whether the file is like none that this package knows
	Next     string // what to do about a file that is not readable, such as "download the file itself"

	damaged bool // such a file is less than what was saved
}

// err says what a file is that is not readable.
func (k Kind) err() error {
	text := "is " + k.Name + ": " + k.Next
	if k.damaged {
		return errors.New(text)
	}
	return Unsupported(text)
}

// The kinds that are read.
var (
	checkpointKind  = Kind{Name: "a PyTorch checkpoint", Readable: true}
	legacyKind      = Kind{Name: "a PyTorch checkpoint, in the format before PyTorch 1.6", Readable: true}
	safetensorsKind = Kind{Name: "a .safetensors file", Readable: true}
)

// What to do about many kinds.
const (
	again     = "download it again"
	itself    = "download the file of weights itself"
	unpack    = "unpack it, and give the file of weights inside"
	give      = "give a .safetensors file or a PyTorch checkpoint"
	saveState = "save the state dict of the model with torch.save"
)

// Recognize says what a file of size bytes is. It looks at the first bytes, and at the list of entries of a zip file.
// The error is one of reading r.
func Recognize(r io.ReaderAt, size int64) (Kind, error) {
	b := budget(maxAllocated)
	k, _, err := look(r, size, &b)
	return k, err
}

// A content is what a file is recognized by.
type content struct {
	io.ReaderAt
	size int64
	head []byte // the first bytes
}

// look returns the kind of a file, and its entries if it is a zip file.
func look(r io.ReaderAt, size int64, b *budget) (Kind, map[string]*zip.File, error) {
	head, err := readAt(r, 0, min(size, 1<<9))
	if err != nil {
		return Kind{}, nil, err
	}
	c := content{r, size, head}
	if c.begins("PK\x03\x04") || c.begins("PK\x05\x06") || c.begins("PK\x07\x08") {
		entries, err := readDirectory(r, size, b)
		switch {
		case err == nil:
			return zipKind(entries), entries, nil
		case errors.Is(err, zip.ErrFormat), errors.Is(err, io.ErrUnexpectedEOF):
			return c.brokenZip(), nil, nil
		}
		return Kind{}, nil, err
	}
	if k, ok := c.weights(); ok {
		return k, nil, nil
	}
	if c.head, err = readAt(r, 0, min(size, 1<<12)); err != nil {
		return Kind{}, nil, err
	}
	for _, kind := range []func(content) (Kind, bool){
		content.tar, content.signature, content.pickle, content.onnx, content.text, content.msgpack,
		content.zeros,
	} {
		if k, ok := kind(c); ok {
			return k, nil, nil
		}
	}
	return Kind{Name: fmt.Sprintf("a file of unknown kind, which begins with the bytes % x", head[:min(8, len(head))]),
		Next: give, Unknown: true}, nil, nil
}

func (c content) begins(with string) bool { return c.has(0, with) }

// has reports whether a text stands at a byte of the head.
func (c content) has(at int, text string) bool {
	return len(c.head) >= at && bytes.HasPrefix(c.head[at:], []byte(text))
}

// maxSafetensorsHeader is the most that the format allows.
const maxSafetensorsHeader = 100e6

// weights recognizes what Open reads, apart from zip files.
func (c content) weights() (Kind, bool) {
	if len(c.head) > 8 && c.head[8] == '{' {
		if n := binary.LittleEndian.Uint64(c.head); n > 0 && n <= maxSafetensorsHeader {
			if int64(n) > c.size-8 {
				return Kind{Name: "a truncated .safetensors file", Next: again, damaged: true}, true
			}
			return safetensorsKind, true
		}
	}
	// Protocol 4 puts the length of a frame in front of the magic number.
	if c.begins("\x80") && bytes.Contains(c.head[:min(len(c.head), 32)], []byte(legacyMagic)) {
		return legacyKind, true
	}
	return Kind{}, false
}

// zeros recognizes files whose first, middle and last bytes are zero: downloads that reserved their space and stopped.
func (c content) zeros() (Kind, bool) {
	if c.size == 0 {
		return Kind{Name: "an empty file", Next: again, damaged: true}, true
	}
	for _, at := range []int64{0, c.size / 2, c.size - int64(len(c.head))} {
		b, err := readAt(c, at, min(c.size-at, int64(len(c.head))))
		if err != nil || len(bytes.Trim(b, "\x00")) > 0 {
			return Kind{}, false
		}
	}
	return Kind{Name: "a file of zeros only", Next: again, damaged: true}, true
}

// msgpack recognizes a map whose first key is a word of three letters or more, as Flax writes weights.
func (c content) msgpack() (Kind, bool) {
	key := []byte(nil)
	switch h := c.head; {
	case len(h) > 1 && h[0] > 0x80 && h[0] < 0x90: // a map of up to 15
		key = h[1:]
	case len(h) > 3 && h[0] == 0xde: // or up to 65535
		key = h[3:]
	}
	if len(key) == 0 || key[0] < 0xa3 || key[0] > 0xbf || len(key) <= int(key[0]-0xa0) {
		return Kind{}, false
	}
	for _, letter := range key[1:][:key[0]-0xa0] {
		if letter != '_' && (letter|0x20 < 'a' || letter|0x20 > 'z') {
			return Kind{}, false
		}
	}
	return Kind{Name: "a file in MessagePack, such as the weights of Flax", Next: "convert it to .safetensors"}, true
}
