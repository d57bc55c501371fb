package dsp

import "strconv"

// A Tensor is an array of any rank. Data holds its elements in row-major order, as many as the product of Shape.
type Tensor[T Float] struct {
	Shape []int
	Data  []T
}

// A Layout says in which order a rank-3 tensor keeps its batch, frames and channels.
type Layout int

// The two layouts. The names are TensorFlow's; PyTorch and ONNX use NCW only.
const (
	NWC Layout = iota // [batch, frames, channels]
	NCW               // [batch, channels, frames]
)

// String returns the name of the layout.
func (l Layout) String() string {
	if l == NCW {
		return "NCW"
	}
	return "NWC"
}

// shape returns the three sizes in the order of the layout.
func (l Layout) shape(batch, frames, channels int) []int {
	if l == NCW {
		return []int{batch, channels, frames}
	}
	return []int{batch, frames, channels}
}

// split returns the sizes of a rank-3 shape by their meaning.
func (l Layout) split(shape []int) (batch, frames, channels int) {
	if l == NCW {
		return shape[0], shape[2], shape[1]
	}
	return shape[0], shape[1], shape[2]
}

// row returns one batch row of a tensor in the layout.
func row[T Float](l Layout, data []T, batch, frames, channels int) view[T] {
	data = data[batch*frames*channels:][:frames*channels]
	if l == NCW {
		return view[T]{data, 1, frames, frames}
	}
	return view[T]{data, channels, 1, frames}
}

// checkRank reports a shape, called name, whose rank is not the wanted one, or an entry below 0.
func checkRank(name string, shape []int, rank int) error {
	if len(shape) != rank {
		return argError("length of "+name, len(shape), "%d", rank)
	}
	for i, size := range shape {
		if size < 0 {
			return argError(name+"["+strconv.Itoa(i)+"]", size, "at least 0")
		}
	}
	return nil
}

// checkElements reports a product of sizes, none negative, above maxElements.
func checkElements(name string, sizes ...int) error {
	n := int64(1)
	for _, size := range sizes {
		if size == 0 {
			return nil
		}
	}
	for _, size := range sizes {
		if int64(size) > maxElements/n {
			return argError(name+" shape", sizes, "of at most %d elements", int64(maxElements))
		}
		n *= int64(size)
	}
	return nil
}

// checkData reports a tensor whose data is not as long as its shape says. The shape must have passed checkElements.
func checkData[T Float](name string, t Tensor[T]) error {
	n := 1
	for _, size := range t.Shape {
		n *= size
	}
	if len(t.Data) != n {
		return argError(name+" elements", len(t.Data), "%d, the product of its shape", n)
	}
	return nil
}
