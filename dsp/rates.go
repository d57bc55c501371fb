package dsp

import "fmt"

// A RateConverter is a Processor that was made for particular sample rates. A pipeline compares them with the rate of
// its frames: a wrong rate would be heard as a wrong pitch.
type RateConverter interface {
	// Rates returns the sample rates of the frames consumed and emitted, in Hz. 0 stands for any rate.
	Rates() (in, out int)
}

// Rates returns the sample rate that the first stages were made for and that of the frames emitted, as far as the
// stages say, and 0 otherwise. It implements [RateConverter].
func (c *Chain) Rates() (in, out int) { return c.inRate, c.outRate }

// Rates returns the sample rates that the processors were made for, or 0. It implements [RateConverter].
func (p *PerChannel) Rates() (in, out int) { return p.inRate, p.outRate }

// Rates returns the sample rates that the branches were made for, or 0. It implements [RateConverter].
func (s *Sum) Rates() (in, out int) { return s.inRate, s.outRate }

func ratesOf(p Processor) (in, out int) {
	if c, ok := p.(RateConverter); ok {
		return c.Rates()
	}
	return 0, 0
}

// chainRates returns the rates of stages one after the other. It fails if a stage was made for another rate than that
// of the frames which it gets.
func chainRates(stages []Processor) (in, out int, err error) {
	unchanged := true // no stage so far changes the rate
	for i, p := range stages {
		from, to := ratesOf(p)
		if from != 0 && out != 0 && from != out {
			return 0, 0, NewArgError(fmt.Sprintf("sample rate of stage %d", i+1), from, "the %d Hz that the stage before it emits", out)
		}
		if from != 0 {
			out = from
			if in == 0 && unchanged {
				in = from
			}
		}
		s := p.Shape()
		unchanged = unchanged && s.Up == s.Down
		switch {
		case to != 0:
			out = to
		case out%s.Down == 0:
			out = out / s.Down * s.Up
		default:
			out = 0
		}
	}
	return in, out, nil
}

// commonRates returns the rates of processors next to each other. It fails if they were made for different rates.
func commonRates(parts []Processor) (in, out int, err error) {
	for i, p := range parts {
		from, to := ratesOf(p)
		if from != 0 && in != 0 && from != in || to != 0 && out != 0 && to != out {
			return 0, 0, NewArgError(fmt.Sprintf("sample rates of processor %d", i+1), fmt.Sprintf("%d and %d Hz", from, to),
				"%d and %d Hz as of those before it", in, out)
		}
		in, out = max(in, from), max(out, to)
	}
	return in, out, nil
}
