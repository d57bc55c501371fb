package dsp

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// A Resampler converts a stream from one sample rate to another. It is the transposed convolution of stride up with a
// windowed-sinc filter, of which only every down-th sample is computed; up/down is the ratio of the rates in lowest
// terms. Coefficients and sums are float64, and each output sample is rounded to float32 once.
//
// Output frame k is the signal at the time k/outRate, and n frames give exactly ceil(n*up/down). Frames before the first
// and behind the last count as silence. Every channel is converted alike, and does not depend on the others.
//
// The convolution is done on blocks of the stream by Fourier transforms, at two to four times the rate of the input or
// at that itself; where that is not a multiple of the output's, 12 values interpolate between its samples, and the filter
// before makes up for what that does to the spectrum. Against the sums of the definition this is exact to 1e-9 of the
// largest input. The blocks lie where they lie in the stream, however it is cut. A NaN or an infinity spoils the blocks
// that contain its frame, and what is interpolated with their values, in its channel.
type Resampler struct {
	channels int
	up, down int64
	design   design
	bank     bank // of the definition, made when it is needed
	converter
}

// A converter does the work of a Resampler.
type converter interface {
	Lag() int
	Taps() int
	Reset()
	Process(dst, src []float32) []float32
	Flush(dst []float32) []float32
}

// Bounds on the ratio of the rates, on its terms, and on the values kept.
const (
	maxRatio   = 1024
	maxTerm    = 1 << 24
	maxHistory = 1 << 27
)

// NewResampler returns a Resampler for frames of the given channels from inRate to outRate. Their ratio must not be 1, must
// lie between 1/1024 and 1024, and have terms up to 2^24 when reduced. It alone decides about the filter; inRate bounds the
// length of blocks in time, so that for one ratio the last bits and Lag may differ. Channels are limited by the memory that
// they take, 2^27 values in all: more than 20000 channels at common ratios. With workers, blocks are divided among them. A
// stream may have up to 2^63 frames divided by the larger term of the ratio.
// The error is an *ArgError.
func NewResampler(inRate, outRate, channels int, q Quality, workers Workers, options ...ResamplerOption) (*Resampler, error) {
	if inRate < 1 || outRate < 1 {
		return nil, argError("sample rate", min(inRate, outRate), "at least 1")
	}
	if channels < 1 || channels > maxSize {
		return nil, argError("channels", channels, "from 1 to %d", maxSize)
	}
	if q < 0 || int(q) >= len(filters) {
		return nil, argError("quality", q, "Best, High or Fast")
	}
	if inRate == outRate {
		return nil, argError("output rate", outRate, "different from the input rate: there is nothing to convert")
	}
	if inRate/outRate >= maxRatio || outRate/inRate >= maxRatio {
		return nil, argError("output rate", outRate, "less than %d times the input rate %d and more than a %dth", maxRatio, inRate, maxRatio)
	}
	d := gcd(inRate, outRate)
	up, down := outRate/d, inRate/d
	if max(up, down) > maxTerm {
		return nil, argError("ratio", fmt.Sprintf("%d/%d", up, down), "one with terms up to %d", maxTerm)
	}
	level, err := kernel.Choose()
	if err != nil {
		return nil, err
	}
	des, err := newDesign(q, options)
	if err != nil {
		return nil, err
	}
	r := &Resampler{channels: channels, up: int64(up), down: int64(down), design: des}
	var kept int // values for each channel
	p := newBlockPlan(level, des, up, down, inRate)
	switch {
	case p != nil:
		kept = p.keeps()
	case des.minimum:
		return nil, argError("ratio", fmt.Sprintf("%d/%d", up, down), "at least 1/%d for a filter of minimum phase and this bandwidth", des.mostDown())
	default:
		r.bank = newBank(des.sinc, up, down)
		kept = historyFrames(r.bank)
	}
	if most := maxHistory / kept; channels > most {
		return nil, argError("channels", channels, "at most %d for this ratio", most)
	}
	if p != nil {
		r.converter = newBlockResampler(p, channels, workers)
	} else {
		r.converter = newDirectResampler(r.bank, up, down, channels, workers)
	}
	return r, nil
}

// Channels returns the number of channels, which is the same for input and output.
func (r *Resampler) Channels() (in, out int) { return r.channels, r.channels }

// Ratio returns up and down.
func (r *Resampler) Ratio() (up, down int) { return int(r.up), int(r.down) }

// Frames returns ceil(n*up/down).
func (r *Resampler) Frames(n int64) int64 { return ceilRatio(max(0, n), r.up, r.down) }

// ceilRatio returns ceil(n*up/down).
func ceilRatio(n, up, down int64) int64 { return n/down*up + (n%down*up+down-1)/down }

// MaxOut bounds the frames appended by Process of n frames followed by Flush.
func (r *Resampler) MaxOut(n int) int { return int(r.Frames(int64(n))) + r.Lag() + 1 }

// MinFrames returns 1.
func (r *Resampler) MinFrames() int { return 1 }
