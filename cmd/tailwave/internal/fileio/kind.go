package fileio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/tailwave/tailwave/stream/npy"
)

// A kind is a file of numbers that people save frames in and that is not read.
type kind struct {
	name string
	save string // what to do, such as how NumPy saves its frames; %s stands for the name of the file to save them in
}

var (
	npz         = kind{"an archive of arrays (.npz)", "save the one array with np.save(%s, a)"}
	torch       = kind{"a PyTorch file", "save the frames with np.save(%s, mel.cpu().numpy())"}
	archive     = kind{"a ZIP archive", "unpack it, or save the frames with np.save(%s, mel)"}
	pickle      = kind{"a Python pickle", "save the frames with np.save(%s, mel)"}
	safetensors = kind{"a .safetensors file", "save the one tensor with np.save(%s, mel), or give it to --model if it is the vocoder"}
	hdf5        = kind{"an HDF5 file (.h5)", "save the one data set with np.save(%s, mel)"}
)

// kindBytes is how many bytes show the kind of a file.
const kindBytes = 64

// kindOf returns the kind of a file that begins with head, nil if it is none of them. If it is nil and open, more bytes
// may show one, up to kindBytes. Frames can begin with any bytes, so that each signature has at least five of them, or
// values that no frame of mels has.
func kindOf(head []byte) (k *kind, open bool) {
	for _, s := range []struct {
		start string
		kind  kind
	}{
		{"\x89HDF\r\n\x1a\n", hdf5},
		{"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", torch}, // without an archive, before PyTorch 1.6
		{"\x80\x02}q\x00", pickle}, {"\x80\x03}q\x00", pickle},              // dictionaries
		{"\x80\x02]q\x00", pickle}, {"\x80\x03]q\x00", pickle}, // lists
		{"\x80\x02cnumpy", pickle}, {"\x80\x03cnumpy", pickle}, {"cnumpy", pickle},
		{"\x80\x02ctorch", pickle}, {"\x80\x03ctorch", pickle},
		{"\x1f\x8b\x08\x00", gzip}, {"\x1f\x8b\x08\x08", gzip},
	} {
		if strings.HasPrefix(string(head), s.start) {
			return &s.kind, false
		}
		open = open || strings.HasPrefix(s.start, string(head))
	}
	for _, find := range []func([]byte) (*kind, bool){zipKind, framedPickle, safetensorsKind, onnxKind, textKind} {
		k, more := find(head)
		if k != nil {
			return k, false
		}
		open = open || more && len(head) < kindBytes
	}
	return nil, open
}

// zipKind is kindOf for ZIP archives: the header of the first file, 30 bytes, and its name.
func zipKind(head []byte) (*kind, bool) {
	const start, fixed = "PK\x03\x04", 30
	if !bytes.HasPrefix(head, []byte(start)) {
		return nil, strings.HasPrefix(start, string(head))
	}
	if len(head) < fixed {
		return nil, true
	}
	method, length := binary.LittleEndian.Uint16(head[8:]), int(binary.LittleEndian.Uint16(head[26:]))
	if head[5] > 63 || method > 99 || length == 0 || length > 4096 {
		return nil, false
	}
	name := head[fixed:min(len(head), fixed+length)]
	switch {
	case len(name) < length && len(head) < kindBytes:
		return nil, true
	case bytes.HasSuffix(name, []byte(".npy")):
		return &npz, false
	case bytes.Contains(name, []byte("/data.pkl")) || bytes.Contains(name, []byte("/.format_version")) ||
		bytes.Contains(name, []byte("/byteorder")):
		return &torch, false
	}
	return &archive, false
}

// framedPickle is kindOf for pickles of protocol 4 and 5: an opcode with the length of what follows, below 4 GB.
func framedPickle(head []byte) (*kind, bool) {
	for i, b := range head[:min(len(head), 11)] {
		if i == 0 && b != 0x80 || i == 1 && b != 4 && b != 5 || i == 2 && b != 0x95 || i > 6 && b != 0 {
			return nil, false
		}
	}
	if len(head) < 11 {
		return nil, true
	}
	return &pickle, false
}

// safetensorsKind is kindOf for .safetensors: the length of a JSON object, below 4 GB, and the object.
func safetensorsKind(head []byte) (*kind, bool) {
	for i, b := range head[:min(len(head), 10)] {
		if i > 3 && i < 8 && b != 0 || i == 8 && b != '{' || i == 9 && b != '"' {
			return nil, false
		}
	}
	if len(head) < 10 {
		return nil, true
	}
	return &safetensors, false
}

// frames returns the error for an input of that kind where frames are taken.
func (k *kind) frames(in *Input) error {
	name := "mel"
	if in.File != nil {
		name = strings.TrimSuffix(filepath.Base(in.Name), filepath.Ext(in.Name))
	}
	return errors.New("is " + k.name + ": " + strings.Replace(k.save, "%s", fmt.Sprintf("%.80q", name+".npy"), 1))
}

// notSound returns the error for an input that begins with head where sound is taken, nil if it is text or not known.
func notSound(head []byte) error {
	k, _ := kindOf(head)
	var name string
	switch {
	case k == &text:
		return nil // the WAV reader says what it needs
	case k != nil && !strings.Contains(k.save, "%s"):
		return fmt.Errorf("is %s: %s", k.name, k.save)
	case k != nil:
		name = k.name
	case bytes.HasPrefix(head, []byte(npy.Magic)):
		name = "an array (.npy)"
	default:
		return nil
	}
	return fmt.Errorf("is %s, not sound: tailwave vocode makes sound of mel frames, from an array saved with np.save", name)
}
