package pcm

import (
	"math/rand/v2"
	"testing"
)

func benchSignal() []float32 {
	rng := rand.New(rand.NewPCG(3, 4))
	x := make([]float32, 2*4096)
	for i := range x {
		x[i] = float32(rng.Float64()*1.8 - 0.9)
	}
	return x
}

// The byte counts of the benchmarks are those of the file format.

func BenchmarkDecode(b *testing.B) {
	for _, f := range allFormats {
		b.Run(f.String(), func(b *testing.B) {
			x := benchSignal()
			src := newEncoder(b, f, 2, false).Encode(nil, x)
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				Decode(x, src, f)
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, f := range allFormats {
		for _, dither := range []bool{false, true} {
			name := f.String()
			if dither {
				if f.Float() {
					continue
				}
				name += "/dither"
			}
			b.Run(name, func(b *testing.B) {
				x := benchSignal()
				e := newEncoder(b, f, 2, dither)
				buf := e.Encode(nil, x)
				b.SetBytes(int64(len(buf)))
				for b.Loop() {
					e.Encode(buf[:0], x)
				}
			})
		}
	}
}
