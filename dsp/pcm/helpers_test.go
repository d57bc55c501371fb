package pcm

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
)

var allFormats = []Format{U8, S16, S24, S32, F32, F64}

func newEncoder(t testing.TB, f Format, channels int, dither bool) *Encoder {
	t.Helper()
	e, err := NewEncoder(f, channels, dither)
	if err != nil {
		t.Fatalf("NewEncoder(%v, %d, %v): got error %v, want none", f, channels, dither, err)
	}
	return e
}

// encoding names a format with or without dither.
func encoding(f Format, dither bool) string {
	if dither {
		return f.String() + "/dither"
	}
	return f.String()
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

// noise returns n frames of dither for one channel, in steps.
func noise(channel, n int) []float64 {
	key := ditherKey(channel)
	x := make([]float64, n)
	for i := range x {
		x[i] = tpdf(mix(key + uint64(i)*golden))
	}
	return x
}

// seeded returns a generator whose seed is the name of the test, so a row that runs alone has the same values.
func seeded(t *testing.T) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(t.Name()))
	return rand.New(rand.NewPCG(h.Sum64(), 0))
}

// difference describes the first difference of two slices of bytes. It returns "" if there is none.
func difference(got, want []byte) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			end := min(i+8, len(got), len(want))
			return fmt.Sprintf("from byte %d of %d: got % x, want % x", i, len(want), got[i:end], want[i:end])
		}
	}
	if len(got) != len(want) {
		return fmt.Sprintf("got %d bytes, want %d", len(got), len(want))
	}
	return ""
}

// near reports an error if got is farther than the tolerance from the wanted value.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %v, want %v within %.2g", what, got, want, tolerance)
	}
}

func benchSignal() []float32 {
	rng := rand.New(rand.NewPCG(3, 4))
	x := make([]float32, 2*4096)
	for i := range x {
		x[i] = float32(rng.Float64()*1.8 - 0.9)
	}
	return x
}
