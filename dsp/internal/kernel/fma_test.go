package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// bigFMA is x*y+z by arbitrary-precision arithmetic, rounded to float32 once. The three must be finite.
func bigFMA(x, y, z float32) float32 {
	f := func(v float32) *big.Float { return new(big.Float).SetPrec(1000).SetFloat64(float64(v)) }
	r := new(big.Float).SetPrec(1000).Mul(f(x), f(y))
	r.Add(r, f(z))
	v, _ := r.Float32()
	return v
}

// TestFMA32Hard has sums that go wrong if they are rounded twice, special values and signed zeros.
func TestFMA32Hard(t *testing.T) {
	exp := func(e int) float32 { return float32(math.Ldexp(1, e)) }
	inf, nan, negZero := float32(math.Inf(1)), float32(math.NaN()), float32(math.Copysign(0, -1))
	subnormal := math.Float32frombits(0x00200001)
	for _, c := range []struct {
		name          string
		x, y, z, want float32
	}{
		// The sum is nearer to the midpoint of two float32 than float64 resolves, so rounding twice is wrong.
		{"next to a midpoint", exp(-24) * (1 + exp(-23)), 1 - exp(-23), 1 + exp(-23), 1 + exp(-23)},
		// The same among the subnormals, whose midpoints are not those of 24-bit values.
		{"next to a subnormal midpoint", exp(-75) * (1 + exp(-23)), exp(-75) * (1 - exp(-23)), subnormal, subnormal},
		{"overflowing product and -Inf", math.MaxFloat32, math.MaxFloat32, -inf, -inf},
		{"product beyond the range", math.MaxFloat32, 2, -math.MaxFloat32, math.MaxFloat32},
		{"Inf times 0", inf, 0, 1, nan},
		{"NaN", 1, 1, nan, nan},
		{"-0 and +0", 0, -1, 0, 0},
		{"-0 and -0", 0, negZero, negZero, negZero},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := FMA32(c.x, c.y, c.z); !alike(got, c.want) {
				t.Errorf("FMA32(%x, %x, %x): got %x, want %x", c.x, c.y, c.z, got, c.want)
			}
		})
	}
}

// TestFMA32NearMidpoints makes x*y = ±h*(1 - m*m*2^-46) with h half the last place of z, so that the sum misses a
// midpoint of two float32 by less than float64 resolves. Rounding to float64 and then to float32 is wrong for about
// half of these.
func TestFMA32NearMidpoints(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	twice := 0
	const n = 100_000
	for range n {
		zexp := rng.IntN(254) // biased; 0 is subnormal
		z := math.Float32frombits(rng.Uint32()&0x807fffff | uint32(zexp)<<23)
		half := max(zexp, 1) - 127 - 24
		m := float64(1+rng.IntN(300)) * 0x1p-23
		a := max(-126, min(126, half/2-rng.IntN(20)))
		x, y := float32(math.Ldexp(1+m, a)), float32(math.Ldexp(1-m, half-a))
		if rng.IntN(2) == 0 {
			x = -x
		}
		got, want := FMA32(x, y, z), bigFMA(x, y, z)
		if math.Float32bits(got) != math.Float32bits(want) {
			t.Fatalf("FMA32(%x, %x, %x): got %x, want %x", x, y, z, got, want)
		}
		if float32(math.FMA(float64(x), float64(y), float64(z))) != want {
			twice++
		}
	}
	if twice < n/10 {
		t.Errorf("triples that rounding twice gets wrong: got %d of %d, want at least %d", twice, n, n/10)
	}
}

// TestFMA32Random covers all exponents and cancellation.
func TestFMA32Random(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	finite := func() float32 { return math.Float32frombits(rng.Uint32()&0x807fffff | uint32(rng.IntN(255))<<23) }
	for range 200_000 {
		x, y, z := finite(), finite(), finite()
		if p := float64(x) * float64(y); rng.IntN(3) > 0 && math.Abs(p) < math.MaxFloat32 {
			z = float32(math.Ldexp(-p, rng.IntN(5)-2))
		}
		if z-z != 0 {
			continue
		}
		got, want := FMA32(x, y, z), bigFMA(x, y, z)
		if got != want || got != 0 && math.Signbit(float64(got)) != math.Signbit(float64(want)) {
			t.Fatalf("FMA32(%x, %x, %x): got %x, want %x", x, y, z, got, want)
		}
	}
}
