package tensor

import (
	"strconv"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/oneshot"
)

// A Tensor is an array of any rank. Data holds the elements in row-major order: the last index changes fastest. The
// number of elements must be the product of Shape, whose sizes may be 0. [New] infers the element type.
type Tensor[T dsp.Float] struct {
	Shape []int // sizes of the dimensions, slowest first
	Data  []T   // elements in row-major order
}

// New returns a Tensor with these elements and this shape. It copies neither: the Tensor shares the memory of data, and
// of shape if a slice is passed for it. New does not compare the length of data with the shape; the functions that
// consume the Tensor report a mismatch.
//
//	x := tensor.New([]float32{1, 2, 3}, 1, 3, 1) // [batch, frames, channels]
func New[T dsp.Float](data []T, shape ...int) Tensor[T] {
	return Tensor[T]{Shape: shape, Data: data}
}

// A Layout is the order of batch, frames and channels in the shape of a rank-3 tensor.
type Layout int

// The two layouts, with the names of TensorFlow. PyTorch and ONNX use NCW only.
const (
	NWC Layout = iota // [batch, frames, channels]
	NCW               // [batch, channels, frames]
)

// String returns "NWC" or "NCW".
func (l Layout) String() string {
	if l == NCW {
		return "NCW"
	}
	return "NWC"
}

// shape returns the sizes in the order of the layout.
func (l Layout) shape(batch, frames, channels int) []int {
	if l == NCW {
		return []int{batch, channels, frames}
	}
	return []int{batch, frames, channels}
}

// axes returns the names of the axes in the order of the layout. time is the name of the axis of frames.
func (l Layout) axes(time string) string {
	if l == NCW {
		return "[batch, channels, " + time + "]"
	}
	return "[batch, " + time + ", channels]"
}

// split returns the sizes of a rank-3 shape by their meaning.
func (l Layout) split(shape []int) (batch, frames, channels int) {
	if l == NCW {
		return shape[0], shape[2], shape[1]
	}
	return shape[0], shape[1], shape[2]
}

// row returns a view of one batch row of a tensor.
func row[T dsp.Float](l Layout, data []T, batch, frames, channels int) oneshot.View[T] {
	data = data[batch*frames*channels:][:frames*channels]
	if l == NCW {
		return oneshot.View[T]{Data: data, Frame: 1, Channel: frames, Frames: frames}
	}
	return oneshot.View[T]{Data: data, Frame: channels, Channel: 1, Frames: frames}
}

// Bounds on arguments. They keep index arithmetic far from overflow.
const (
	maxChannels = 1 << 30
	maxTrim     = 1 << 30
	maxStep     = 1 << 30 // stride and dilation
)

// checkSteps reports a stride or dilation out of range. 0 is out of range: it means 1 in a TransposeGeometry, but not
// in a list of strides.
func checkSteps(stride, dilation int) error {
	if stride < 1 || stride > maxStep {
		return dsp.NewArgError("stride", stride, "from 1 to %d", maxStep)
	}
	if dilation < 1 || dilation > maxStep {
		return dsp.NewArgError("dilation", dilation, "from 1 to %d", maxStep)
	}
	return nil
}

// passed returns a list as the value of an error: "missing" for a nil list.
func passed(list []int) any {
	if list == nil {
		return "missing"
	}
	return list
}

// checkShape reports a shape that does not have three axes, or has a negative size. name is the argument, and axes are
// the names of the axes.
func checkShape(name string, shape []int, axes string) error {
	if len(shape) != 3 {
		return dsp.NewArgError(name, passed(shape), "%s", axes)
	}
	for i, size := range shape {
		if size < 0 {
			return dsp.NewArgError(name+"["+strconv.Itoa(i)+"]", size, "at least 0")
		}
	}
	return nil
}

// checkElements reports a product of sizes above MaxElements. No size may be negative.
func checkElements(name string, sizes ...int) error {
	n := int64(1)
	for _, size := range sizes {
		if size == 0 {
			return nil
		}
	}
	for _, size := range sizes {
		if int64(size) > oneshot.MaxElements/n {
			return dsp.NewArgError(name+" shape", sizes, "of at most %d elements", int64(oneshot.MaxElements))
		}
		n *= int64(size)
	}
	return nil
}

// checkData reports a tensor whose number of elements is not the product of its shape. The shape must have passed
// checkElements, so that the product does not overflow.
func checkData[T dsp.Float](name string, t Tensor[T]) error {
	n := 1
	for _, size := range t.Shape {
		n *= size
	}
	if len(t.Data) != n {
		return dsp.NewArgError("length of "+name+" data", len(t.Data), "%d for shape %s", n,
			dsp.ListText(t.Shape))
	}
	return nil
}
