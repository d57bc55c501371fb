package dsp

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// CPU returns which instructions the kernels use: generic, avx2 or avx512. The environment variable TAILWAVE_CPU chooses
// one of them; it fails for a value that is none of them, or that this processor or build cannot run. Results do not depend
// on it.
func CPU() (string, error) {
	level, err := kernel.Choose()
	return level.String(), err
}
