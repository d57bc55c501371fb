package resample

import (
	"unsafe"

	"github.com/tailwave/tailwave/dsp"
)

// planes returns an empty slice of capacity room for each channel. All are parts of one allocation.
func planes[T dsp.Float](channels, room int) [][]T {
	signals, all := make([][]T, channels), make([]T, channels*room)
	for c := range signals {
		signals[c], all = all[:0:room], all[room:]
	}
	return signals
}

// planeBytes returns the memory of signals in bytes.
func planeBytes[T dsp.Float](signals [][]T) int {
	n := 0
	for _, s := range signals {
		n += int(unsafe.Sizeof(s)) + cap(s)*int(unsafe.Sizeof(T(0)))
	}
	return n
}

// drop removes the first n values of each signal.
func drop[T dsp.Float](signals [][]T, n int) {
	for c, s := range signals {
		signals[c] = s[:copy(s, s[n:])]
	}
}

// deinterleave sets dst to every stride-th value of src.
func deinterleave(dst, src []float32, stride int) {
	if stride == 1 {
		copy(dst, src)
		return
	}
	for i := range dst {
		dst[i] = src[i*stride]
	}
}
