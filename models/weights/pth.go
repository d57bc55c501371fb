package weights

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// openPth reads the pickle of a PyTorch checkpoint, as torch.save writes state dicts: of the zip file of PyTorch 1.6
// and later, or of the format before. Each dictionary that holds tensors is one of the file's, however deep.
//
// A checkpoint is a program for Python's pickle machine. The reader understands what makes dictionaries of numbers,
// strings and tensors, and refuses a checkpoint that imports anything else. The tensors of a dictionary together hold
// at most one number for each byte of the file, shared ones counted each time. A hostile pickle, which may have 4 MiB,
// can make the reader allocate some 64 times its length.
func openPth(r io.ReaderAt, size int64) (*File, error) {
	c := &checkpoint{r: r, size: size, storages: map[string]*storage{}}
	start, err := readAt(r, 0, min(size, 4))
	if err != nil {
		return nil, err
	}
	open := c.openLegacy
	f := &File{Format: "PyTorch checkpoint, in the format before PyTorch 1.6"}
	if string(start) == "PK\x03\x04" {
		open = c.openZip
		f.Format = "PyTorch checkpoint"
	}
	root, err := open()
	if err != nil {
		return nil, err
	}
	top, ok := root.(*dict)
	if !ok {
		return nil, errors.New("checkpoint is not a dictionary")
	}
	if f.Dictionaries, err = c.dictionaries(nil, "", top, map[*dict]bool{}); err != nil {
		return nil, err
	}
	if f.Dictionaries == nil {
		return nil, fmt.Errorf("checkpoint has no dictionary of tensors, its keys are %s", top.keys())
	}
	return f, nil
}

// A checkpoint is a file being read.
type checkpoint struct {
	r        io.ReaderAt
	size     int64
	storages map[string]*storage
	entries  map[string]*zip.File // of a zip file
	folder   string               // in the zip file
}

// maxDepth bounds how deep dictionaries are nested, and maxDictionaries how many of them hold tensors.
const (
	maxDepth        = 8
	maxDictionaries = 256
)

// dictionaries appends d, which has the given key, and the dictionaries inside, as far as they hold tensors.
func (c *checkpoint) dictionaries(list []Dictionary, key string, d *dict, seen map[*dict]bool) ([]Dictionary, error) {
	if seen[d] || len(list) == maxDictionaries || strings.Count(key, ".") > maxDepth {
		return list, nil
	}
	seen[d] = true
	set, err := c.tensors(d)
	if err != nil {
		return nil, err
	}
	if len(set) > 0 {
		list = append(list, Dictionary{Key: key, Tensors: set})
	}
	for _, e := range *d {
		name, named := e.key.(string)
		inner, ok := e.value.(*dict)
		if !named || !ok {
			continue
		}
		if list, err = c.dictionaries(list, strings.TrimPrefix(key+"."+name, "."), inner, seen); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// tensors returns the tensors in a dictionary by their names, checked against their storages.
func (c *checkpoint) tensors(d *dict) (Set, error) {
	set := Set{}
	left := c.size
	loaded := map[*storage]*loadedStorage{}
	for _, e := range *d {
		name, named := e.key.(string)
		t, isTensor := e.value.(*tensor)
		if !named || !isTensor {
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
		s := loaded[t.storage]
		if s == nil {
			s = &loadedStorage{storage: t.storage}
			loaded[t.storage] = s
		}
		s.uses++
		set[name] = Tensor{Shape: l.shape, Type: t.storage.name, read: func() ([]float32, error) { return c.read(s, l) }}
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
