package layer

import "github.com/tailwave/tailwave/dsp"

// Padding says which frames precede the first and follow the last frame of a convolution's input.
type Padding int

const (
	Zeros     Padding = iota // frames of +0, which take part in the sums like any other
	Reflect                  // the input mirrored at its first and at its last frame, which are not repeated
	Replicate                // the first frame, and the last
)

var paddingNames = [...]string{Zeros: "zeros", Reflect: "reflect", Replicate: "replicate"}

// String returns zeros, reflect or replicate.
func (p Padding) String() string {
	if p < 0 || int(p) >= len(paddingNames) {
		return "unknown padding"
	}
	return paddingNames[p]
}

// A ConvGeometry is everything about a convolution (in the sense of neural networks: the filter is not reversed) except
// its weights and the length of its input. The errors of its methods are *dsp.ArgError. The zero Groups, Stride and
// Dilation stand for 1.
//
// Output frame t is a weighted sum of the frames t*Stride, t*Stride + Dilation, ..., t*Stride + (Kernel-1)*Dilation of
// the padded input, which has Left frames of padding before the input and Right after it.
type ConvGeometry struct {
	In, Out  int     // channels of an input and of an output frame, at least 1
	Groups   int     // divides In and Out; input channels of group g feed output channels of group g only; 0 stands for 1
	Kernel   int     // taps, at least 1
	Stride   int     // input frames per output frame; 0 stands for 1
	Dilation int     // distance between taps in input frames; 0 stands for 1
	Left     int     // frames of padding before the input, at least 0
	Right    int     // frames of padding after the input, at least 0
	Padding  Padding // what they hold
}

// withDefaults replaces zeros that stand for 1.
func (g ConvGeometry) withDefaults() ConvGeometry {
	defaultTo1(&g.Groups, &g.Stride, &g.Dilation)
	return g
}

// Span returns the number of padded frames that an output frame reaches over, (Kernel-1)*Dilation + 1.
func (g ConvGeometry) Span() int { return (g.Kernel-1)*max(1, g.Dilation) + 1 }

// Reach returns the first and the last input frame that the output frames from first to last depend on. Frames before 0
// and after the end of the input are padding.
func (g ConvGeometry) Reach(first, last int) (int, int) {
	stride := max(1, g.Stride)
	return first*stride - g.Left, last*stride - g.Left + g.Span() - 1
}

// OutFrames returns the number of output frames for n input frames: floor((n+Left+Right-Span)/Stride) + 1, at least 0,
// and 0 for fewer than MinFrames.
func (g ConvGeometry) OutFrames(n int64) int64 {
	if n < int64(g.MinFrames()) {
		return 0
	}
	return (n+int64(g.Left+g.Right-g.Span()))/int64(max(1, g.Stride)) + 1
}

// MinFrames returns the length of the shortest input that has a result: long enough to be reflected from, and with its
// padding as long as the span.
func (g ConvGeometry) MinFrames() int {
	n := max(1, g.Span()-g.Left-g.Right)
	if g.Padding == Reflect {
		n = max(n, g.Left+1, g.Right+1)
	}
	return n
}

// Validate reports the first field outside its range, with its value and the range, as a *dsp.ArgError.
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
	// A stream keeps about two spans and paddings of its input.
	if w := int64(g.Span()+g.Left+g.Right+g.Stride) * int64(g.In); w > maxConvWindow {
		const sum = "filter span plus padding plus stride, times input channels,"
		return dsp.NewArgError(sum, w, "at most %d", maxConvWindow)
	}
	return nil
}

// Same returns g with Span-1 frames of padding, half of them on each side and an odd one on the right: n input frames
// make ceil(n/Stride) output frames. For a Stride above 1 this is not TensorFlow's SAME, which pads by the length of
// the input.
func (g ConvGeometry) Same() (ConvGeometry, error) {
	g = g.withDefaults()
	g.Left = (g.Span() - 1) / 2
	g.Right = g.Span() - 1 - g.Left
	return g, g.Validate()
}

// Causal returns g with all of Span-1 frames of padding on the left: output frame t depends on input frames up to
// t*Stride only.
func (g ConvGeometry) Causal() (ConvGeometry, error) {
	g = g.withDefaults()
	g.Left, g.Right = g.Span()-1, 0
	return g, g.Validate()
}

// CheckWeights reports an invalid geometry, or filters that are not [Kernel, Out, In/Groups] or a bias that is not
// [Out] by their number of elements; a bias of -1 elements is absent.
func (g ConvGeometry) CheckWeights(filters, bias int) error {
	if err := g.Validate(); err != nil {
		return err
	}
	g = g.withDefaults()
	return checkElements(g.In, g.Out, g.Groups, g.Kernel, filters, bias)
}
