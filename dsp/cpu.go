package dsp

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// CPU returns which instructions the kernels use: generic, avx2 or avx512. The environment variable TAILWAVE_CPU
// chooses one of them; CPU fails if the variable has another value, or names a level that this CPU or build lacks.
// Results do not depend on it.
func CPU() (string, error) {
	level, err := kernel.Choose()
	return level.String(), err
}
