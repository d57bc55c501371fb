package pcm

// The noise of the dither is a pure function of frame and channel. It therefore does not depend on how the stream is
// split into calls.
//
// The 64 random bits for a sample are the finaliser of splitmix64 (G. L. Steele, D. Lea and C. H. Flood, "Fast
// splittable pseudorandom number generators", OOPSLA 2014) applied to a counter: the key of the channel plus the frame
// times the golden-ratio increment. Keys are mixed as well, so the sequences of the channels start at unrelated points
// of one cycle of length 2^64.

const (
	ditherSeed = 0x7461696C77617665 // arbitrary, but it must never change, because output bytes depend on it
	golden     = 0x9E3779B97F4A7C15
)

// mix is a bijection of 64-bit words in which every input bit affects every output bit.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// ditherKey returns the counter for frame 0 of a channel.
func ditherKey(channel int) uint64 {
	return mix(mix(ditherSeed) + uint64(channel)*golden)
}

// tpdf turns 64 random bits into noise of triangular density in units of one step: the difference of two uniform
// numbers in [0,1). It is in (-1,1), has mean 0 and variance 1/6, and is exactly representable.
func tpdf(bits uint64) float64 {
	return float64(int64(bits>>32)-int64(bits&0xFFFFFFFF)) * (1.0 / (1 << 32))
}

// dithered returns x in steps, plus the noise of a counter. Both products are exact; the conversions keep the compiler
// from fusing them with the sum.
func dithered(x float32, scale float64, counter uint64) float64 {
	return float64(float64(x)*scale) + float64(tpdf(mix(counter)))
}

// maxCounters bounds the number of counters of newCounters. It suffices for up to 16 channels.
const maxCounters = 128

// newCounters returns a slice for the counters of n consecutive samples, where n is the least common multiple of lanes
// and channels, and the step from each counter to the counter n samples later. It returns nil if n is above
// maxCounters.
func newCounters(channels int) (counters []uint64, step uint64) {
	n := channels
	for n%lanes != 0 && n <= maxCounters {
		n += channels
	}
	if n > maxCounters {
		return nil, 0
	}
	return make([]uint64, n), uint64(n/channels) * golden
}

// count writes the counters of the samples from the current position on to counters.
func (e *Encoder) count(counters []uint64) {
	frame, channel := e.frame, e.channel
	for i := range counters {
		counters[i] = e.keys[channel] + frame*golden
		if channel++; channel == e.channels {
			channel = 0
			frame++
		}
	}
}
