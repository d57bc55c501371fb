package dsp

// BothBanks returns Resamplers of Best quality for one ratio that differ in their filter banks.
func BothBanks(in, out int) (direct, interpolated *Resampler) {
	d := gcd(in, out)
	up, down := out/d, in/d
	s := filters[Best]
	return newResampler(newDirectBank(s, up, down), up, down, 1, nil), newResampler(newInterpolatedBank(s, up, down), up, down, 1, nil)
}
