package weights

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// openPth reads the pickle of a PyTorch checkpoint, as torch.save writes state dicts: of the zip file of PyTorch 1.6
// and later, or of the format before.
//
// The state dict is the checkpoint itself or a dictionary inside, up to two deep: under generator, model_g, model or
// state_dict, else the first that holds tensors and no dictionaries.
//
// A checkpoint is a program for Python's pickle machine. The reader understands what makes dictionaries of numbers,
// strings and tensors, and refuses a checkpoint that imports anything else. The tensors of the state dict together hold
// at most one number for each byte of the file, shared ones counted each time. A hostile pickle, which may have 4 MiB,
// can make the reader allocate some 64 times its length.
func openPth(r io.ReaderAt, size int64) (Set, error) {
	c := &checkpoint{r: r, size: size, storages: map[string]*storage{}}
	start, err := readAt(r, 0, min(size, 4))
	if err != nil {
		return nil, err
	}
	open := c.openLegacy
	if string(start) == "PK\x03\x04" {
		open = c.openZip
	}
	root, err := open()
	if err != nil {
		return nil, err
	}
	top, ok := root.(*dict)
	if !ok {
		return nil, errors.New("checkpoint is not a dictionary")
	}
	state := top.find(2, map[*dict]bool{})
	if state == nil {
		return nil, fmt.Errorf("checkpoint has no dictionary of tensors, its keys are %s", top.keys())
	}
	return c.tensors(state)
}

// A checkpoint is a file being read.
type checkpoint struct {
	r        io.ReaderAt
	size     int64
	storages map[string]*storage
	entries  map[string]*zip.File // of a zip file
	folder   string               // in the zip file
}

// tensors returns the tensors of a state dict, checked against their storages.
func (c *checkpoint) tensors(state *dict) (Set, error) {
	set := Set{}
	left := c.size
	for _, e := range *state {
		name, named := e.key.(string)
		t, isTensor := e.value.(*tensor)
		if !named || !isTensor || t.storage.decode == nil {
			continue
		}
		if _, twice := set[name]; twice {
			return nil, fmt.Errorf("checkpoint has tensor %.80q twice", name)
		}
		l, err := t.layout(left)
		if err == nil {
			err = c.check(t.storage)
		}
		if err != nil {
			return nil, fmt.Errorf("tensor %.80q: %w", name, err)
		}
		left -= int64(l.elements)
		t.storage.uses++
		set[name] = Tensor{Shape: l.shape, read: func() ([]float32, error) { return c.read(t.storage, l) }}
	}
	return set, nil
}

// What the values of a checkpoint are, besides nil, bool, int64, float64, string, *storage and *tensor.
type (
	tuple []any
	list  []any
	dict  []struct{ key, value any }
	long  string // an integer of more than 8 bytes, little end first
	class string // what is imported
)

// find returns the state dict that d is or has inside, up to so deep; nil if there is none.
func (d *dict) find(depth int, seen map[*dict]bool) *dict {
	if seen[d] {
		return nil
	}
	seen[d] = true
	var tensors, dicts bool
	for _, e := range *d {
		switch e.value.(type) {
		case *tensor:
			tensors = true
		case *dict:
			dicts = true
		}
	}
	if tensors && !dicts {
		return d
	}
	if !dicts || depth == 0 {
		return nil
	}
	for _, name := range []any{"generator", "model_g", "model", "state_dict", nil} {
		for _, e := range *d {
			inner, ok := e.value.(*dict)
			if _, named := e.key.(string); !ok || !named || name != nil && e.key != name {
				continue
			}
			if found := inner.find(depth-1, seen); found != nil {
				return found
			}
		}
	}
	return nil
}

// keys lists some keys for an error message.
func (d *dict) keys() string {
	var names []string
	for i, e := range *d {
		if i == 12 {
			names = append(names, "...")
			break
		}
		switch k := e.key.(type) {
		case string:
			names = append(names, fmt.Sprintf("%.40q", k))
		case int64:
			names = append(names, fmt.Sprint(k))
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}
