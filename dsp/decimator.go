package dsp

import "github.com/tailwave/tailwave/dsp/internal/ratio"

// A Decimator is a [Processor] that keeps frames 0, factor, 2*factor, ... of a stream and drops the others. It does not
// filter, so frequencies above the new Nyquist frequency alias; package resample filters.
type Decimator struct {
	factor, channels int
	Guard
}

// NewDecimator returns a Decimator. factor and channels must be from 1 to 2^30; the error is an *ArgError.
func NewDecimator(factor, channels int) (*Decimator, error) {
	if factor < 1 || factor > maxChannels {
		return nil, NewArgError("decimation factor", factor, "from 1 to %d", maxChannels)
	}
	if channels < 1 || channels > maxChannels {
		return nil, NewArgError("channels", channels, "from 1 to %d", maxChannels)
	}
	return &Decimator{factor: factor, channels: channels, Guard: Guard{Origin: "dsp.NewDecimator"}}, nil
}

// Shape returns the channels and the ratio 1/factor.
func (d *Decimator) Shape() Shape {
	return Shape{In: d.channels, Out: d.channels, Up: 1, Down: d.factor, MinFrames: 1}
}

// OutFrames returns ceil(n/factor).
func (d *Decimator) OutFrames(n int64) int64 { return ratio.CeilDiv(max(0, n), int64(d.factor)) }

// Emitted returns ceil(n/factor): a Decimator holds no frames.
func (d *Decimator) Emitted(n int64) int64 { return d.OutFrames(n) }

// MaxOutFrames returns ceil(n/factor).
func (d *Decimator) MaxOutFrames(n int) int { return int(d.OutFrames(int64(n))) }

// Process appends those frames of src, [n, channels], that are kept.
func (d *Decimator) Process(dst, src []float32) []float32 {
	d.BeginProcess(len(src), d.channels)
	n := len(src) / d.channels
	before := d.Frames() - int64(n)
	for k := int(d.OutFrames(before)*int64(d.factor) - before); k < n; k += d.factor {
		dst = append(dst, src[k*d.channels:(k+1)*d.channels]...)
	}
	return dst
}

// Flush ends the stream and appends nothing.
func (d *Decimator) Flush(dst []float32) []float32 {
	d.BeginFlush()
	return dst
}
