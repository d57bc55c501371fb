package weights

import (
	"errors"
	"fmt"
	"strings"
)

// maxRank bounds the dimensions of a tensor.
const maxRank = 16

type (
	// A storage is an array in the file. One or more tensors are views of it.
	storage struct {
		storageKind
		key   string
		count int64 // elements
		at    int64 // position in a legacy file, bytes; 0 if unknown
	}
	// A loadedStorage is a storage as the tensors of one dictionary use it.
	loadedStorage struct {
		*storage
		uses int    // tensors that are still to be read
		data []byte // nil unless loaded
	}
	// A tensor is a view of a storage as the file describes it, not checked yet. Its element type may differ from that
	// of the storage.
	tensor struct {
		storage      *storage
		element      element
		offset       int64
		size, stride tuple
	}
	// A layout is the checked position of a tensor in its storage. Strides and offset count elements.
	layout struct {
		shape, stride    []int
		offset, elements int
	}
	// A storageKind is a class of storages, without the suffix Storage, and the type of its elements.
	storageKind struct {
		class string
		element
	}
)

// untyped is the class of storages that count bytes.
const untyped = "Untyped"

// storageKinds are the classes of storages by their names without the suffix Storage. Integers and complex numbers are
// not read, but the legacy format needs their sizes to find the storages that follow.
var storageKinds = map[string]element{
	"Float": float32s, "Double": float64s, "Half": float16s, "BFloat16": bfloat16s,
	"Long": int64s, "Int": int32s, "Short": int16s, "Char": int8s, "Byte": uint8s, "Bool": bools,
	"ComplexFloat": {name: "complex64", size: 8}, "ComplexDouble": {name: "complex128", size: 16},
	"QInt8": {name: "qint8", size: 1}, "QUInt8": {name: "quint8", size: 1}, "QInt32": {name: "qint32", size: 4},
	untyped: {name: "untyped", size: 1},
}

// storageKindOf returns the kind of a class such as torch.FloatStorage. The element size of an unknown class is 0.
func storageKindOf(c class) storageKind {
	name := strings.TrimPrefix(strings.TrimSuffix(c.name(), "Storage"), "_")
	if e, ok := storageKinds[name]; ok {
		return storageKind{name, e}
	}
	return storageKind{name, element{name: c.String()}}
}

// elementOf returns the element type of a name such as torch.float32. The size of an unknown type is 0.
func elementOf(dtype class) element {
	for _, e := range storageKinds {
		if dtype.name() == e.name {
			return e
		}
	}
	return element{name: strings.TrimPrefix(dtype.String(), "torch.")}
}

// count returns the length of the tensor's storage in elements of the tensor's type. If the size of the type is
// unknown, it is an upper bound.
func (t *tensor) count() int64 {
	if t.storage.class == untyped && t.element.size > 0 {
		return t.storage.count / int64(t.element.size)
	}
	return t.storage.count
}

// layout checks the description of a tensor, which may have at most most elements. Its errors continue "tensor x".
func (t *tensor) layout(most int64) (*layout, error) {
	rank, count := len(t.size), t.count()
	if rank > maxRank || len(t.stride) != rank {
		return nil, fmt.Errorf("has %d dimensions and %d strides, must have the same number, at most %d",
			rank, len(t.stride), maxRank)
	}
	l := &layout{shape: make([]int, rank), stride: make([]int, rank), offset: int(t.offset)}
	n, last := int64(1), t.offset
	for i := range l.shape {
		d, isInt := t.size[i].(int64)
		by, alsoInt := t.stride[i].(int64)
		switch {
		case !isInt || !alsoInt || d < 0 || by < 0:
			return nil, fmt.Errorf("has a size or stride in dimension %d that is negative or not a number", i)
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

// check requires the file to have the storage, with the right length. Its errors continue "tensor x".
func (c *checkpoint) check(s *storage) error {
	if c.entries == nil {
		if s.at == 0 {
			return fmt.Errorf("needs storage %s, which is missing", quote(s.key))
		}
		return nil
	}
	f, ok := c.entries[c.folder+"data/"+s.key]
	if !ok {
		return fmt.Errorf("needs storage %s, but the zip file has no entry %s", quote(s.key), quote("data/"+s.key))
	}
	if n := int64(f.UncompressedSize64); s.size > 0 && (s.count != n/int64(s.size) || n%int64(s.size) != 0) {
		return fmt.Errorf("needs storage %s, which has %d bytes, must have %d elements of %d bytes",
			quote(s.key), n, s.count, s.size)
	}
	return nil
}

// read returns the numbers of a tensor. A storage stays loaded until all tensors that are views of it have been read:
// most files have one storage for each tensor, but some have one for all, which would be read again for each.
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

// gather returns the elements of data at the layout, the last dimension varying fastest.
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
