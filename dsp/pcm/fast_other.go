//go:build !amd64 || purego

package pcm

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// The functions below leave all samples to the Go code.

const lanes = 8

func peakFast(_ kernel.Level, _ []float32, peak float32) (float32, int) { return peak, 0 }

func quantizeFast(kernel.Level, []int32, []float32, float64, float32) (int, bool) { return 0, false }

func ditherFast(kernel.Level, []int32, []float32, []uint64, uint64, float64, float32) (int, bool) {
	return 0, false
}

func packFast(kernel.Level, []byte, []int32, int) int               { return 0 }
func packFloatFast(kernel.Level, []byte, []float32, int) (int, int) { return 0, 0 }
