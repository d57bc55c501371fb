package layer

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/oneshot"
)

// transpose computes a transposed convolution by its definition. input is [n, In], filters [Kernel, Out, In/Groups],
// bias [Out] or nil, and the result [OutFrames(n), Out]. The weights must have been checked, and g must have its
// defaults filled in.
func transpose[T dsp.Float](g TransposeGeometry, input, filters, bias []T) ([]T, error) {
	out, err := checkInput(len(input), g.In, g.Out, g.MinFrames(), g.OutFrames)
	if err != nil {
		return nil, err
	}
	result := make([]T, out*g.Out)
	oneshot.Transpose(1, oneshot.Geometry(g), oneshot.Rows(input, g.In), filters, bias, oneshot.Rows(result, g.Out))
	return result, nil
}

// checkInput returns the number of output frames for a whole input of the passed number of values, or an error if the
// input has no result.
func checkInput(values, in, out, minFrames int, outFrames func(n int64) int64) (int, error) {
	if values%in != 0 {
		return 0, dsp.NewArgError("input length", values, "a multiple of the %d input channels", in)
	}
	n := values / in
	if n > 0 && n < minFrames {
		return 0, &dsp.TooShortError{Have: int64(n), Need: minFrames}
	}
	w := outFrames(int64(n))
	if w > oneshot.MaxElements/int64(out) {
		return 0, dsp.NewArgError("output frames", w, "at most %d for %d channels", oneshot.MaxElements/int64(out), out)
	}
	return int(w), nil
}

// convolve computes a convolution by its definition, the operation of torch.nn.Conv1d on frames. input is [n, In],
// filters [Kernel, Out, In/Groups], bias [Out] or nil, and the result [OutFrames(n), Out]. Each output sample is the
// sum from +0 over taps, ascending, and over their channels, ascending; then the bias is added. The weights must have
// been checked, and g must have its defaults filled in.
func convolve(g ConvGeometry, input, filters, bias []float32) ([]float32, error) {
	width, err := checkInput(len(input), g.In, g.Out, g.MinFrames(), g.OutFrames)
	if err != nil {
		return nil, err
	}
	n := len(input) / g.In
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	out := make([]float32, 0, width*g.Out)
	zeros := make([]float32, g.In)
	for t := range width {
		for o := range g.Out {
			var acc float32
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

// source returns the index of the input frame at position i of the padded input, or -1 for a frame of zeros. n is the
// length of the input.
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
