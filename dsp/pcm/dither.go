package pcm

// Dither noise is a pure function of frame and channel. It does not depend on how the stream is split into calls, and a
// stream that is encoded twice becomes the same bytes.
//
// The 64 bits for a sample are the finaliser of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
// generators, OOPSLA 2014) applied to a counter: the channel's key plus the frame times the golden-ratio increment.
// Keys are themselves mixed, so the channels' sequences start at unrelated points of a cycle of 2^64.

const (
	ditherSeed = 0x7461696C77617665 // any constant does; it must never change, for output bytes depend on it
	golden     = 0x9E3779B97F4A7C15
)

// mix is a bijection of 64-bit words in which every input bit affects every output bit.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// ditherKey returns the counter at which a channel's noise starts.
func ditherKey(channel int) uint64 {
	return mix(mix(ditherSeed) + uint64(channel)*golden)
}

// tpdf turns 64 random bits into noise of triangular density in units of one step: the difference of two uniform
// numbers in [0,1), exactly representable, in (-1,1), with mean 0 and variance 1/6.
func tpdf(bits uint64) float64 {
	return float64(int64(bits>>32)-int64(bits&0xFFFFFFFF)) * (1.0 / (1 << 32))
}

// dithered returns x in steps with the noise of a counter added. Both products are exact, but must not be fused with
// the sum.
func dithered(x float32, scale float64, counter uint64) float64 {
	return float64(float64(x)*scale) + float64(tpdf(mix(counter)))
}

// maxCounters bounds the number of counters. It is enough for up to 16 channels.
const maxCounters = 128

// newCounters returns a slice for the counters of n successive samples, where n samples are both whole vectors and
// whole frames, and the step from each counter to the counter n samples later. It returns nil if n is above
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

// count writes the counters of the samples from the current position on.
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
