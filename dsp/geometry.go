package dsp

import "fmt"

// Float is the sample type of an operator.
type Float interface{ float32 | float64 }

// Bounds on a Geometry. They keep index arithmetic far from overflow and the state of a stream within memory.
const (
	maxSize   = 1 << 30 // channels, taps, stride, dilation, span, trims
	maxWindow = 1 << 28 // (stride + span) * output channels: accumulators of one frame

	maxConvWindow = 1 << 26 // (span + padding + stride) * input channels of a convolution
)

// A Geometry is a transposed convolution but for its weights and the length of its input. The errors of its methods are
// *ArgError.
//
// With n input frames the full result has (n-1)*Stride + Span() samples. Left of them are dropped at the start and Right
// at the end; a negative Right appends -Right zeros (plus bias). Same, Valid, Causal and Torch fill in Left and Right.
type Geometry struct {
	In, Out  int // channels of an input and of an output frame, at least 1
	Groups   int // divides In and Out; input channels of group g feed output channels of group g only
	Kernel   int // taps, at least 1
	Stride   int // output samples per input frame, at least 1
	Dilation int // distance between taps in output samples, at least 1
	Left     int // samples dropped at the start, at least 0
	Right    int // samples dropped at the end; negative: zeros appended
}

// Span returns the width of one frame's contribution, (Kernel-1)*Dilation + 1 output samples.
func (g Geometry) Span() int { return (g.Kernel-1)*g.Dilation + 1 }

// Rest returns n*Stride - Width(n), which is the same for every n with a positive width: how many samples the result is
// shorter than Stride per frame. It is negative if the result is longer.
func (g Geometry) Rest() int { return g.Stride - g.Span() + g.Left + g.Right }

// Width returns the number of output samples per channel for n input frames: n*Stride - Rest(), at least 0, and 0 for
// n = 0.
func (g Geometry) Width(n int64) int64 {
	if n <= 0 {
		return 0
	}
	return max(0, n*int64(g.Stride)-int64(g.Rest()))
}

// Validate reports the first field outside its range, with its value and the range, as an *ArgError.
func (g Geometry) Validate() error {
	if err := checkFields(g.In, g.Out, g.Groups, g.Kernel, g.Stride, g.Dilation); err != nil {
		return err
	}
	if g.Left < 0 || g.Left > maxSize {
		return argError("left trim", g.Left, "from 0 to %d", maxSize)
	}
	if g.Right < -maxSize || g.Right > maxSize {
		return argError("right trim", g.Right, "from %d to %d", -maxSize, maxSize)
	}
	if w := (int64(g.Stride) + int64(g.Span())) * int64(g.Out); w > maxWindow {
		return argError("stride plus filter span times output channels", w, "at most %d", maxWindow)
	}
	return nil
}

// checkFields is Validate for what Geometry and ConvGeometry have in common.
func checkFields(in, out, groups, kernel, stride, dilation int) error {
	for _, f := range []struct {
		name  string
		value int
	}{{"input channels", in}, {"output channels", out}, {"groups", groups}, {"kernel", kernel}, {"stride", stride}, {"dilation", dilation}} {
		if f.value < 1 || f.value > maxSize {
			return argError(f.name, f.value, "from 1 to %d", maxSize)
		}
	}
	if in%groups != 0 {
		return argError("groups", groups, "a divisor of the %d input channels", in)
	}
	if out%groups != 0 {
		return argError("groups", groups, "a divisor of the %d output channels", out)
	}
	if int64(kernel-1)*int64(dilation) >= maxSize {
		return argError("dilation", dilation, "at most %d for %d taps", maxSize/max(kernel-1, 1), kernel)
	}
	return nil
}

// Same returns g with the trims of TensorFlow's SAME padding for a stream whose width is n*Stride - rest, for rest from 0
// to Stride-1: the total trim T = max(0, Span-Stride+rest) is split with the odd sample on the right.
func (g Geometry) Same(rest int) (Geometry, error) {
	if rest < 0 || rest >= g.Stride {
		return g, argError("rest", rest, "from 0 to stride-1 = %d", g.Stride-1)
	}
	g.Left = max(0, g.Span()-g.Stride+rest) / 2
	g.Right = g.Span() - g.Stride + rest - g.Left
	return g, g.Validate()
}

// Valid returns g with the trims of TensorFlow's VALID padding for a stream whose width is (n-1)*Stride + Span + extra,
// for extra from 0 to Stride-1: nothing is trimmed and extra zeros are appended.
func (g Geometry) Valid(extra int) (Geometry, error) {
	if extra < 0 || extra >= g.Stride {
		return g, argError("extra", extra, "from 0 to stride-1 = %d", g.Stride-1)
	}
	g.Left, g.Right = 0, -extra
	return g, g.Validate()
}

// Causal returns g with the trims that make output sample t depend on input frames up to t/Stride only: Stride samples
// per frame, nothing dropped at the start, Span-Stride samples (if positive) at the end.
func (g Geometry) Causal() (Geometry, error) {
	g.Left, g.Right = 0, g.Span()-g.Stride
	return g, g.Validate()
}

// Torch returns g with the trims of torch.nn.ConvTranspose1d: padding on both sides, less outputPadding on the right.
// PyTorch's rule is 0 <= outputPadding < max(Stride, Dilation).
func (g Geometry) Torch(padding, outputPadding int) (Geometry, error) {
	if padding < 0 || padding > maxSize {
		return g, argError("padding", padding, "from 0 to %d", maxSize)
	}
	if outputPadding < 0 || outputPadding >= max(g.Stride, g.Dilation) {
		return g, argError("output_padding", outputPadding, "from 0 to max(stride, dilation)-1 = %d", max(g.Stride, g.Dilation)-1)
	}
	g.Left, g.Right = padding, padding-outputPadding
	return g, g.Validate()
}

// An ArgError names an argument outside its legal range.
type ArgError struct {
	Arg   string // the argument, as the framework in question calls it
	Value any    // what was given
	Want  string // the legal range
}

// Error formats the three on one line.
func (e *ArgError) Error() string { return fmt.Sprintf("%s is %v, must be %s", e.Arg, e.Value, e.Want) }

func argError(arg string, value any, want string, a ...any) error {
	return &ArgError{Arg: arg, Value: value, Want: fmt.Sprintf(want, a...)}
}
