package weights

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A File is a file of weights of which no more than the description of its tensors has been read: the header of a
// .safetensors file, or the pickle of a PyTorch checkpoint.
type File struct {
	shape func(tensor string) []int // nil if there is none
	read  func() (Set, error)
}

// Layer returns the dimensions of the weights of a layer, weight-normalised or not; nil if there is none of that name.
func (f *File) Layer(name string) []int {
	for _, names := range weightNorm {
		if shape := f.shape(name + names.v); shape != nil {
			return shape
		}
	}
	return f.shape(name + ".weight")
}

// Open reads the description of a file of size bytes, and recognises by its content what it is. Whatever the file, that
// takes at most 4 MiB of a .safetensors file, 20 MiB of a checkpoint, and some 64 times as much memory.
func Open(r io.ReaderAt, size int64) (*File, error) {
	head, err := readAt(r, 0, min(size, 512))
	if err != nil {
		return nil, err
	}
	switch {
	case IsPth(head):
		return openPth(r, size)
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return nil, errors.New("a tar file, as PyTorch wrote before 0.2, is not supported")
	}
	return openSafetensors(r, size)
}

// Read returns the tensors: those of float32, float16, bfloat16 or float64, the last rounded; those of other types are left
// out. It takes memory for the numbers that the file holds, and for the file.
func (f *File) Read() (Set, error) { return f.read() }

// IsPth reports whether a file begins as PyTorch checkpoints do, which need not have an extension: as a zip file, or as a
// pickle.
func IsPth(file []byte) bool {
	return bytes.HasPrefix(file, []byte("PK\x03\x04")) || len(file) > 1 && file[0] == 0x80 && file[1] >= 2 && file[1] <= 5
}

// readAt returns n bytes from at on.
func readAt(r io.ReaderAt, at, n int64) ([]byte, error) {
	b := make([]byte, n)
	if got, err := r.ReadAt(b, at); got < len(b) {
		return nil, fmt.Errorf("reading %d bytes at %d: %w", n, at, err)
	}
	return b, nil
}
