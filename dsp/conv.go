package dsp

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// Padding says what stands before the first and behind the last frame of a convolution's input.
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

// A ConvGeometry is a convolution (in the sense of neural networks: the filter is not reversed) but for its weights and
// the length of its input. The errors of its methods are *ArgError.
//
// The input, with Left frames of padding before and Right behind it, gives output frame t from the frames t*Stride,
// t*Stride + Dilation, ..., t*Stride + (Kernel-1)*Dilation of the padded input.
type ConvGeometry struct {
	In, Out  int     // channels of an input and of an output frame, at least 1
	Groups   int     // divides In and Out; input channels of group g feed output channels of group g only
	Kernel   int     // taps, at least 1
	Stride   int     // input frames per output frame, at least 1
	Dilation int     // distance between taps in input frames, at least 1
	Left     int     // frames of padding before the input, at least 0
	Right    int     // frames of padding behind the input, at least 0
	Padding  Padding // what they hold
}

// Span returns how many padded frames an output frame reaches over, (Kernel-1)*Dilation + 1.
func (g ConvGeometry) Span() int { return (g.Kernel-1)*g.Dilation + 1 }

// Width returns the number of output frames for n input frames: floor((n+Left+Right-Span)/Stride) + 1, at least 0, and 0
// for fewer than MinFrames.
func (g ConvGeometry) Width(n int64) int64 {
	if n < int64(g.MinFrames()) {
		return 0
	}
	return (n+int64(g.Left+g.Right-g.Span()))/int64(g.Stride) + 1
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

// Validate reports the first field outside its range, with its value and the range, as an *ArgError.
func (g ConvGeometry) Validate() error {
	if err := checkFields(g.In, g.Out, g.Groups, g.Kernel, g.Stride, g.Dilation); err != nil {
		return err
	}
	if g.Padding < 0 || int(g.Padding) >= len(paddingNames) {
		return argError("padding mode", int(g.Padding), "Zeros, Reflect or Replicate")
	}
	if g.Left < 0 || g.Left > maxSize {
		return argError("left padding", g.Left, "from 0 to %d", maxSize)
	}
	if g.Right < 0 || g.Right > maxSize {
		return argError("right padding", g.Right, "from 0 to %d", maxSize)
	}
	// A stream keeps about two spans and paddings of its input.
	if w := int64(g.Span()+g.Left+g.Right+g.Stride) * int64(g.In); w > maxConvWindow {
		return argError("filter span plus padding plus stride, times input channels,", w, "at most %d", maxConvWindow)
	}
	return nil
}

// Same returns g with Span-1 frames of padding, the odd one on the right: with Stride 1 the result is as long as the input.
func (g ConvGeometry) Same() (ConvGeometry, error) {
	g.Left = (g.Span() - 1) / 2
	g.Right = g.Span() - 1 - g.Left
	return g, g.Validate()
}

// Causal returns g with all of Span-1 frames of padding on the left: output frame t depends on input frames up to
// t*Stride only.
func (g ConvGeometry) Causal() (ConvGeometry, error) {
	g.Left, g.Right = g.Span()-1, 0
	return g, g.Validate()
}

// source returns which of n input frames stands at position i of the padded input, or -1 for a frame of zeros.
func (g ConvGeometry) source(i, n int) int {
	i -= g.Left
	if i >= 0 && i < n {
		return i
	}
	switch g.Padding {
	case Reflect:
		if i < 0 {
			return -i
		}
		return 2*(n-1) - i
	case Replicate:
		return min(max(i, 0), n-1)
	}
	return -1
}

// Conv is the convolution of one whole input, the definition that streams are compared with: the operation of
// torch.nn.Conv1d, on frames.
//
// input is [n, In], filters [Kernel, Out, In/Groups], bias [Out] or nil; the result is [Width(n), Out]. Each output sample
// is the sum over taps, ascending, and their channels, ascending, from +0; then the bias is added. It fails if g is not
// valid, a length does not fit g, or the input is shorter than MinFrames.
func Conv[T Float](g ConvGeometry, input, filters, bias []T) ([]T, error) {
	if err := g.check(len(filters), len(bias), bias != nil); err != nil {
		return nil, err
	}
	if len(input)%g.In != 0 {
		return nil, argError("input length", len(input), "a multiple of the %d input channels", g.In)
	}
	n := len(input) / g.In
	if n > 0 && n < g.MinFrames() {
		return nil, ErrTooShort{Have: int64(n), Need: g.MinFrames()}
	}
	width := g.Width(int64(n))
	if width > maxElements/int64(g.Out) {
		return nil, argError("output frames", width, "at most %d for %d channels", maxElements/int64(g.Out), g.Out)
	}
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	out := make([]T, 0, int(width)*g.Out)
	zeros := make([]T, g.In)
	for t := range int(width) {
		for o := range g.Out {
			var acc T
			for j := range g.Kernel {
				frame := zeros
				if i := g.source(t*g.Stride+j*g.Dilation, n); i >= 0 {
					frame = input[i*g.In:][:g.In]
				}
				acc = kernel.Dot(acc, frame[o/cout*cin:][:cin], filters[(j*g.Out+o)*cin:][:cin])
			}
			if bias != nil {
				acc += bias[o]
			}
			out = append(out, acc)
		}
	}
	return out, nil
}

// check validates g and the lengths of its weights.
func (g ConvGeometry) check(filters, bias int, biased bool) error {
	if err := g.Validate(); err != nil {
		return err
	}
	if want := int64(g.Kernel) * int64(g.Out) * int64(g.In/g.Groups); int64(filters) != want {
		return argError("filter elements", filters, "%d taps x %d x %d = %d", g.Kernel, g.Out, g.In/g.Groups, want)
	}
	if biased && bias != g.Out {
		return argError("bias elements", bias, "%d, one per output channel", g.Out)
	}
	return nil
}
