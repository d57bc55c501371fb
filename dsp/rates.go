package dsp

import "slices"

// A RateConverter is a Processor that was made for particular sample rates. A pipeline compares them with the rate of
// its frames: a wrong rate would be heard as a wrong pitch.
type RateConverter interface {
	// Rates returns the sample rates of the frames consumed and emitted, in Hz. 0 stands for any rate.
	Rates() (in, out int)
}

// Rates returns the rate of the first RateConverter among the stages and that of the last one, or 0 where a stage
// before the first or after the last changes the rate.
func (c *Chain) Rates() (in, out int) {
	for _, s := range c.stages {
		if in, _ = ratesOf(s); in != 0 || changesRate(s) {
			break
		}
	}
	for _, s := range slices.Backward(c.stages) {
		if _, out = ratesOf(s); out != 0 || changesRate(s) {
			break
		}
	}
	return in, out
}

func ratesOf(p Processor) (in, out int) {
	if c, ok := p.(RateConverter); ok {
		return c.Rates()
	}
	return 0, 0
}

func changesRate(p Processor) bool { s := p.Shape(); return s.Up != s.Down }
