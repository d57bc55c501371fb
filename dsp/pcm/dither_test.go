package pcm

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"testing"

	"github.com/tailwave/tailwave/testdata/recorded"
)

// correlation returns the mean product of a and the values of b, in units of the variance.
func correlation(a, b []float64) float64 {
	var sum float64
	for i := range b {
		sum += a[i] * b[i]
	}
	return sum / float64(len(b)) * 6
}

// TestDitherStatistics uses bounds of six standard errors. The sequence is fixed, so the test cannot flake.
func TestDitherStatistics(t *testing.T) {
	const n = 1 << 18
	se := 1 / math.Sqrt(n)
	channels := [][]float64{noise(0, n), noise(1, n), noise(2, n)}
	for c, x := range channels {
		t.Run(fmt.Sprintf("channel %d", c), func(t *testing.T) {
			var mean, square, fourth, inner float64
			for i, v := range x {
				if v <= -1 || v >= 1 {
					t.Fatalf("sample %d: got %v, want a value between -1 and 1", i, v)
				}
				mean += v / n
				square += v * v / n
				fourth += v * v * v * v / n
				if math.Abs(v) < 0.5 {
					inner += 1.0 / n
				}
			}
			// Triangular on (-1,1): E x^2 = 1/6, E x^4 = 1/15, P(|x| < 1/2) = 3/4.
			near(t, "mean", mean, 0, 6*se*math.Sqrt(1.0/6))
			near(t, "variance", square, 1.0/6, 6*se*math.Sqrt(1.0/15-1.0/36))
			near(t, "fourth moment", fourth, 1.0/15, 6*se*math.Sqrt(1.0/45-1.0/225))
			near(t, "part within half a step", inner, 0.75, 6*se*math.Sqrt(0.75*0.25))
			for lag := 1; lag <= 64; lag++ {
				near(t, fmt.Sprintf("correlation at lag %d", lag), correlation(x, x[lag:]), 0, 6*se)
			}
		})
	}
	for a := range channels {
		for b := range channels {
			if a == b {
				continue
			}
			t.Run(fmt.Sprintf("channels %d and %d", a, b), func(t *testing.T) {
				for lag := range 16 {
					r := correlation(channels[a], channels[b][lag:])
					near(t, fmt.Sprintf("correlation at lag %d", lag), r, 0, 6*se)
				}
			})
		}
	}
}

// TestMix: splitmix64 of seed 0 starts with this word in every published table.
func TestMix(t *testing.T) {
	if got, want := mix(golden), uint64(0xE220A8397B1DCDAF); got != want {
		t.Errorf("mix(%#x): got %#x, want %#x", uint64(golden), got, want)
	}
}

// TestDitherIsAdded compares codes with the noise from the generator, frame by frame and channel by channel.
func TestDitherIsAdded(t *testing.T) {
	steps := []float64{0, 0, 0, 0, 0.25, 0.25, -0.5, 0.5}
	src := make([]float32, len(steps))
	for i, v := range steps {
		src[i] = float32(v / 32768)
	}
	b := newEncoder(t, S16, 2, true).Encode(nil, src)
	if len(b) != 2*len(src) {
		t.Fatalf("got %d bytes, want %d", len(b), 2*len(src))
	}
	for i, v := range steps {
		want := int64(math.RoundToEven(v + noise(i%2, 4)[i/2]))
		if got := code(b[2*i:], S16); got != want {
			t.Errorf("frame %d, channel %d: got code %d, want %d", i/2, i%2, got, want)
		}
	}
}

// TestDitherBits: the bytes are the same on every machine and in every version.
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
		t.Run(fmt.Sprintf("%#x", bits), func(t *testing.T) {
			if got := tpdf(bits); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestDitherLinearises: a constant between two codes, which plain rounding loses, is the mean of the dithered codes.
func TestDitherLinearises(t *testing.T) {
	const n = 1 << 18
	for _, level := range []float64{0.3, -0.2, 0.5, 7.45} {
		t.Run(fmt.Sprintf("%v steps", level), func(t *testing.T) {
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
			// With triangular dither the total error has mean 0 and variance 1/12 + 1/6 at every level.
			near(t, "mean error", mean, 0, 6*0.5/math.Sqrt(n))
			near(t, "variance of the error", square, 0.25, 0.005)
		})
	}
}

func TestFloatsTakeNoDither(t *testing.T) {
	x := []float32{0.1, -0.2, 0, 1}
	for _, f := range []Format{F32, F64} {
		t.Run(f.String(), func(t *testing.T) {
			got, want := newEncoder(t, f, 1, true).Encode(nil, x), newEncoder(t, f, 1, false).Encode(nil, x)
			if d := difference(got, want); d != "" {
				t.Errorf("with dither: %s", d)
			}
		})
	}
}
