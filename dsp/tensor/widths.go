package tensor

import (
	"math"
	"strconv"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/oneshot"
	"github.com/tailwave/tailwave/dsp/layer"
)

// The names of the padding modes in TensorFlow.
const (
	paddingSame  = "SAME"
	paddingValid = "VALID"
)

// LegalWidths returns the smallest and the largest width that tf.nn.conv1d_transpose accepts in its output_shape for an
// input of n frames; every width between them is legal too. padding is "SAME" or "VALID". kernel, the number of taps,
// stride and dilation are at least 1, and n is at least 0.
//
// A width is legal if the forward convolution, tf.nn.conv1d, would make n frames of it. With ke = (kernel-1)*dilation+1
// the legal widths are
//
//	       SAME                           VALID
//	n > 0  (n-1)*stride+1 to n*stride     (n-1)*stride+ke to n*stride+ke-1
//	n = 0  0                              max(0, ke-2*stride+1) to ke-1
//
// The last range is wider than stride because integer division in TensorFlow truncates toward 0. Errors are
// *dsp.ArgError.
func LegalWidths(padding string, kernel, stride, dilation, n int) (lo, hi int, err error) {
	if err := checkTFPadding(padding); err != nil {
		return 0, 0, err
	}
	g, err := oneChannel(kernel, stride, dilation)
	if err != nil {
		return 0, 0, err
	}
	// The bound on n keeps n*stride at 2^61 or less, far from overflow.
	if n < 0 || int64(n) > oneshot.MaxElements {
		return 0, 0, dsp.NewArgError("input frames", n, "from 0 to %d", int64(oneshot.MaxElements))
	}
	low, high := legalWidths(padding, g, int64(n))
	if high > math.MaxInt {
		return 0, 0, dsp.NewArgError("input frames", n, "at most %d for stride %d", math.MaxInt/stride, stride)
	}
	return int(low), int(high), nil
}

// oneChannel returns a valid geometry of one channel without trims. The arguments must have their defaults filled in.
func oneChannel(kernel, stride, dilation int) (layer.TransposeGeometry, error) {
	g := layer.TransposeGeometry{In: 1, Out: 1, Groups: 1, Kernel: kernel, Stride: stride, Dilation: dilation}
	if err := checkSteps(stride, dilation); err != nil {
		return g, err
	}
	return g, g.Validate()
}

// legalWidths is LegalWidths for checked arguments.
func legalWidths(padding string, g layer.TransposeGeometry, n int64) (lo, hi int64) {
	s, ke := int64(g.Stride), int64(g.Span())
	switch {
	case padding == paddingSame && n == 0:
		return 0, 0
	case padding == paddingSame:
		return (n-1)*s + 1, n * s
	case n == 0:
		return max(0, ke-2*s+1), ke - 1
	}
	return (n-1)*s + ke, n*s + ke - 1
}

// forwardFrames returns the number of frames that the forward convolution of TensorFlow makes of a width. The operator
// requires that it equals the number of input frames.
func forwardFrames(padding string, g layer.TransposeGeometry, width int64) int64 {
	s := int64(g.Stride)
	if padding == paddingSame {
		return (width + s - 1) / s
	}
	return (width - int64(g.Span()) + s) / s
}

// widthError reports a width outside [lo, hi], with everything on which the range depends. The width must not be
// negative.
func widthError(padding string, g layer.TransposeGeometry, n, width, lo, hi int) error {
	computed := forwardFrames(padding, g, min(int64(width), math.MaxInt64-maxTrim))
	return dsp.NewArgError("output_shape width", width,
		"from %d to %d for %d input frames with filter %d, stride %d, dilation %d, padding %s "+
			"(this width makes %d frames)", lo, hi, n, g.Kernel, g.Stride, g.Dilation, padding, computed)
}

func checkTFPadding(padding string) error {
	if padding != paddingSame && padding != paddingValid {
		return dsp.NewArgError("padding", strconv.Quote(padding), "SAME or VALID")
	}
	return nil
}
