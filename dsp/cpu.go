package dsp

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// CPU returns the instruction set that the kernels use: generic, avx2 or avx512. The environment variable TAILWAVE_CPU
// selects one of them. CPU fails if the variable has another value, or names a level that this CPU or this build does
// not support. The level does not change a bit of any result.
func CPU() (string, error) {
	level, err := kernel.Choose()
	return level.String(), err
}
