package weights

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/nlpodyssey/safetensors"
)

// openPth reads the pickle of a PyTorch checkpoint, as torch.save writes state dicts: of the zip file of PyTorch 1.6 and
// later, or of the format before.
//
// The state dict is the checkpoint itself or a dictionary inside, up to two deep: under generator, model_g, model or
// state_dict, else the first that holds tensors and no dictionaries.
//
// A checkpoint is a program for Python's pickle machine. Of that, only what makes dictionaries of numbers, strings and
// tensors is understood; a checkpoint that imports anything else is refused. Tensors together hold at most one number for
// each byte of the file, shared ones counted each time. A hostile pickle, which may have 4 MiB, can make the reader
// allocate some 64 times its length.
func openPth(r io.ReaderAt, size int64) (*File, error) {
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
	return &File{shape: state.shape, read: func() (Set, error) { return c.readAll(state) }}, nil
}

// shape returns the dimensions of a tensor as the file has them, not checked yet; nil if there is none, or they are no
// numbers.
func (d *dict) shape(name string) []int {
	for _, e := range *d {
		t, isTensor := e.value.(*tensor)
		if !isTensor || e.key != name {
			continue
		}
		shape := make([]int, len(t.size))
		for i, v := range t.size {
			n, ok := v.(int64)
			if !ok {
				return nil
			}
			shape[i] = int(n)
		}
		return shape
	}
	return nil
}

// readAll returns the tensors of a state dict.
func (c *checkpoint) readAll(state *dict) (Set, error) {
	set := Set{}
	left := c.size
	for _, e := range *state {
		name, named := e.key.(string)
		t, isTensor := e.value.(*tensor)
		if !named || !isTensor || t.storage.kind.decode == nil {
			continue
		}
		if _, twice := set[name]; twice {
			return nil, fmt.Errorf("checkpoint has tensor %.80q twice", name)
		}
		x, err := c.read(t, left)
		if err != nil {
			return nil, fmt.Errorf("tensor %.80q: %w", name, err)
		}
		set[name] = x
		left -= int64(len(x.Data))
	}
	return set, nil
}

// What the values of a checkpoint are, besides nil, bool, int64, float64 and string.
type (
	tuple []any
	list  []any
	dict  []struct{ key, value any }
	long  string // an integer of more than 8 bytes, little end first
	class string // what is imported

	// A storage is the array that one or more tensors are views of.
	storage struct {
		kind  kind
		key   string
		count int64
		at    int64  // where a legacy file has it; 0 if it does not say
		data  []byte // nil until loaded
	}
	// A tensor is a view of a storage as the file has it, not checked yet.
	tensor struct {
		storage      *storage
		offset       int64
		size, stride tuple
	}
	// A kind is a type of elements; decode is nil if they are not floating point.
	kind struct {
		name   string
		size   int
		decode func([]byte) float32
	}
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

// A checkpoint is a file being read.
type checkpoint struct {
	r        io.ReaderAt
	size     int64
	storages map[string]*storage
	entries  map[string]*zip.File // of a zip file
	folder   string               // in the zip file
}

// load reads what a storage holds, if that has not been done.
func (c *checkpoint) load(s *storage) (err error) {
	size := int64(s.kind.size)
	switch {
	case s.data != nil:
	case c.entries != nil:
		if s.data, err = c.entry("data/"+s.key, c.size); err != nil {
			return err
		}
		if n := int64(len(s.data)); s.count != n/size || n%size != 0 {
			err = fmt.Errorf("storage %.80q has %d bytes, must have %d elements", s.key, n, s.count)
		}
	case s.at == 0:
		err = fmt.Errorf("damaged checkpoint: there is no storage %.80q", s.key)
	default:
		s.data, err = readAt(c.r, s.at, s.count*size)
	}
	return err
}

// read returns a tensor, of at most that many elements.
func (c *checkpoint) read(t *tensor, most int64) (Tensor, error) {
	s := t.storage
	if err := c.load(s); err != nil {
		return Tensor{}, err
	}
	rank := len(t.size)
	if rank > 16 || len(t.stride) != rank {
		return Tensor{}, fmt.Errorf("has %d dimensions and %d strides, must be as many, up to 16", rank, len(t.stride))
	}
	shape, stride := make([]int, rank), make([]int, rank)
	n, last := int64(1), t.offset
	for i := range shape {
		d, isInt := t.size[i].(int64)
		by, alsoInt := t.stride[i].(int64)
		switch {
		case !isInt || !alsoInt || d < 0 || by < 0:
			return Tensor{}, fmt.Errorf("dimension %d or its stride is negative or no number", i)
		case d > 0 && n > most/d: // before n overflows
			return Tensor{}, errors.New("has more elements than the file can hold")
		case d > 1 && by > s.count/(d-1):
			last = s.count
		case d > 1 && last < s.count:
			last += by * (d - 1)
		}
		shape[i], stride[i], n = int(d), int(by), n*d
	}
	if t.offset < 0 || t.offset > s.count || n > 0 && last >= s.count {
		return Tensor{}, fmt.Errorf("reaches past its storage of %d elements", s.count)
	}
	if n > most {
		return Tensor{}, errors.New("has more elements than the file can hold")
	}
	data := make([]float32, n)
	index, at := make([]int, rank), int(t.offset)
	for i := range data {
		data[i] = s.kind.decode(s.data[at*s.kind.size:])
		for k := rank - 1; k >= 0; k-- {
			at += stride[k]
			if index[k]++; index[k] < shape[k] {
				break
			}
			at -= stride[k] * shape[k]
			index[k] = 0
		}
	}
	return Tensor{Shape: shape, Data: data}, nil
}

// kinds are the classes of storages.
var kinds = func() map[class]kind {
	all := map[class]kind{}
	for name, t := range map[string]safetensors.DType{
		"Float": safetensors.F32, "Double": safetensors.F64, "Half": safetensors.F16, "BFloat16": safetensors.BF16,
	} {
		decode, size := decoder(t)
		all[class("torch."+name+"Storage")] = kind{name, size, decode}
	}
	for name, size := range map[string]int{"Long": 8, "Int": 4, "Short": 2, "Char": 1, "Byte": 1, "Bool": 1} {
		all[class("torch."+name+"Storage")] = kind{name, size, nil}
	}
	return all
}()

// persistent returns the storage that a tuple ("storage", class, key, device, count) stands for; the legacy format adds
// what part of another it is, which must be none.
func (c *checkpoint) persistent(id any) (any, error) {
	p, ok := id.(tuple)
	if !ok || len(p) < 5 || len(p) > 6 || p[0] != "storage" || len(p) == 6 && p[5] != nil {
		return nil, errors.New("names a storage in an unknown way")
	}
	name, isClass := p[1].(class)
	k, isKind := kinds[name]
	key, isString := p[2].(string)
	count, isInt := p[4].(int64)
	if !isClass || !isKind || !isString || !isInt || count < 0 {
		return nil, errors.New("names a storage in an unknown way")
	}
	s, ok := c.storages[key]
	if !ok {
		s = &storage{kind: k, key: key, count: count}
		c.storages[key] = s
	}
	if s.kind.name != k.name || s.count != count {
		return nil, fmt.Errorf("storage %.80q is of %d %s and of %d %s", key, s.count, s.kind.name, count, k.name)
	}
	return s, nil
}

// call returns what calling an imported class or function gives.
func (c *checkpoint) call(f, arguments any) (any, error) {
	name, _ := f.(class)
	a, _ := arguments.(tuple)
	switch {
	case name == "collections.OrderedDict" && len(a) == 0:
		return &dict{}, nil
	case name == "collections.Counter" && len(a) == 1:
		if d, ok := a[0].(*dict); ok {
			return d, nil
		}
	case name == "torch._utils._rebuild_parameter" && len(a) == 3:
		if t, ok := a[0].(*tensor); ok {
			return t, nil
		}
	case name == "torch._utils._rebuild_tensor_v2" && len(a) >= 6, name == "torch._utils._rebuild_tensor" && len(a) == 4:
		s, ok := a[0].(*storage)
		offset, isInt := a[1].(int64)
		size, isTuple := a[2].(tuple)
		stride, alsoTuple := a[3].(tuple)
		if ok && isInt && isTuple && alsoTuple {
			return &tensor{s, offset, size, stride}, nil
		}
	}
	return nil, fmt.Errorf("calls %.80q with unknown arguments", name)
}
