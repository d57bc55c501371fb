package weights

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A Kind is what a file is, recognized by its content.
type Kind struct {
	Name     string // a noun phrase, such as "a web page"
	Readable bool   // Open reads files of this kind
	Unknown  bool   // the file is of no kind that this package recognizes
	Next     string // what to do about a file that is not readable, such as "download it again"; "" for a readable one

	damaged bool // the file lacks something that was saved
}

// err returns the error about a file that is not readable.
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

// What to do about a file, shared by many kinds and errors.
const (
	again        = "download it again"
	itself       = "download the weights file itself"
	unpack       = "unpack it, and use the weights file inside"
	use          = "use a .safetensors file or a PyTorch checkpoint"
	original     = "use the .safetensors file or PyTorch checkpoint that it was converted from"
	saveState    = "save the state dict of the model with torch.save"
	littleEndian = "save it on a little-endian machine"
)

// Recognize returns the kind of a file of size bytes. It reads the first bytes, and the directory of a zip file. It
// fails only if r cannot be read, or if the directory of a zip file has too many entries or a name twice.
func Recognize(r io.ReaderAt, size int64) (Kind, error) {
	b := budget(maxAllocated)
	k, _, err := look(r, size, &b)
	return k, err
}

// A content is the part of a file by which it is recognized.
type content struct {
	io.ReaderAt
	size int64
	head []byte // the first bytes
}

// look returns the kind of a file, and the entries of a zip file.
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
		content.tar, content.signature, content.pickle, content.onnx, content.coreML, content.savedModel, content.text,
		content.msgpack, content.zeros, content.shifted, content.short,
	} {
		if k, ok := kind(c); ok {
			return k, nil, nil
		}
	}
	return Kind{Name: fmt.Sprintf("a file of unknown kind, which begins with the bytes % x", head[:min(8, len(head))]),
		Next: use, Unknown: true}, nil, nil
}

func (c content) begins(with string) bool { return c.has(0, with) }

// has reports whether the head has a text at a byte.
func (c content) has(at int, text string) bool {
	return len(c.head) >= at && bytes.HasPrefix(c.head[at:], []byte(text))
}

// maxSafetensorsHeader is the longest header, in bytes, that the format allows.
const maxSafetensorsHeader = 100e6

// weights recognizes the kinds that Open reads, except zip files.
func (c content) weights() (Kind, bool) {
	if len(c.head) > 8 && c.head[8] == '{' {
		if n := binary.LittleEndian.Uint64(c.head); n > 0 && n <= maxSafetensorsHeader {
			if int64(n) > c.size-8 {
				name := fmt.Sprintf("a truncated .safetensors file, whose header of %d bytes is not whole", n)
				return Kind{Name: name, Next: again, damaged: true}, true
			}
			return safetensorsKind, true
		}
	}
	// Protocol 4 puts the length of a frame before the magic number.
	if c.begins("\x80") && bytes.Contains(c.head[:min(len(c.head), 32)], []byte(legacyMagic)) {
		return legacyKind, true
	}
	return Kind{}, false
}

// zeros recognizes empty files, and files whose first, middle and last bytes are zero: downloads that reserved their
// space and stopped.
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

// shifted recognizes weights with a wrong beginning: a zip file with bytes before it, such as a byte order mark, and a
// .safetensors file with an impossible length of its header.
func (c content) shifted() (Kind, bool) {
	if at := bytes.Index(c.head[:min(len(c.head), 16)], []byte("PK\x03\x04")); at > 0 {
		return Kind{Name: fmt.Sprintf("a damaged zip file, which has the bytes % x in front", c.head[:at]),
			Next: again + ", as a binary file and not as text", damaged: true}, true
	}
	if c.has(8, `{"`) {
		return Kind{Name: "a damaged .safetensors file, whose first 8 bytes are not the length of its header",
			Next: again, damaged: true}, true
	}
	return Kind{}, false
}

// minWeights is the length of the shortest weights file in bytes: a .safetensors file without tensors.
const minWeights = 10

// short recognizes files that are too short for weights, such as the first bytes of a download.
func (c content) short() (Kind, bool) {
	if c.size >= minWeights {
		return Kind{}, false
	}
	bytes := "bytes"
	if c.size == 1 {
		bytes = "byte"
	}
	return Kind{Name: fmt.Sprintf("a file of only %d %s, % x, which may be truncated", c.size, bytes, c.head),
		Next: again, damaged: true}, true
}

// msgpack recognizes a map whose first key is a word of three letters or more, as Flax writes weights.
func (c content) msgpack() (Kind, bool) {
	key := []byte(nil)
	switch h := c.head; {
	case len(h) > 1 && h[0] > 0x80 && h[0] < 0x90: // a map of up to 15 items
		key = h[1:]
	case len(h) > 3 && h[0] == 0xde: // a map of up to 65535 items
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
