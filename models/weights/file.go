package weights

import (
	"errors"
	"io"
	"strings"
)

// An Unsupported error is about an intact file that this package does not read. Its text says what the file is and what
// to do. It wraps [errors.ErrUnsupported].
type Unsupported string

// Error returns the text itself.
func (u Unsupported) Error() string { return string(u) }

// Unwrap returns errors.ErrUnsupported.
func (u Unsupported) Unwrap() error { return errors.ErrUnsupported }

// ErrNoTensors is wrapped by the error about a checkpoint without a dictionary of named tensors.
var ErrNoTensors = errors.New("no dictionary of tensors")

// A File is a weights file whose header has been read.
type File struct {
	Format       string       // such as "PyTorch checkpoint"
	Dictionaries []Dictionary // at least one; exactly one for a .safetensors file
}

// A Dictionary is a dictionary of tensors in a file. A checkpoint may have several: of a generator, of discriminators,
// of weights averaged over training.
type Dictionary struct {
	Key     string // the keys that lead to it, joined by dots, such as "model.generator"; "" for the outermost
	Tensors Set
}

// Join returns the full name of a tensor: the key of its dictionary and its name, with a dot between them unless the
// key is empty.
func Join(key, name string) string { return strings.TrimPrefix(key+"."+name, ".") }

// Open reads the header of a file of size bytes: the header of a .safetensors file, or the pickle of a PyTorch
// checkpoint. It recognizes the format by the content. The numbers of a tensor are read from r when they are taken, so
// r must stay open until then.
//
// A file of another kind is an [Unsupported] error that says what it is and what to do. A file that is empty, truncated
// or damaged is an error of no particular type.
//
// Open allocates less than 40 MB, whatever the file. It reads at most 4 MiB of a .safetensors header, 4 MiB of each
// pickle of a checkpoint, and 2 MiB of the directory of a zip file. It checks each tensor against the length of the
// file.
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
