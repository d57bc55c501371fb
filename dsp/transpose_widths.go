package dsp

import (
	"math"
	"strconv"
)

// TensorFlow's names of the padding modes.
const (
	paddingSame  = "SAME"
	paddingValid = "VALID"
)

// LegalWidths returns the smallest and the largest output width that tf.nn.conv1d_transpose accepts for an input of n
// frames; every width between them is legal too. padding is "SAME" or "VALID", the sizes are at least 1 and n at least 0.
//
// These are the widths whose forward convolution has n frames. For n > 0 there are stride of them, (n-1)*stride+1 to
// n*stride for SAME and (n-1)*stride+ke to n*stride+ke-1 for VALID, where ke = (kernel-1)*dilation+1. For n = 0 they are
// 0 for SAME and max(0, ke-2*stride+1) to ke-1 for VALID, as TensorFlow's division truncates.
func LegalWidths(padding string, kernel, stride, dilation, n int) (lo, hi int, err error) {
	if err := checkTFPadding(padding); err != nil {
		return 0, 0, err
	}
	g := Geometry{In: 1, Out: 1, Groups: 1, Kernel: kernel, Stride: stride, Dilation: dilation}
	if err := g.Validate(); err != nil {
		return 0, 0, err
	}
	// The limit on frames keeps n*stride, below 2^31 * 2^30, far from overflow.
	if n < 0 || int64(n) > maxElements {
		return 0, 0, argError("input frames", n, "from 0 to %d", int64(maxElements))
	}
	low, high := legalWidths(padding, g, int64(n))
	if high > math.MaxInt {
		return 0, 0, argError("input frames", n, "at most %d for stride %d", math.MaxInt/stride, stride)
	}
	return int(low), int(high), nil
}

func legalWidths(padding string, g Geometry, n int64) (lo, hi int64) {
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

// forwardFrames returns how many frames TensorFlow's forward convolution makes of a width, the number that the
// operator compares with the frames it was given.
func forwardFrames(padding string, g Geometry, width int64) int64 {
	s := int64(g.Stride)
	if padding == paddingSame {
		return (width + s - 1) / s
	}
	return (width - int64(g.Span()) + s) / s
}

// widthError explains a width outside [lo, hi] with all that it depends on. The width is at least 0.
func widthError(padding string, g Geometry, n, width, lo, hi int) error {
	computed := forwardFrames(padding, g, min(int64(width), math.MaxInt64-maxSize))
	return argError("output_shape width", width,
		"from %d to %d for %d input frames with filter %d, stride %d, dilation %d, padding %s (this width makes %d frames)",
		lo, hi, n, g.Kernel, g.Stride, g.Dilation, padding, computed)
}

func checkTFPadding(padding string) error {
	if padding != paddingSame && padding != paddingValid {
		return argError("padding", strconv.Quote(padding), "SAME or VALID")
	}
	return nil
}
