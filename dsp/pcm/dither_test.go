package pcm

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"testing"

	"github.com/tailwave/tailwave/testdata/recorded"
)

// noise returns n frames of dither for one channel, in steps.
func noise(channel, n int) []float64 {
	key := ditherKey(channel)
	x := make([]float64, n)
	for i := range x {
		x[i] = tpdf(mix(key + uint64(i)*golden))
	}
	return x
}

func correlation(a, b []float64) float64 {
	var sum float64
	for i := range b {
		sum += a[i] * b[i]
	}
	return sum / float64(len(b)) * 6 // by the variance
}

// TestDitherStatistics uses bounds of six standard errors. The sequence is fixed, so the test cannot flake.
func TestDitherStatistics(t *testing.T) {
	const n = 1 << 18
	se := 1 / math.Sqrt(n)
	channels := [][]float64{noise(0, n), noise(1, n), noise(2, n)}
	for c, x := range channels {
		var mean, square, fourth, inner float64
		for _, v := range x {
			if v <= -1 || v >= 1 {
				t.Fatalf("channel %d: %v out of range", c, v)
			}
			mean += v / n
			square += v * v / n
			fourth += v * v * v * v / n
			if math.Abs(v) < 0.5 {
				inner += 1.0 / n
			}
		}
		if math.Abs(mean) > 6*se*math.Sqrt(1.0/6) {
			t.Errorf("channel %d: mean %v", c, mean)
		}
		// Triangular on (-1,1): E x^2 = 1/6, E x^4 = 1/15, P(|x| < 1/2) = 3/4.
		if math.Abs(square-1.0/6) > 6*se*math.Sqrt(1.0/15-1.0/36) {
			t.Errorf("channel %d: variance %v, want 1/6", c, square)
		}
		if math.Abs(fourth-1.0/15) > 6*se*math.Sqrt(1.0/45-1.0/225) {
			t.Errorf("channel %d: fourth moment %v, want 1/15", c, fourth)
		}
		if math.Abs(inner-0.75) > 6*se*math.Sqrt(0.75*0.25) {
			t.Errorf("channel %d: %v of the noise within half a step, want 3/4", c, inner)
		}
		for lag := 1; lag <= 64; lag++ {
			if r := correlation(x, x[lag:]); math.Abs(r) > 6*se {
				t.Errorf("channel %d: correlation %v at lag %d", c, r, lag)
			}
		}
	}
	for a := range channels {
		for b := range a {
			for lag := range 16 {
				if r := correlation(channels[a], channels[b][lag:]); math.Abs(r) > 6*se {
					t.Errorf("channels %d and %d: correlation %v at lag %d", a, b, r, lag)
				}
				if r := correlation(channels[b], channels[a][lag:]); math.Abs(r) > 6*se {
					t.Errorf("channels %d and %d: correlation %v at lag %d", b, a, r, lag)
				}
			}
		}
	}
}

// TestDitherIsAdded follows the noise from the generator into the codes, frame by frame and channel by channel.
func TestDitherIsAdded(t *testing.T) {
	// splitmix64 of seed 0 starts so in every published table.
	if got := mix(golden); got != 0xE220A8397B1DCDAF {
		t.Errorf("mix(golden) = %#x", got)
	}
	e := newEncoder(t, S16, 2, true)
	var got []int64
	b := e.Encode(nil, []float32{0, 0, 0, 0, 0.25 / 32768, 0.25 / 32768, -0.5 / 32768, 0.5 / 32768})
	for len(b) > 0 {
		got, b = append(got, code(b, S16)), b[2:]
	}
	for i, v := range got {
		x := []float64{0, 0, 0, 0, 0.25, 0.25, -0.5, 0.5}[i]
		if want := int64(math.RoundToEven(x + noise(i%2, 4)[i/2])); v != want {
			t.Errorf("sample %d: %d, want %d", i, v, want)
		}
	}
}

// TestDitherBits: the same bytes on every machine, in every version.
func TestDitherBits(t *testing.T) {
	x := make([]float32, 3*1000)
	for i := range x {
		x[i] = float32(int32(uint32(i)*2654435761)) / (1 << 31)
	}
	x[5] = float32(math.Inf(1))
	hashes := map[string]string{}
	for _, f := range []Format{U8, S16, S24, S32} {
		sum := sha256.Sum256(newEncoder(t, f, 3, true).Encode(nil, x))
		hashes[f.String()] = hex.EncodeToString(sum[:8])
	}
	recorded.Check(t, "dither", hashes)
}

func TestTPDFExtremes(t *testing.T) {
	for bits, want := range map[uint64]float64{
		0:                  0,
		math.MaxUint64:     0,
		0xFFFFFFFF00000000: 1 - 1.0/(1<<32),
		0x00000000FFFFFFFF: -1 + 1.0/(1<<32),
		0x0000000100000000: 1.0 / (1 << 32),
	} {
		if got := tpdf(bits); got != want {
			t.Errorf("tpdf(%#x) = %v, want %v", bits, got, want)
		}
	}
}

// TestDitherLinearises: a constant between two codes, lost by plain rounding, is the mean of the dithered codes.
func TestDitherLinearises(t *testing.T) {
	const n = 1 << 18
	for _, level := range []float64{0.3, -0.2, 0.5, 7.45} {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(level / 32768)
		}
		b := newEncoder(t, S16, 1, true).Encode(nil, x)
		var mean, square float64
		for ; len(b) > 0; b = b[2:] {
			d := float64(code(b, S16)) - level
			mean += d / n
			square += d * d / n
		}
		// With triangular dither the total error has mean 0 and variance 1/12 + 1/6 whatever the level.
		if math.Abs(mean) > 6*0.5/math.Sqrt(n) || math.Abs(square-0.25) > 0.005 {
			t.Errorf("level %v: error mean %v, variance %v; want 0 and 0.25", level, mean, square)
		}
	}
}

func TestFloatsTakeNoDither(t *testing.T) {
	x := []float32{0.1, -0.2, 0, 1}
	for _, f := range []Format{F32, F64} {
		if string(newEncoder(t, f, 1, true).Encode(nil, x)) != string(newEncoder(t, f, 1, false).Encode(nil, x)) {
			t.Errorf("%v: dither changed the bytes", f)
		}
	}
}
