//go:build !amd64 || purego

package peak

import "github.com/tailwave/tailwave/dsp/internal/kernel"

func loop(kernel.Level, int) {}
