package pcm

// Dither noise is a pure function of frame and channel, so it falls on the same samples however the stream is cut, and a
// stream encoded twice gives the same bytes.
//
// The 64 bits for a sample are the finaliser of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
// generators, OOPSLA 2014) applied to a counter: the channel's key plus the frame times the golden-ratio increment. Keys
// are themselves mixed, so the channels' sequences start at unrelated points of a cycle of 2^64.

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

// tpdf turns 64 random bits into noise of triangular density in units of one step: the difference of two uniform numbers
// in [0,1), exactly representable, in (-1,1), with mean 0 and variance 1/6.
func tpdf(bits uint64) float64 {
	return float64(int64(bits>>32)-int64(bits&0xFFFFFFFF)) * (1.0 / (1 << 32))
}
