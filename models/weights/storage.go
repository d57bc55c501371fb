package weights

import (
	"errors"
	"fmt"
	"strings"
)

// maxRank bounds the dimensions of a tensor.
const maxRank = 16

type (
	// A storage is the array that one or more tensors are views of.
	storage struct {
		kind
		key   string
		count int64 // of elements
		at    int64 // where a legacy file has it; 0 if it does not say
	}
	// A loadedStorage is a storage for the tensors of one dictionary.
	loadedStorage struct {
		*storage
		uses int    // how many tensors have still to be read
		data []byte // nil unless loaded
	}
	// A tensor is a view of a storage as the file has it, not checked yet. Its type may differ from the storage.
	tensor struct {
		storage      *storage
		element      element
		offset       int64
		size, stride tuple
	}
	// A layout is where in its storage a tensor is, all within. Strides and offset count elements.
	layout struct {
		shape, stride    []int
		offset, elements int
	}
	// A kind is a type of elements by its name.
	kind struct {
		class string
		element
	}
)

// untyped is the class of storages that count bytes.
const untyped = "Untyped"

// kinds are the classes of storages by their names without the end. Those of other numbers than floating-point ones
// are here for their sizes, with which the legacy format finds the storages after them.
var kinds = map[string]element{
	"Float": float32s, "Double": float64s, "Half": float16s, "BFloat16": bfloat16s,
	"Long": int64s, "Int": int32s, "Short": int16s, "Char": int8s, "Byte": uint8s, "Bool": bools,
	"ComplexFloat": {name: "complex64", size: 8}, "ComplexDouble": {name: "complex128", size: 16},
	"QInt8": {name: "qint8", size: 1}, "QUInt8": {name: "quint8", size: 1}, "QInt32": {name: "qint32", size: 4},
	untyped: {name: "untyped", size: 1},
}

// kindOf returns the kind of the storages of a class, such as torch.FloatStorage. Its size is 0 if it is unknown.
func kindOf(c class) kind {
	name := strings.TrimPrefix(strings.TrimSuffix(c.name(), "Storage"), "_")
	if e, ok := kinds[name]; ok {
		return kind{name, e}
	}
	return kind{name, element{name: c.String()}}
}

// elementOf returns the type of a name such as torch.float32. Its size is 0 if it is unknown.
func elementOf(dtype class) element {
	for _, e := range kinds {
		if dtype.name() == e.name {
			return e
		}
	}
	return element{name: strings.TrimPrefix(dtype.String(), "torch.")}
}

// count returns how many elements of its type the storage of a tensor has; at least that many if its size is unknown.
func (t *tensor) count() int64 {
	if t.storage.class == untyped && t.element.size > 0 {
		return t.storage.count / int64(t.element.size)
	}
	return t.storage.count
}

// layout checks what the file says of a tensor, which may have at most that many elements.
func (t *tensor) layout(most int64) (*layout, error) {
	rank, count := len(t.size), t.count()
	if rank > maxRank || len(t.stride) != rank {
		return nil, fmt.Errorf("has %d dimensions and %d strides, must have equally many, up to %d",
			rank, len(t.stride), maxRank)
	}
	l := &layout{shape: make([]int, rank), stride: make([]int, rank), offset: int(t.offset)}
	n, last := int64(1), t.offset
	for i := range l.shape {
		d, isInt := t.size[i].(int64)
		by, alsoInt := t.stride[i].(int64)
		switch {
		case !isInt || !alsoInt || d < 0 || by < 0:
			return nil, fmt.Errorf("dimension %d or its stride is negative or no number", i)
		case d > 0 && n > most/d: // before n overflows
			return nil, errors.New("has more elements than the file can hold")
		case d > 1 && by > count/(d-1):
			last = count
		case d > 1 && last < count:
			last += by * (d - 1)
		}
		l.shape[i], l.stride[i], n = int(d), int(by), n*d
	}
	if t.offset < 0 || t.offset > count || n > 0 && last >= count {
		return nil, fmt.Errorf("reaches past its storage of %d elements", count)
	}
	if n > most {
		return nil, errors.New("has more elements than the file can hold")
	}
	l.elements = int(n)
	return l, nil
}

// check requires the file to have a storage of the right length.
func (c *checkpoint) check(s *storage) error {
	if c.entries == nil {
		if s.at == 0 {
			return fmt.Errorf("damaged checkpoint: there is no storage %s", quote(s.key))
		}
		return nil
	}
	f, err := c.find("data/"+s.key, c.size)
	if err != nil {
		return err
	}
	if n := int64(f.UncompressedSize64); s.size == 0 {
		return nil
	} else if s.count != n/int64(s.size) || n%int64(s.size) != 0 {
		return fmt.Errorf("storage %s has %d bytes, must have %d elements", quote(s.key), n, s.count)
	}
	return nil
}

// read returns the numbers of a tensor. A storage stays loaded until all tensors that are views of it have been read:
// most files have one for each tensor, some have one for all.
func (c *checkpoint) read(s *loadedStorage, e element, l *layout) (_ []float32, err error) {
	if s.data == nil {
		if c.entries != nil {
			s.data, err = c.entry("data/"+s.key, c.size)
		} else {
			s.data, err = readAt(c.r, s.at, s.count*int64(s.size))
		}
		if err != nil {
			s.data = nil
			return nil, err
		}
	}
	numbers := l.gather(s.data, e)
	if s.uses--; s.uses <= 0 {
		s.data = nil
	}
	return numbers, nil
}

// gather returns the elements of data at a layout, in the order of its shape.
func (l *layout) gather(data []byte, e element) []float32 {
	numbers := make([]float32, l.elements)
	index, at := make([]int, len(l.shape)), l.offset
	for i := range numbers {
		numbers[i] = e.decode(data[at*e.size:])
		for k := len(index) - 1; k >= 0; k-- {
			at += l.stride[k]
			if index[k]++; index[k] < l.shape[k] {
				break
			}
			at -= l.stride[k] * l.shape[k]
			index[k] = 0
		}
	}
	return numbers
}
