package weights

import (
	"errors"
	"io"
)

// An Unsupported error says what a file is that is not damaged, and that this package does not read. [errors.Is]
// reports that it is [errors.ErrUnsupported].
type Unsupported string

func (u Unsupported) Error() string { return string(u) }

// Unwrap returns errors.ErrUnsupported.
func (u Unsupported) Unwrap() error { return errors.ErrUnsupported }

// ErrNoTensors is wrapped by the error about a checkpoint that holds no tensors by their names.
var ErrNoTensors = errors.New("no dictionary of tensors")

// A File is a weights file whose header has been read.
type File struct {
	Format       string       // what kind of file it is, such as "PyTorch checkpoint"
	Dictionaries []Dictionary // at least one; a .safetensors file has one
}

// A Dictionary is a dictionary of tensors in a file. A checkpoint may have several: those of a generator, of
// discriminators, of an average of weights.
type Dictionary struct {
	Key     string // keys that lead to it from the outermost one, joined by dots; "" for the outermost
	Tensors Set
}

// Open reads the header of a file of size bytes, that of a .safetensors file or the pickle of a PyTorch checkpoint, and
// recognizes by its content which it is. The numbers of tensors are read from r when they are taken, so r must stay
// open until then. The error about a file of another kind says which, and what to do; it is [Unsupported] unless the
// file is empty or cut off.
//
// Whatever the file, Open allocates less than 40 MB. It reads at most 4 MiB of a .safetensors header, 4 MiB of each
// pickle of a checkpoint, and 2 MiB of the list of entries of a zip file. It checks what the header says of a tensor
// against the length of the file.
func Open(r io.ReaderAt, size int64) (*File, error) {
	c := &checkpoint{budget: maxAllocated, r: r, size: size, storages: map[string]*storage{}}
	kind, entries, err := look(r, size, &c.budget)
	switch {
	case err != nil:
		return nil, err
	case !kind.Readable:
		return nil, kind.err()
	case kind == safetensorsKind:
		return openSafetensors(r, size)
	}
	c.entries = entries
	return c.openPth()
}
