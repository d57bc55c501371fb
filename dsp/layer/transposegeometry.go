package layer

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// Bounds on geometries. They keep index arithmetic far from overflow and the state of a stream within memory.
const (
	maxSize   = 1 << 30 // channels, taps, stride, dilation, span, trims
	maxWindow = 1 << 28 // (stride + span) * output channels of a transposed convolution

	maxConvWindow = 1 << 26 // (span + padding + stride) * input channels of a convolution
)

// A TransposeGeometry describes a transposed convolution except for its weights and the length of its input. The zero
// Groups, Stride and Dilation mean 1. The methods fail with a *dsp.ArgError.
//
// For n input frames the untrimmed result has (n-1)*Stride + Span() samples per channel. The first Left and the last
// Right samples are dropped; a negative Right appends -Right zeros (plus the bias). [TransposeGeometry.Same],
// [TransposeGeometry.Valid], [TransposeGeometry.Causal] and [TransposeGeometry.Torch] fill in Left and Right.
type TransposeGeometry struct {
	In, Out  int // channels of an input and of an output frame, at least 1
	Groups   int // divides In and Out; output channels depend on the input channels of their own group; 0 means 1
	Kernel   int // taps, at least 1
	Stride   int // output samples per input frame; 0 means 1
	Dilation int // distance between taps in output samples; 0 means 1
	Left     int // samples dropped at the start, at least 0
	Right    int // samples dropped at the end; -Right zeros are appended if negative
}

// withDefaults replaces zeros that mean 1.
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

// Span returns the number of output samples to which one input frame contributes, (Kernel-1)*Dilation + 1. With a
// Dilation above 1 it includes the gaps between the taps.
func (g TransposeGeometry) Span() int { return (g.Kernel-1)*max(1, g.Dilation) + 1 }

// Reach returns the first and the last input frame on which the output samples first to last depend. Frames below 0 or
// beyond the end of the input do not exist and contribute nothing.
func (g TransposeGeometry) Reach(first, last int) (int, int) {
	stride := max(1, g.Stride)
	return ratio.CeilDiv(first+g.Left-g.Span()+1, stride), ratio.FloorDiv(last+g.Left, stride)
}

// trim returns by how many samples the output is shorter than Stride per frame: n*Stride - OutFrames(n), the same for
// every n with a positive OutFrames. It is negative if the output is longer.
func (g TransposeGeometry) trim() int { return max(1, g.Stride) - g.Span() + g.Left + g.Right }

// OutFrames returns the number of output samples per channel for n input frames: (n-1)*Stride + Span - Left - Right, at
// least 0, and 0 for n = 0.
func (g TransposeGeometry) OutFrames(n int64) int64 {
	if n <= 0 {
		return 0
	}
	return max(0, n*int64(max(1, g.Stride))-int64(g.trim()))
}

// MinFrames returns the smallest number of frames for which OutFrames is positive. It exceeds 1 only if the trims
// exceed the contribution of one frame.
func (g TransposeGeometry) MinFrames() int {
	return max(1, ratio.FloorDiv(g.trim(), max(1, g.Stride))+1)
}

// Validate reports the first field outside its range, as a *dsp.ArgError with the value and the range.
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
		return dsp.NewArgError("(stride + filter span) x output channels", w, "at most %d", maxWindow)
	}
	return nil
}

// CheckWeights reports an invalid geometry, and numbers of elements that do not fit filters [Kernel, Out, In/Groups]
// and bias [Out]. For an absent bias, pass -1.
func (g TransposeGeometry) CheckWeights(filters, bias int) error {
	if err := g.Validate(); err != nil {
		return err
	}
	g = g.withDefaults()
	return checkElements(g.In, g.Out, g.Groups, g.Kernel, filters, bias)
}

// checkElements reports numbers of elements of filters and bias that do not fit the sizes of a layer.
func checkElements(in, out, groups, kernel, filters, bias int) error {
	if want := int64(kernel) * int64(out) * int64(in/groups); int64(filters) != want {
		return dsp.NewArgError("filter elements", filters,
			"%d: %d taps x %d output channels x %d input channels per group", want, kernel, out, in/groups)
	}
	if bias >= 0 && bias != out {
		return dsp.NewArgError("bias elements", bias, "%d, one per output channel", out)
	}
	return nil
}

// elements returns the number of elements of a bias for CheckWeights, -1 for nil.
func elements[T any](bias []T) int {
	if bias == nil {
		return -1
	}
	return len(bias)
}

// checkFields validates the fields that TransposeGeometry and ConvGeometry have in common.
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

// Same returns g with the trims of SAME padding in TensorFlow, for an output of n*Stride - trim samples. trim is from
// 0, which is the choice of Keras, to Stride-1. In all, max(0, Span-Stride+trim) samples are dropped, half of them at
// each end and an odd one at the end.
func (g TransposeGeometry) Same(trim int) (TransposeGeometry, error) {
	g = g.withDefaults()
	if trim < 0 || trim >= g.Stride {
		return g, dsp.NewArgError("trim", trim, "from 0 to stride-1 = %d", g.Stride-1)
	}
	g.Left = max(0, g.Span()-g.Stride+trim) / 2
	g.Right = g.Span() - g.Stride + trim - g.Left
	return g, g.Validate()
}

// Valid returns g with the trims of VALID padding in TensorFlow, for an output of (n-1)*Stride + Span + outputPadding
// samples: nothing is dropped, and outputPadding zeros, from 0 to Stride-1, are appended.
func (g TransposeGeometry) Valid(outputPadding int) (TransposeGeometry, error) {
	g = g.withDefaults()
	if outputPadding < 0 || outputPadding >= g.Stride {
		return g, dsp.NewArgError("output padding", outputPadding, "from 0 to stride-1 = %d", g.Stride-1)
	}
	g.Left, g.Right = 0, -outputPadding
	return g, g.Validate()
}

// Causal returns g with the trims that make output sample t depend only on input frames up to t/Stride; n frames make
// n*Stride samples. It drops nothing at the start and Span-Stride samples at the end, or appends zeros if that number
// is negative.
func (g TransposeGeometry) Causal() (TransposeGeometry, error) {
	g = g.withDefaults()
	g.Left, g.Right = 0, g.Span()-g.Stride
	return g, g.Validate()
}

// Torch returns g with the trims of torch.nn.ConvTranspose1d: Left is padding, and Right is padding-outputPadding. As
// in PyTorch, outputPadding must be from 0 to max(Stride, Dilation)-1.
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
