package pcm

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// remarkable returns values at the limits of a format: ties, the ends of the range of codes with and without noise, and
// the ends of the range of float32.
func remarkable(f Format) []float32 {
	full := math.Ldexp(1, 8*f.Bytes()-1)
	if f.Float() {
		full = 1 << 15
	}
	inf := math.Inf(1)
	values := []float32{0, 1, -1, 2, -2, math.MaxFloat32, -math.MaxFloat32, 1e30, 1e-40, -1e-40,
		math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 0x1p-126, float32(inf), -float32(inf),
		float32(math.Copysign(0, -1))}
	for _, bits := range nans32 {
		values = append(values, math.Float32frombits(bits))
	}
	for _, k := range []float64{
		-full - 1, -full, -full + 1, -full + 2, -7, -1, 0, 1, 6, full - 3, full - 2, full - 1, full,
	} {
		for _, d := range []float64{-0.5, 0, 0.5} {
			x := float32((k + d) / full)
			values = append(values, x, math.Nextafter32(x, 2), math.Nextafter32(x, -2))
		}
	}
	return values
}

// awkward returns n samples. A random share of them, from few to many, are values at which an encoder may fail.
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

// TestLevels: the bytes, counts and positions of each level are those of the Go code, for all short lengths, misaligned
// and split anywhere, and nothing is written after the bytes.
func TestLevels(t *testing.T) {
	lengths := []int{100, 255, 256, 511, 512, 513, 519, 520, 1023, 1031, 1500}
	for n := range 68 {
		lengths = append(lengths, n)
	}
	for _, f := range allFormats {
		for _, channels := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 24, 64, 128, 129, 300} {
			for _, dither := range []bool{false, true} {
				for _, l := range kernel.Levels() {
					t.Run(fmt.Sprintf("%s/%d channels/%v", encoding(f, dither), channels, l), func(t *testing.T) {
						checkLevel(t, l, f, channels, dither, lengths)
					})
				}
			}
		}
	}
}

// checkLevel compares an encoder at a level with one at the Generic level. Both encode chunks of the lengths in a
// random order.
func checkLevel(t *testing.T, l kernel.Level, f Format, channels int, dither bool, lengths []int) {
	t.Helper()
	rng := seeded(t)
	guards := bytes.Repeat([]byte{0xA5}, 64)
	want, got := newEncoderAt(kernel.Generic, f, channels, dither), newEncoderAt(l, f, channels, dither)
	for _, k := range rng.Perm(len(lengths)) {
		n := lengths[k]
		from, to := rng.IntN(9), rng.IntN(33)
		x := slices.Insert(awkward(rng, f, n), 0, make([]float32, from)...)[from:]
		b := make([]byte, to, to+n*f.Bytes()+len(guards))
		copy(b[:cap(b)][cap(b)-len(guards):], guards)
		wantBytes, gotBytes := want.Encode(nil, x), got.Encode(b, x)
		if d := difference(gotBytes[to:], wantBytes); d != "" {
			t.Fatalf("%d samples: %s", n, d)
		}
		if d := difference(gotBytes[len(gotBytes):cap(b)], guards); d != "" {
			t.Fatalf("%d samples: after the bytes, %s", n, d)
		}
		if got.Stats() != want.Stats() {
			t.Fatalf("stats after %d samples: got %+v, want %+v", n, got.Stats(), want.Stats())
		}
		if got.frame != want.frame || got.channel != want.channel {
			t.Fatalf("position after %d samples: got frame %d, channel %d; want frame %d, channel %d",
				n, got.frame, got.channel, want.frame, want.channel)
		}
	}
}

// TestLevelsRemarkable puts each remarkable value into each lane, between values that are not.
func TestLevelsRemarkable(t *testing.T) {
	for _, f := range allFormats {
		for _, dither := range []bool{false, true} {
			for _, l := range kernel.Levels() {
				t.Run(fmt.Sprintf("%s/%v", encoding(f, dither), l), func(t *testing.T) {
					for _, v := range remarkable(f) {
						for lane := range 2 * lanes {
							x := make([]float32, 2*lanes)
							for i := range x {
								x[i] = float32(i) * -0.05
							}
							x[lane] = v
							want, got := newEncoderAt(kernel.Generic, f, 1, dither), newEncoderAt(l, f, 1, dither)
							if d := difference(got.Encode(nil, x), want.Encode(nil, x)); d != "" {
								t.Fatalf("%v in lane %d: %s", v, lane, d)
							}
							if got.Stats() != want.Stats() {
								t.Fatalf("stats with %v in lane %d: got %+v, want %+v", v, lane, got.Stats(), want.Stats())
							}
						}
					}
				})
			}
		}
	}
}

// TestLevelsDitherAtTies has samples that noise moves close to the middle between two codes, on either side. Noise that
// is wrong by 2^-20 of a step results in other codes.
func TestLevelsDitherAtTies(t *testing.T) {
	const frames = 20000
	for channels := 1; channels <= 9; channels++ {
		t.Run(fmt.Sprintf("%d channels", channels), func(t *testing.T) {
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
			if low, high := len(x)/3, 2*len(x)/3; ones < low || ones > high {
				t.Fatalf("samples that are rounded up: got %d of %d, want %d to %d: they are not at ties", ones, len(x), low, high)
			}
			for _, l := range kernel.Levels() {
				if d := difference(newEncoderAt(l, S16, channels, true).Encode(nil, x), want); d != "" {
					t.Errorf("%v: %s", l, d)
				}
			}
		})
	}
}

// TestLevelsGuards runs each function alone on slices with guard cells around them, which it must not change.
func TestLevelsGuards(t *testing.T) {
	for _, l := range kernel.Levels() {
		for n := range 50 {
			t.Run(fmt.Sprintf("%v/%d samples", l, n), func(t *testing.T) {
				rng := seeded(t)
				for offset := range 9 {
					src := awkward(rng, S24, offset+n+lanes)[offset:][:n:n]
					checkQuantizeGuards(t, l, src, offset)
					checkPackGuards(t, rng, l, n, offset)
					checkPackFloatGuards(t, l, src, offset)
				}
			})
		}
	}
}

const guard = 77

// checkQuantizeGuards checks that quantizeFast and ditherFast write no more codes than the number that they return, and
// that ditherFast advances its counters and changes nothing around them.
func checkQuantizeGuards(t *testing.T, l kernel.Level, src []float32, offset int) {
	t.Helper()
	n := len(src)
	codes := slices.Repeat([]int32{guard}, offset+n+2*lanes)
	quantized, _ := quantizeFast(l, codes[offset:][:n], src, 1<<23, 1)
	if quantized > n {
		t.Fatalf("quantizeFast at %d: got %d samples, want at most %d", offset, quantized, n)
	}
	counters := slices.Repeat([]uint64{guard}, 3*lanes)
	done, _ := ditherFast(l, codes[offset:][:n], src, counters[lanes:2*lanes], 1, 1<<23, 1)
	if done != quantized {
		t.Fatalf("ditherFast at %d: got %d samples, want the %d of quantizeFast", offset, done, quantized)
	}
	for i, v := range codes {
		if (i < offset || i >= offset+done) && v != guard {
			t.Fatalf("ditherFast at %d: got %d as code %d, want %d untouched", offset, v, i-offset, guard)
		}
	}
	for i, v := range counters {
		want := uint64(guard)
		if i >= lanes && i < 2*lanes {
			want += uint64(done / lanes)
		}
		if v != want {
			t.Fatalf("ditherFast at %d: got %d as counter %d, want %d", offset, v, i-lanes, want)
		}
	}
}

// checkPackGuards checks packFast for n codes of each size.
func checkPackGuards(t *testing.T, rng *rand.Rand, l kernel.Level, n, offset int) {
	t.Helper()
	codes := make([]int32, offset+n+2*lanes)
	for size := 1; size <= 4; size++ {
		for i := range codes {
			codes[i] = int32(rng.Uint32()) >> (32 - 8*size)
		}
		packed := make([]byte, n*size)
		pack(packed, codes[offset:][:n], size)
		want := bytes.Repeat([]byte{guard}, offset+n*size+32)
		got := bytes.Clone(want)
		done := packFast(l, got[offset:], codes[offset:][:n], size)
		copy(want[offset:], packed[:done*size])
		if d := difference(got, want); d != "" {
			t.Fatalf("packFast of %d bytes a code, at %d: %s", size, offset, d)
		}
	}
}

// checkPackFloatGuards checks packFloatFast, and its count of NaN, for both formats.
func checkPackFloatGuards(t *testing.T, l kernel.Level, src []float32, offset int) {
	t.Helper()
	for _, f := range []Format{F32, F64} {
		want := bytes.Repeat([]byte{guard}, offset+len(src)*f.Bytes()+32)
		got := bytes.Clone(want)
		done, nans := packFloatFast(l, got[offset:], src, f.Bytes())
		e := newEncoderAt(kernel.Generic, f, 1, false)
		copy(want[offset:], e.Encode(nil, src[:done]))
		if d := difference(got, want); d != "" {
			t.Fatalf("packFloatFast of %v at %d: %s", f, offset, d)
		}
		if int64(nans) != e.Stats().NaNs {
			t.Fatalf("packFloatFast of %v at %d: got %d NaN, want %d", f, offset, nans, e.Stats().NaNs)
		}
	}
}

// TestRegisters: the assembly uses no vector register from 16 up, which would need AVX-512. The register allocator of
// the generator uses these without a warning when the others run out.
func TestRegisters(t *testing.T) {
	text, err := os.ReadFile("pcm_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`\b(Z\d+|[XY](1[6-9]|2\d|3[01]))\b`).FindString(string(text)); m != "" {
		t.Errorf("pcm_amd64.s: got register %s, want only those that AVX2 has", m)
	}
}
