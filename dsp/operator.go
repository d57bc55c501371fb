package dsp

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// ConvTranspose is the transposed convolution of one whole input, the definition that streams are compared with.
//
// input is [n, In], filters [Kernel, Out, In/Groups], bias [Out] or nil; the result is [Width(n), Out]. Each output sample
// is computed on its own, in gather form: from the frames that reach it, ascending, and their channels, ascending.
// It fails if g is not valid, a length does not fit g, or the input is shorter than the shortest that has a result.
func ConvTranspose[T Float](g Geometry, input, filters, bias []T) ([]T, error) {
	return ConvTransposeEvery(1, g, input, filters, bias)
}

// ConvTransposeEvery returns the output frames 0, step, 2*step, ... of ConvTranspose, and computes no others.
// step must be at least 1.
func ConvTransposeEvery[T Float](step int, g Geometry, input, filters, bias []T) ([]T, error) {
	if err := checkWeights(g, filters, bias); err != nil {
		return nil, err
	}
	if step < 1 {
		return nil, argError("step", step, "at least 1")
	}
	if len(input)%g.In != 0 {
		return nil, argError("input length", len(input), "a multiple of the %d input channels", g.In)
	}
	n := len(input) / g.In
	if n > 0 && n < g.minFrames() {
		return nil, ErrTooShort{Have: int64(n), Need: g.minFrames()}
	}
	w := g.Width(int64(n))
	if w > 0 {
		w = (w-1)/int64(step) + 1
	}
	if w > maxElements/int64(g.Out) {
		return nil, argError("output frames", w, "at most %d for %d channels", maxElements/int64(g.Out), g.Out)
	}
	out := make([]T, w*int64(g.Out))
	gather(step, g, view[T]{input, g.In, 1, n}, filters, bias, view[T]{out, g.Out, 1, int(w)})
	return out, nil
}

// maxElements bounds the elements of one tensor.
const maxElements = 1 << 31

// minFrames is the smallest number of frames with a positive width.
func (g Geometry) minFrames() int { return max(1, floorDiv(g.Rest(), g.Stride)+1) }

func checkWeights[T Float](g Geometry, filters, bias []T) error {
	if err := g.Validate(); err != nil {
		return err
	}
	if want := int64(g.Kernel) * int64(g.Out) * int64(g.In/g.Groups); int64(len(filters)) != want {
		return argError("filter elements", len(filters), "%d taps x %d x %d = %d", g.Kernel, g.Out, g.In/g.Groups, want)
	}
	if bias != nil && len(bias) != g.Out {
		return argError("bias elements", len(bias), "%d, one per output channel", g.Out)
	}
	return nil
}

// A view is a matrix [n, channels] inside a tensor of either layout: element (i, c) is data[i*frame + c*channel].
type view[T Float] struct {
	data           []T
	frame, channel int
	n              int
}

// gather computes every step-th frame, and all channels, of the result into out. filters is [Kernel, Out, In/Groups].
func gather[T Float](step int, g Geometry, in view[T], filters, bias []T, out view[T]) {
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	x := make([]T, cin)
	common := gcd(g.Stride, g.Dilation)
	for t := range out.n {
		p := t*step + g.Left // position in the untrimmed result
		first, tap := g.firstTerm(p, in.n)
		for o := range g.Out {
			var acc T
			for i, j := first, tap; j >= 0 && i < in.n; i, j = i+g.Dilation/common, j-g.Stride/common {
				for c := range x {
					x[c] = in.data[i*in.frame+(o/cout*cin+c)*in.channel]
				}
				acc = kernel.Dot(acc, x, filters[(j*g.Out+o)*cin:][:cin])
			}
			if bias != nil {
				acc += bias[o]
			}
			out.data[t*out.frame+o*out.channel] = acc
		}
	}
}

// firstTerm returns the first frame, and its tap, that reach position p of the untrimmed result of n frames: the solution
// of frame*Stride + tap*Dilation == p with the smallest frame. The tap is -1 if there is none.
func (g Geometry) firstTerm(p, n int) (frame, tap int) {
	first := max(0, -floorDiv(g.Span()-1-p, g.Stride)) // earlier frames end before p
	common := gcd(g.Stride, g.Dilation)
	if p%common != 0 || first >= n || p < first*g.Stride {
		return 0, -1
	}
	// Solutions recur every Dilation/common frames and every Stride/common taps: search over the shorter of the two.
	if g.Dilation <= g.Stride {
		for i := first; i < first+g.Dilation/common && i*g.Stride <= p; i++ {
			if (p-i*g.Stride)%g.Dilation == 0 {
				return i, (p - i*g.Stride) / g.Dilation
			}
		}
		return 0, -1
	}
	last := (p - first*g.Stride) / g.Dilation
	for j := last; j >= 0 && j > last-g.Stride/common; j-- {
		if (p-j*g.Dilation)%g.Stride == 0 {
			return (p - j*g.Dilation) / g.Stride, j
		}
	}
	return 0, -1
}

func floorDiv[T int | int64](a, b T) T {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
