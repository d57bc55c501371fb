package pcm

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// remarkable returns values at which something happens in a format: ties, the ends of the codes with and without noise,
// and those of float32.
func remarkable(f Format) []float32 {
	full := math.Ldexp(1, 8*f.Bytes()-1)
	if f.Float() {
		full = 1 << 15
	}
	inf := math.Inf(1)
	values := []float32{0, 1, -1, 2, -2, math.MaxFloat32, -math.MaxFloat32, 1e30, 1e-40, -1e-40, math.SmallestNonzeroFloat32,
		-math.SmallestNonzeroFloat32, 0x1p-126, float32(inf), -float32(inf), float32(math.Copysign(0, -1))}
	for _, bits := range nans32 {
		values = append(values, math.Float32frombits(bits))
	}
	for _, k := range []float64{-full - 1, -full, -full + 1, -full + 2, -7, -1, 0, 1, 6, full - 3, full - 2, full - 1, full} {
		for _, d := range []float64{-0.5, 0, 0.5} {
			x := float32((k + d) / full)
			values = append(values, x, math.Nextafter32(x, 2), math.Nextafter32(x, -2))
		}
	}
	return values
}

// awkward returns n samples, many or few of them remarkable.
func awkward(rng *rand.Rand, f Format, n int) []float32 {
	values, one := remarkable(f), []int{1, 3, 20, 500}[rng.IntN(4)]
	x := make([]float32, n)
	for i := range x {
		if x[i] = float32(rng.Float64()*1.9 - 0.95); rng.IntN(one) == 0 {
			x[i] = values[rng.IntN(len(values))]
		}
	}
	return x
}

// TestLevels: the bytes, counts and positions of each level are those of Go, for all short lengths, misaligned and cut
// anywhere, and nothing is written behind the bytes.
func TestLevels(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	lengths := []int{100, 255, 256, 511, 512, 513, 519, 520, 1023, 1031, 1500}
	for n := range 68 {
		lengths = append(lengths, n)
	}
	for _, f := range allFormats {
		for _, channels := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 24, 64, 128, 129, 300} {
			for _, dither := range []bool{false, true} {
				for _, l := range kernel.Levels() {
					want, got := newEncoderAt(kernel.Generic, f, channels, dither), newEncoderAt(l, f, channels, dither)
					rng.Shuffle(len(lengths), func(i, j int) { lengths[i], lengths[j] = lengths[j], lengths[i] })
					for _, n := range lengths {
						what := fmt.Sprintf("%v, %d channels, dither %v, %v: %d samples", f, channels, dither, l, n)
						from, to, guards := rng.IntN(9), rng.IntN(33), bytes.Repeat([]byte{0xA5}, 64)
						x := slices.Insert(awkward(rng, f, n), 0, make([]float32, from)...)[from:]
						b := make([]byte, to, to+n*f.Bytes()+len(guards))
						copy(b[:cap(b)][cap(b)-len(guards):], guards)
						wantBytes, gotBytes := want.Encode(nil, x), got.Encode(b, x)
						if !bytes.Equal(gotBytes[to:], wantBytes) {
							t.Fatalf("%s: other bytes", what)
						}
						if !bytes.Equal(gotBytes[len(gotBytes):cap(b)], guards) {
							t.Fatalf("%s: wrote behind its bytes", what)
						}
						if got.Stats() != want.Stats() || got.frame != want.frame || got.channel != want.channel {
							t.Fatalf("%s: %+v, want %+v", what, got.Stats(), want.Stats())
						}
					}
				}
			}
		}
	}
}

// TestLevelsRemarkable has each remarkable value in each lane, between others that are not.
func TestLevelsRemarkable(t *testing.T) {
	for _, f := range allFormats {
		for _, v := range remarkable(f) {
			for lane := range 2 * lanes {
				x := make([]float32, 2*lanes)
				for i := range x {
					x[i] = float32(i) * -0.05
				}
				x[lane] = v
				for _, dither := range []bool{false, true} {
					want := newEncoderAt(kernel.Generic, f, 1, dither)
					bytesWant := want.Encode(nil, x)
					for _, l := range kernel.Levels() {
						got := newEncoderAt(l, f, 1, dither)
						if b := got.Encode(nil, x); !bytes.Equal(b, bytesWant) || got.Stats() != want.Stats() {
							t.Fatalf("%v, %v, dither %v: %v in lane %d gives % x and %+v, want % x and %+v",
								f, l, dither, v, lane, b, got.Stats(), bytesWant, want.Stats())
						}
					}
				}
			}
		}
	}
}

// TestLevelsDitherAtTies has samples that noise takes to within a hair of the middle between two codes, on both sides:
// noise that is off by 2^-20 of a step gives other codes.
func TestLevelsDitherAtTies(t *testing.T) {
	const frames = 20000
	for channels := 1; channels <= 9; channels++ {
		x := make([]float32, channels*frames)
		for c := range channels {
			for i, w := range noise(c, frames) {
				v := float32((0.5 - w) / (1 << 15))
				x[i*channels+c] = []float32{v, math.Nextafter32(v, 1), math.Nextafter32(v, -1)}[i%3]
			}
		}
		want := newEncoderAt(kernel.Generic, S16, channels, true).Encode(nil, x)
		ones := 0
		for b := want; len(b) > 0; b = b[2:] {
			ones += int(code(b, S16))
		}
		if ones < len(x)/3 || ones > 2*len(x)/3 {
			t.Fatalf("%d channels: %d of %d samples are rounded up: they are not at ties", channels, ones, len(x))
		}
		for _, l := range kernel.Levels() {
			if !bytes.Equal(newEncoderAt(l, S16, channels, true).Encode(nil, x), want) {
				t.Errorf("%d channels, %v: other bytes", channels, l)
			}
		}
	}
}
