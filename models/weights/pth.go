package weights

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
)

// openPth reads the pickle of a PyTorch checkpoint, as torch.save writes it: of the zip file of PyTorch 1.6 and later,
// or of the format before. Each dictionary that holds tensors is one of the file's, however deep.
//
// A checkpoint is a program for Python's pickle machine. The reader runs the program without executing anything of
// Python: it makes dictionaries, numbers, strings and tensors, and placeholders of whatever else the program imports or
// calls. The tensors of a dictionary together hold at most one number for each byte of the file, shared ones counted
// each time.
func (c *checkpoint) openPth() (*File, error) {
	open, f := c.openLegacy, &File{Format: "PyTorch checkpoint, in the format before PyTorch 1.6"}
	if c.entries != nil {
		open, f.Format = c.openZip, "PyTorch checkpoint"
	}
	root, err := open()
	if err != nil {
		return nil, err
	}
	top, ok := root.(*object)
	switch {
	case !ok || top.maker.array():
		return nil, Unsupported(fmt.Sprintf("checkpoint is %s, not weights by their names: "+
			"save the state dict of the model", describe(root)))
	case top.module():
		return nil, c.wholeModule("is", top)
	}
	if err := c.walk("", top, 0); err != nil {
		return nil, err
	}
	if f.Dictionaries = c.dictionaries; f.Dictionaries == nil {
		f.Dictionaries = c.arrays
	}
	switch {
	case f.Dictionaries != nil:
		return f, nil
	case c.module != nil:
		return nil, c.wholeModule(fmt.Sprintf("holds under %s", quote(c.moduleKey)), c.module)
	}
	return nil, fmt.Errorf("checkpoint has %w, its keys are %s: save the state dict of the model", ErrNoTensors, top.contents())
}

func (c *checkpoint) wholeModule(where string, o *object) error {
	return Unsupported(fmt.Sprintf("checkpoint %s a whole module, %s, whose code is not in the file: "+
		"save model.state_dict() instead", where, o.maker))
}

// A checkpoint is a file being read.
type checkpoint struct {
	budget
	r        io.ReaderAt
	size     int64
	storages map[string]*storage
	entries  map[string]*zip.File // of a zip file
	folder   string               // in the zip file

	dictionaries []Dictionary // those with tensors
	arrays       []Dictionary // those with arrays that are not read, and without tensors
	module       *object      // the first module, and the keys that lead to it
	moduleKey    string
}

// maxDepth bounds how deep dictionaries are nested.
const maxDepth = 64

// walk lists o, which has the given key, and the dictionaries inside, as far as they hold tensors.
func (c *checkpoint) walk(key string, o *object, depth int) error {
	if o.listed {
		return nil
	}
	o.listed = true
	if attributes, ok := o.state.(*object); ok && len(o.items) == 0 { // objects may share them
		if attributes.listed {
			return nil
		}
		attributes.listed = true
	}
	if o.module() {
		if c.module == nil {
			c.module, c.moduleKey = o, key
		}
		return nil
	}
	set, read, err := c.tensors(o)
	switch {
	case err != nil:
		return err
	case read > 0:
		c.dictionaries = append(c.dictionaries, Dictionary{Key: key, Tensors: set})
	case len(set) > 0:
		c.arrays = append(c.arrays, Dictionary{Key: key, Tensors: set})
	}
	for _, e := range o.entries() {
		name, named := e.key.(string)
		inner, ok := e.value.(*object)
		if !named || !ok || inner.listed || inner.maker.array() {
			continue
		}
		if depth == maxDepth {
			return Unsupported(fmt.Sprintf("checkpoint has dictionaries that are nested more than %d deep: "+
				"save the state dict of the model", maxDepth))
		}
		if err := c.spend(stringCost + len(key) + len(name)); err != nil {
			return err
		}
		if err := c.walk(strings.TrimPrefix(key+"."+name, "."), inner, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// tensors returns the tensors in a dictionary by their names, checked against their storages, and how many of them are
// read. The others are arrays that something else makes, which must not vanish: their type is the name of what makes
// them.
func (c *checkpoint) tensors(d *object) (set Set, read int, err error) {
	set = Set{}
	left := c.size
	loaded := map[*storage]*loadedStorage{}
	for _, e := range d.entries() {
		name, named := e.key.(string)
		var made Tensor
		switch v := e.value.(type) {
		case *tensor:
			if !named {
				continue
			}
			l, err := v.layout(left)
			if err == nil {
				err = c.check(v.storage)
			}
			if err != nil {
				return nil, 0, fmt.Errorf("tensor %s: %w", quote(name), err)
			}
			left -= int64(l.elements)
			s := loaded[v.storage]
			if s == nil {
				s = &loadedStorage{storage: v.storage}
				loaded[v.storage] = s
			}
			s.uses++
			read++
			made = Tensor{Shape: l.shape, Type: v.element.name,
				read: func() ([]float32, error) { return c.read(s, v.element, l) }}
		case *object:
			if !named || !v.maker.array() {
				continue
			}
			made = Tensor{Shape: v.shape(c.size), Type: v.maker.String()}
		default:
			continue
		}
		if _, twice := set[name]; twice {
			return nil, 0, fmt.Errorf("checkpoint has tensor %s twice", quote(name))
		}
		if err := c.spend(tensorCost); err != nil {
			return nil, 0, err
		}
		set[name] = made
	}
	return set, read, nil
}
