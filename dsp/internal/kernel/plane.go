package kernel

// A planeTile is the argument of the assembly that computes some output channels of some vectors of frames, count times
// one behind the other. Samples lie in planes: one channel's frames next to each other. Distances are in bytes.
type planeTile = struct {
	acc      *float32 // the first frame of the first output channel
	x        *float32 // the sample that the first term of the first frame takes
	w        *float32 // weights [taps, channels, output channels of the tile]
	bias     *float32 // added at the end, one for each output channel of the tile; nil for none
	accPlane int      // from one output channel to the next
	plane    int      // from one input channel to the next
	tap      int      // from one tap to the next
	taps     int
	channels int
	count    int // is 0 afterwards
}
