package dsp

// A Decimator keeps frames 0, factor, 2*factor, ... of a stream and drops the others. It does not filter.
type Decimator struct {
	factor, channels int
	skip             int // frames to drop before the next that is kept
	flushed          bool
}

// NewDecimator returns a Decimator; factor and channels must be from 1 to 2^30. The error is an *ArgError.
func NewDecimator(factor, channels int) (*Decimator, error) {
	if factor < 1 || factor > maxSize {
		return nil, argError("decimation factor", factor, "from 1 to %d", maxSize)
	}
	if channels < 1 || channels > maxSize {
		return nil, argError("channels", channels, "from 1 to %d", maxSize)
	}
	return &Decimator{factor: factor, channels: channels}, nil
}

// Channels returns the number of channels, twice.
func (d *Decimator) Channels() (in, out int) { return d.channels, d.channels }

// Ratio returns 1, factor.
func (d *Decimator) Ratio() (up, down int) { return 1, d.factor }

// Frames returns ceil(n/factor).
func (d *Decimator) Frames(n int64) int64 {
	if n <= 0 {
		return 0
	}
	return (n-1)/int64(d.factor) + 1
}

// MaxOut returns ceil(n/factor).
func (d *Decimator) MaxOut(n int) int { return int(d.Frames(int64(n))) }

// Process appends the frames of src, [n, channels], that are kept. It panics if src is not a whole number of frames, or after Flush
// without Reset.
func (d *Decimator) Process(dst, src []float32) []float32 {
	checkCall(len(src), d.channels, d.flushed)
	n := len(src) / d.channels
	for ; d.skip < n; d.skip += d.factor {
		dst = append(dst, src[d.skip*d.channels:(d.skip+1)*d.channels]...)
	}
	d.skip -= n
	return dst
}

// Flush appends nothing: no frame is ever held back.
func (d *Decimator) Flush(dst []float32) []float32 {
	d.flushed = true
	return dst
}

// Lag returns 0.
func (d *Decimator) Lag() int { return 0 }

// MinFrames returns 1.
func (d *Decimator) MinFrames() int { return 1 }

// Reset returns the Decimator to its initial state.
func (d *Decimator) Reset() { d.skip, d.flushed = 0, false }
