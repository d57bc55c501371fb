package pcm

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func newEncoder(t testing.TB, f Format, channels int, dither bool) *Encoder {
	t.Helper()
	e, err := NewEncoder(f, channels, dither)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// code reads the first sample of b as a signed integer.
func code(b []byte, f Format) int64 {
	var w [8]byte
	copy(w[8-f.Bytes():], b[:f.Bytes()])
	v := int64(binary.LittleEndian.Uint64(w[:])) >> (64 - 8*f.Bytes())
	if f == U8 {
		return int64(b[0]) - 128
	}
	return v
}

// wantCode rounds in exact rational arithmetic, sharing nothing with the code under test.
func wantCode(x float32, bits int) (v int64, clipped bool) {
	full := int64(1) << (bits - 1)
	r := new(big.Rat).SetFloat64(float64(x))
	r.Mul(r, new(big.Rat).SetInt64(full))
	// floor(2r) tells the nearest integer; a tie is when 2r is odd and whole.
	twice := new(big.Rat).Mul(r, big.NewRat(2, 1))
	q, m := new(big.Int).DivMod(twice.Num(), twice.Denom(), new(big.Int))
	down := new(big.Int).Rsh(q, 1)
	n := new(big.Int).Rsh(new(big.Int).Add(q, big.NewInt(1)), 1)
	if m.Sign() == 0 && q.Bit(0) == 1 && n.Bit(0) == 1 {
		n = down
	}
	switch {
	case n.Cmp(big.NewInt(full-1)) > 0:
		return full - 1, true
	case n.Cmp(big.NewInt(-full)) < 0:
		return -full, true
	}
	return n.Int64(), false
}

func TestEncodeRounding(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, f := range []Format{U8, S16, S24, S32} {
		bits := 8 * f.Bytes()
		full := math.Ldexp(1, bits-1)
		values := []float32{0, 1, -1, 2, -2, 1e30, -1e30, 1e-40, math.MaxFloat32, 0.1, -0.1}
		for _, k := range []float64{-full, -full + 1, -7, -2, -1, 0, 1, 2, 7, full - 2, full - 1, full} {
			for _, d := range []float64{-0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75} {
				x := float32((k + d) / full)
				values = append(values, x, math.Nextafter32(x, 2), math.Nextafter32(x, -2))
			}
		}
		for range 2000 {
			values = append(values, float32(rng.Float64()*2.2-1.1), float32(rng.NormFloat64()/full))
		}
		e := newEncoder(t, f, 1, false)
		var clips int64
		for _, x := range values {
			want, clipped := wantCode(x, bits)
			if clipped {
				clips++
			}
			if got := code(e.Encode(nil, []float32{x}), f); got != want {
				t.Fatalf("%v: %v gives %d, want %d", f, x, got, want)
			}
			if v, c := Quantize(x, bits); int64(v) != want || c != clipped {
				t.Fatalf("Quantize(%v, %d) = %d, %v; want %d, %v", x, bits, v, c, want, clipped)
			}
			if got := e.Stats().Clipped; got != clips {
				t.Fatalf("%v: %d clipped after %v, want %d", f, got, x, clips)
			}
		}
	}
}

// TestEveryCodeSurvives: decoding and encoding again is the identity where decoding is exact.
func TestEveryCodeSurvives(t *testing.T) {
	for _, f := range []Format{U8, S16, S24} {
		b := f.Bytes()
		src := make([]byte, 0, b<<(8*b))
		for v := range 1 << (8 * b) {
			src = append(src, byte(v), byte(v>>8), byte(v>>16))
			src = src[:len(src)-3+b]
		}
		x := make([]float32, len(src)/b)
		Decode(x, src, f)
		e := newEncoder(t, f, 1, false)
		if !bytes.Equal(e.Encode(nil, x), src) {
			t.Errorf("%v: not the identity", f)
		}
		if s := e.Stats(); s.Clipped != 0 || s.NaNs != 0 || s.Peak != 1 || s.Frames != int64(len(x)) {
			t.Errorf("%v: %+v", f, s)
		}
	}
}

func TestEncodeFullScale(t *testing.T) {
	e := newEncoder(t, S16, 1, false)
	if got := code(e.Encode(nil, []float32{1}), S16); got != 32767 || e.Stats().Clipped != 1 {
		t.Errorf("+1 gives %d with %d clipped, want 32767 with 1", got, e.Stats().Clipped)
	}
	if got := code(e.Encode(nil, []float32{-1}), S16); got != -32768 || e.Stats().Clipped != 1 {
		t.Errorf("-1 gives %d with %d clipped in all, want -32768 with 1", got, e.Stats().Clipped)
	}
}

func TestEncodeNaNAndInf(t *testing.T) {
	nan := math.Float32frombits(0xFFC12345)
	inf := float32(math.Inf(1))
	src := []float32{nan, inf, -inf, -0.5}
	for _, dither := range []bool{false, true} {
		for f, want := range map[Format][3]int64{
			U8: {0, 127, -128}, S16: {0, 32767, -32768}, S24: {0, 1<<23 - 1, -1 << 23}, S32: {0, 1<<31 - 1, -1 << 31},
		} {
			e := newEncoder(t, f, 2, dither)
			out := e.Encode(nil, src)
			for i, w := range want {
				if got := code(out[i*f.Bytes():], f); got != w {
					t.Errorf("%v: %v gives %d, want %d", f, src[i], got, w)
				}
			}
			if s := e.Stats(); s != (Stats{Frames: 2, Clipped: 2, NaNs: 1, Peak: inf}) {
				t.Errorf("%v: %+v", f, s)
			}
		}
		for f, want := range map[Format]string{
			F32: "\x00\x00\xC0\x7F\x00\x00\x80\x7F\x00\x00\x80\xFF\x00\x00\x00\xBF",
			F64: "\x00\x00\x00\x00\x00\x00\xF8\x7F\x00\x00\x00\x00\x00\x00\xF0\x7F\x00\x00\x00\x00\x00\x00\xF0\xFF" +
				"\x00\x00\x00\x00\x00\x00\xE0\xBF",
		} {
			e := newEncoder(t, f, 2, dither)
			if got := e.Encode(nil, src); string(got) != want {
				t.Errorf("%v: % x, want % x", f, got, want)
			}
			if s := e.Stats(); s != (Stats{Frames: 2, NaNs: 1, Peak: inf}) {
				t.Errorf("%v: %+v", f, s)
			}
		}
	}
	if v, clipped := Quantize(nan, 16); v != 0 || clipped {
		t.Errorf("Quantize(NaN) = %d, %v", v, clipped)
	}
}

func TestQuantizeOddWidths(t *testing.T) {
	for _, c := range []struct {
		x    float32
		bits int
		want int32
	}{{1, 1, 0}, {-1, 1, -1}, {0.5, 12, 1024}, {1, 20, 1<<19 - 1}, {-1, 0, -1}, {-1, 99, math.MinInt32}, {-1, -5, -1}} {
		if got, _ := Quantize(c.x, c.bits); got != c.want {
			t.Errorf("Quantize(%v, %d) = %d, want %d", c.x, c.bits, got, c.want)
		}
	}
}

// TestEncodeSplits: bytes and counts do not depend on the cuts, which may fall inside a frame.
func TestEncodeSplits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(allFormats).Draw(t, "format")
		channels := rapid.IntRange(1, 5).Draw(t, "channels")
		dither := rapid.Bool().Draw(t, "dither")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		x := make([]float32, channels*rapid.IntRange(0, 1500).Draw(t, "frames"))
		for i := range x {
			x[i] = float32(rng.NormFloat64() * 0.7)
			if rng.IntN(50) == 0 {
				x[i] = float32(math.NaN())
			}
		}
		whole, _ := NewEncoder(f, channels, dither)
		parts, _ := NewEncoder(f, channels, dither)
		want := whole.Encode([]byte("prefix"), x)
		got := []byte("prefix")
		for rest := x; len(rest) > 0; {
			n := min(rapid.IntRange(0, 1200).Draw(t, "cut"), len(rest))
			got, rest = parts.Encode(got, rest[:n]), rest[n:]
		}
		if !bytes.Equal(got, want) {
			t.Fatal("bytes differ")
		}
		if whole.Stats() != parts.Stats() {
			t.Fatalf("%+v against %+v", parts.Stats(), whole.Stats())
		}
		if n := whole.Stats().Frames; n != int64(len(x)/channels) {
			t.Fatalf("%d frames", n)
		}
	})
}

func TestNoAllocations(t *testing.T) {
	x := make([]float32, 2*4096)
	for _, f := range allFormats {
		for _, dither := range []bool{false, true} {
			e := newEncoder(t, f, 2, dither)
			buf := make([]byte, 0, len(x)*f.Bytes())
			if n := testing.AllocsPerRun(20, func() {
				Decode(x, e.Encode(buf, x), f)
			}); n != 0 {
				t.Errorf("%v, dither %v: %v allocations per block", f, dither, n)
			}
		}
	}
}
