package resample

import (
	"slices"
	"unsafe"

	"github.com/tailwave/tailwave/dsp"
)

// planes returns an empty slice for each channel, of the same capacity of at least room. All are parts of one
// allocation, and use all of the memory that the allocator rounds it up to.
func planes[T dsp.Float](channels, room int) [][]T {
	signals, all := make([][]T, channels), slices.Grow([]T(nil), channels*room)
	room = cap(all) / channels
	for c := range signals {
		signals[c] = all[c*room : c*room : (c+1)*room]
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
