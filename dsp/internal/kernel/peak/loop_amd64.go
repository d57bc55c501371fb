//go:build !purego

package peak

import "github.com/tailwave/tailwave/dsp/internal/kernel"

func loop(l kernel.Level, n int) {
	if l == kernel.AVX512 {
		loopAVX512(n)
	} else {
		loopAVX2(n)
	}
}
