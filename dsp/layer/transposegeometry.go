package layer

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// Bounds on a TransposeGeometry. They keep index arithmetic far from overflow and the state of a stream within memory.
const (
	maxSize   = 1 << 30 // channels, taps, stride, dilation, span, trims
	maxWindow = 1 << 28 // (stride + span) * output channels: accumulators of one frame

	maxConvWindow = 1 << 26 // (span + padding + stride) * input channels of a convolution
)

// A TransposeGeometry is everything about a transposed convolution except its weights and the length of its input. The
// errors of its methods are *dsp.ArgError. The zero Groups, Stride and Dilation stand for 1.
//
// With n input frames the full result has (n-1)*Stride + Span() samples. Left of them are dropped at the start and
// Right at the end; a negative Right appends -Right zeros (plus bias). Same, Valid, Causal and Torch fill in Left and
// Right.
type TransposeGeometry struct {
	In, Out  int // channels of an input and of an output frame, at least 1
	Groups   int // divides In and Out; input channels of group g feed output channels of group g only; 0 stands for 1
	Kernel   int // taps, at least 1
	Stride   int // output samples per input frame; 0 stands for 1
	Dilation int // distance between taps in output samples; 0 stands for 1
	Left     int // samples dropped at the start, at least 0
	Right    int // samples dropped at the end; negative: zeros appended
}

// withDefaults replaces zeros that stand for 1.
func (g TransposeGeometry) withDefaults() TransposeGeometry {
	defaultTo1(&g.Groups, &g.Stride, &g.Dilation)
	return g
}

func defaultTo1(fields ...*int) {
	for _, f := range fields {
		if *f == 0 {
			*f = 1
		}
	}
}

// Span returns the width of one frame's contribution, (Kernel-1)*Dilation + 1 output samples.
func (g TransposeGeometry) Span() int { return (g.Kernel-1)*max(1, g.Dilation) + 1 }

// Reach returns the first and the last input frame that the output samples from first to last depend on. Frames before
// 0 and after the end of the input do not exist and contribute nothing.
func (g TransposeGeometry) Reach(first, last int) (int, int) {
	stride := max(1, g.Stride)
	return ratio.CeilDiv(first+g.Left-g.Span()+1, stride), ratio.FloorDiv(last+g.Left, stride)
}

// trim returns n*Stride - OutFrames(n), which is the same for every n with a positive OutFrames: by how many samples
// the result is shorter than Stride per frame. It is negative if the result is longer.
func (g TransposeGeometry) trim() int { return max(1, g.Stride) - g.Span() + g.Left + g.Right }

// OutFrames returns the number of output samples per channel for n input frames: (n-1)*Stride + Span - Left - Right, at
// least 0, and 0 for n = 0.
func (g TransposeGeometry) OutFrames(n int64) int64 {
	if n <= 0 {
		return 0
	}
	return max(0, n*int64(max(1, g.Stride))-int64(g.trim()))
}

// MinFrames returns the smallest number of frames for which OutFrames is positive: more than 1 only if the trims exceed
// the contribution of a frame.
func (g TransposeGeometry) MinFrames() int {
	return max(1, ratio.FloorDiv(g.trim(), max(1, g.Stride))+1)
}

// Validate reports the first field outside its range, with its value and the range, as a *dsp.ArgError.
func (g TransposeGeometry) Validate() error {
	g = g.withDefaults()
	if err := checkFields(g.In, g.Out, g.Groups, g.Kernel, g.Stride, g.Dilation); err != nil {
		return err
	}
	if g.Left < 0 || g.Left > maxSize {
		return dsp.NewArgError("left trim", g.Left, "from 0 to %d", maxSize)
	}
	if g.Right < -maxSize || g.Right > maxSize {
		return dsp.NewArgError("right trim", g.Right, "from %d to %d", -maxSize, maxSize)
	}
	if w := (int64(g.Stride) + int64(g.Span())) * int64(g.Out); w > maxWindow {
		return dsp.NewArgError("stride plus filter span times output channels", w, "at most %d", maxWindow)
	}
	return nil
}

// CheckWeights reports an invalid geometry, or filters that are not [Kernel, Out, In/Groups] or a bias that is not
// [Out] by their number of elements; a bias of -1 elements is absent.
func (g TransposeGeometry) CheckWeights(filters, bias int) error {
	if err := g.Validate(); err != nil {
		return err
	}
	g = g.withDefaults()
	return checkElements(g.In, g.Out, g.Groups, g.Kernel, filters, bias)
}

// checkElements compares the elements of filters and bias with the sizes of a layer.
func checkElements(in, out, groups, kernel, filters, bias int) error {
	if want := int64(kernel) * int64(out) * int64(in/groups); int64(filters) != want {
		return dsp.NewArgError("filter elements", filters, "%d taps x %d x %d = %d", kernel, out, in/groups, want)
	}
	if bias >= 0 && bias != out {
		return dsp.NewArgError("bias elements", bias, "%d, one per output channel", out)
	}
	return nil
}

// elements returns the length of a bias for CheckWeights.
func elements[T any](bias []T) int {
	if bias == nil {
		return -1
	}
	return len(bias)
}

// checkFields is Validate for the fields that TransposeGeometry and ConvGeometry have in common.
func checkFields(in, out, groups, kernel, stride, dilation int) error {
	for _, f := range []struct {
		name  string
		value int
	}{
		{"input channels", in}, {"output channels", out}, {"groups", groups},
		{"kernel", kernel}, {"stride", stride}, {"dilation", dilation},
	} {
		if f.value < 1 || f.value > maxSize {
			return dsp.NewArgError(f.name, f.value, "from 1 to %d", maxSize)
		}
	}
	if in%groups != 0 {
		return dsp.NewArgError("groups", groups, "a divisor of the %d input channels", in)
	}
	if out%groups != 0 {
		return dsp.NewArgError("groups", groups, "a divisor of the %d output channels", out)
	}
	if int64(kernel-1)*int64(dilation) >= maxSize {
		return dsp.NewArgError("dilation", dilation, "at most %d for %d taps", maxSize/max(kernel-1, 1), kernel)
	}
	return nil
}

// Same returns g with the trims of TensorFlow's SAME padding for n*Stride - trim output samples, for trim from 0, the
// length that Keras chooses, to Stride-1. In all, max(0, Span-Stride+trim) samples are dropped, half of them at each
// end and an odd one at the end.
func (g TransposeGeometry) Same(trim int) (TransposeGeometry, error) {
	g = g.withDefaults()
	if trim < 0 || trim >= g.Stride {
		return g, dsp.NewArgError("trim", trim, "from 0 to stride-1 = %d", g.Stride-1)
	}
	g.Left = max(0, g.Span()-g.Stride+trim) / 2
	g.Right = g.Span() - g.Stride + trim - g.Left
	return g, g.Validate()
}

// Valid returns g with the trims of TensorFlow's VALID padding for a stream of (n-1)*Stride + Span + outputPadding
// output samples, for outputPadding from 0 to Stride-1: nothing is trimmed and outputPadding zeros are appended.
func (g TransposeGeometry) Valid(outputPadding int) (TransposeGeometry, error) {
	g = g.withDefaults()
	if outputPadding < 0 || outputPadding >= g.Stride {
		return g, dsp.NewArgError("output padding", outputPadding, "from 0 to stride-1 = %d", g.Stride-1)
	}
	g.Left, g.Right = 0, -outputPadding
	return g, g.Validate()
}

// Causal returns g with the trims that make output sample t depend on input frames up to t/Stride only, n*Stride
// samples for n frames. It drops nothing at the start and Span-Stride samples at the end; if that is negative, it
// appends zeros.
func (g TransposeGeometry) Causal() (TransposeGeometry, error) {
	g = g.withDefaults()
	g.Left, g.Right = 0, g.Span()-g.Stride
	return g, g.Validate()
}

// Torch returns g with the trims of torch.nn.ConvTranspose1d: Left is padding, and Right is padding-outputPadding.
// PyTorch's rule is 0 <= outputPadding < max(Stride, Dilation).
func (g TransposeGeometry) Torch(padding, outputPadding int) (TransposeGeometry, error) {
	g = g.withDefaults()
	if padding < 0 || padding > maxSize {
		return g, dsp.NewArgError("padding", padding, "from 0 to %d", maxSize)
	}
	if most := max(g.Stride, g.Dilation) - 1; outputPadding < 0 || outputPadding > most {
		return g, dsp.NewArgError("output_padding", outputPadding, "from 0 to max(stride, dilation)-1 = %d", most)
	}
	g.Left, g.Right = padding, padding-outputPadding
	return g, g.Validate()
}
