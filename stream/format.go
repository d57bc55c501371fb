package stream

import (
	"fmt"
	"math"
	"math/big"
)

// A Rate is Num/Den frames per second, in lowest terms. Mel frames with a hop of 256 samples at 22050 Hz have the rate
// 22050/256 = 11025/128.
type Rate struct {
	Num, Den int64
}

// Hz returns the rate of n frames per second.
func Hz(n int) Rate { return Rate{Num: int64(n), Den: 1} }

// NewRate returns num/den frames per second in lowest terms. It fails if num or den is not positive.
func NewRate(num, den int64) (Rate, error) {
	if num <= 0 || den <= 0 {
		return Rate{}, fmt.Errorf("frame rate %d/%d: both terms must be positive", num, den)
	}
	g := gcd(num, den)
	return Rate{num / g, den / g}, nil
}

// Scale returns the rate times up/down, in lowest terms. It fails if up or down is not positive, or if a term of the
// result exceeds 2^63-1.
func (r Rate) Scale(up, down int) (Rate, error) {
	if up <= 0 || down <= 0 {
		return Rate{}, fmt.Errorf("ratio %d/%d: both terms must be positive", up, down)
	}
	u, d := int64(up), int64(down)
	g := gcd(u, d)
	u, d = u/g, d/g
	g = gcd(r.Num, d)
	num, d := r.Num/g, d/g
	g = gcd(u, r.Den)
	u, den := u/g, r.Den/g
	if num > math.MaxInt64/u || den > math.MaxInt64/d {
		return Rate{}, fmt.Errorf("frame rate %v times %d/%d: out of range: a term exceeds 2^63-1", r, up, down)
	}
	return Rate{num * u, den * d}, nil
}

// Whole returns the rate in Hz, rounded down, and whether it is a whole number.
func (r Rate) Whole() (hz int64, ok bool) { return r.Num / max(r.Den, 1), r.Den == 1 }

// Float returns the rate as the nearest float64, for display.
func (r Rate) Float() float64 { return float64(r.Num) / float64(r.Den) }

// String formats the rate for people: "44100 Hz" or "11025/128 Hz".
func (r Rate) String() string {
	if r.Den == 1 {
		return fmt.Sprintf("%d Hz", r.Num)
	}
	return fmt.Sprintf("%d/%d Hz", r.Num, r.Den)
}

// A Format is what all frames of a stream have in common.
type Format struct {
	Rate     Rate // frames per second, positive
	Channels int  // float32 values per frame, at least 1
}

// Validate returns an error if the rate is not positive or there is no channel.
func (f Format) Validate() error {
	if f.Rate.Num <= 0 || f.Rate.Den <= 0 {
		return fmt.Errorf("frame rate %d/%d: must be positive", f.Rate.Num, f.Rate.Den)
	}
	if f.Channels < 1 {
		return fmt.Errorf("%d channels: must be at least 1", f.Channels)
	}
	return nil
}

// SampleRate returns the rate in Hz of a stream of sound. It fails if the rate is not a whole number of Hz from 1 to
// 2^31-1.
func (f Format) SampleRate() (int, error) {
	hz, whole := f.Rate.Whole()
	if !whole || hz < 1 || hz > math.MaxInt32 {
		return 0, fmt.Errorf("sample rate %v: must be a whole number of Hz from 1 to %d", f.Rate, math.MaxInt32)
	}
	return int(hz), nil
}

func gcd(a, b int64) int64 { return new(big.Int).GCD(nil, nil, big.NewInt(a), big.NewInt(b)).Int64() }
