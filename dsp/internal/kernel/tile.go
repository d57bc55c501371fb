package kernel

// A tile is the argument of the assembly that computes some rows of some vectors of lanes, count times one below the
// other. The doc of Panels.Mul has the loop. Distances are in bytes.
type tile = struct {
	acc      *float32 // the first accumulator
	x        *float32 // the sample that the first term of the first row takes
	w        *float32 // the first panel
	bias     *float32 // added at the end, one for each column; nil for none
	mask     *uint32  // which lanes of the last vector exist; nil if all do
	accRow   int      // from one row of accumulators to the next
	xRow     int      // from the samples of one row to those of the next
	panel    int      // from one panel of weights to the next
	taps     int
	skip     int // from behind the channels of a tap to the next tap
	channels int // of a tap
	from     int // 0: accumulators start at zero; 1: from what they hold
	count    int // is 0 afterwards
}
