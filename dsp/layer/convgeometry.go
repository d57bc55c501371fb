package layer

import "github.com/tailwave/tailwave/dsp"

// Padding selects the frames that precede the first and follow the last input frame of a convolution.
type Padding int

const (
	Zeros     Padding = iota // frames of +0, which are terms of the sums like any other frame
	Reflect                  // the input mirrored at its first and at its last frame, without repeating these two
	Replicate                // copies of the first frame on the left and of the last on the right
)

var paddingNames = [...]string{Zeros: "zeros", Reflect: "reflect", Replicate: "replicate"}

// String returns "zeros", "reflect" or "replicate".
func (p Padding) String() string {
	if p < 0 || int(p) >= len(paddingNames) {
		return "unknown padding"
	}
	return paddingNames[p]
}

// A ConvGeometry describes a convolution except for its weights and the length of its input. Convolution has the sense
// of neural networks: the filter is not reversed. The zero Groups, Stride and Dilation mean 1. The methods fail with a
// *dsp.ArgError.
//
// The padded input has Left frames before the input and Right frames after it. Output frame t is a weighted sum of its
// frames t*Stride, t*Stride + Dilation, ..., t*Stride + (Kernel-1)*Dilation. The operation is that of torch.nn.Conv1d,
// on frames with adjacent channels.
type ConvGeometry struct {
	In, Out  int     // channels of an input and of an output frame, at least 1
	Groups   int     // divides In and Out; output channels depend on the input channels of their own group; 0 means 1
	Kernel   int     // taps, at least 1
	Stride   int     // input frames per output frame; 0 means 1
	Dilation int     // distance between taps in input frames; 0 means 1
	Left     int     // frames of padding before the input, at least 0
	Right    int     // frames of padding after the input, at least 0
	Padding  Padding // contents of these frames
}

// withDefaults replaces zeros that mean 1.
func (g ConvGeometry) withDefaults() ConvGeometry {
	defaultTo1(&g.Groups, &g.Stride, &g.Dilation)
	return g
}

// Span returns the number of padded input frames that an output frame covers, (Kernel-1)*Dilation + 1.
func (g ConvGeometry) Span() int { return (g.Kernel-1)*max(1, g.Dilation) + 1 }

// Reach returns the first and the last input frame on which the output frames first to last depend. Results below 0 or
// beyond the end of the input are frames of padding.
func (g ConvGeometry) Reach(first, last int) (int, int) {
	stride := max(1, g.Stride)
	return first*stride - g.Left, last*stride - g.Left + g.Span() - 1
}

// OutFrames returns the number of output frames for n input frames: floor((n+Left+Right-Span)/Stride) + 1, and 0 for
// fewer than MinFrames.
func (g ConvGeometry) OutFrames(n int64) int64 {
	if n < int64(g.MinFrames()) {
		return 0
	}
	return (n+int64(g.Left+g.Right-g.Span()))/int64(max(1, g.Stride)) + 1
}

// MinFrames returns the length of the shortest input that has a result. With its padding it must be as long as the
// span, and reflect padding of p frames mirrors an input of at least p+1.
func (g ConvGeometry) MinFrames() int {
	n := max(1, g.Span()-g.Left-g.Right)
	if g.Padding == Reflect {
		n = max(n, g.Left+1, g.Right+1)
	}
	return n
}

// Validate reports the first field outside its range, as a *dsp.ArgError with the value and the range.
func (g ConvGeometry) Validate() error {
	g = g.withDefaults()
	if err := checkFields(g.In, g.Out, g.Groups, g.Kernel, g.Stride, g.Dilation); err != nil {
		return err
	}
	if g.Padding < 0 || int(g.Padding) >= len(paddingNames) {
		return dsp.NewArgError("padding mode", int(g.Padding), "Zeros, Reflect or Replicate")
	}
	if g.Left < 0 || g.Left > maxSize {
		return dsp.NewArgError("left padding", g.Left, "from 0 to %d", maxSize)
	}
	if g.Right < 0 || g.Right > maxSize {
		return dsp.NewArgError("right padding", g.Right, "from 0 to %d", maxSize)
	}
	// A stream holds about two spans and paddings of its input.
	if w := int64(g.Span()+g.Left+g.Right+g.Stride) * int64(g.In); w > maxConvWindow {
		const sum = "(filter span + padding + stride) x input channels"
		return dsp.NewArgError(sum, w, "at most %d", maxConvWindow)
	}
	return nil
}

// Same returns g with Span-1 frames of padding, half of them on each side and an odd one on the right, so that n input
// frames make ceil(n/Stride) output frames. For a Stride above 1 this differs from SAME of TensorFlow, whose padding
// depends on the length of the input.
func (g ConvGeometry) Same() (ConvGeometry, error) {
	g = g.withDefaults()
	g.Left = (g.Span() - 1) / 2
	g.Right = g.Span() - 1 - g.Left
	return g, g.Validate()
}

// Causal returns g with Span-1 frames of padding on the left only: output frame t depends on input frames up to
// t*Stride.
func (g ConvGeometry) Causal() (ConvGeometry, error) {
	g = g.withDefaults()
	g.Left, g.Right = g.Span()-1, 0
	return g, g.Validate()
}

// CheckWeights reports an invalid geometry, and numbers of elements that do not fit filters [Kernel, Out, In/Groups]
// and bias [Out]. For an absent bias, pass -1.
func (g ConvGeometry) CheckWeights(filters, bias int) error {
	if err := g.Validate(); err != nil {
		return err
	}
	g = g.withDefaults()
	return checkElements(g.In, g.Out, g.Groups, g.Kernel, filters, bias)
}
