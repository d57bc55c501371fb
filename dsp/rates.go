package dsp

import "fmt"

// A RateConverter is a [Processor] that was created for particular sample rates. A pipeline compares them with the rate
// of its frames, because a wrong rate is heard as a wrong pitch.
type RateConverter interface {
	// Rates returns the sample rates of the consumed and of the emitted frames, in Hz. 0 means any rate.
	Rates() (in, out int)
}

// Rates implements [RateConverter]. It returns the rates at the input and at the output of the chain in Hz, each 0 if
// the stages do not determine it.
func (c *Chain) Rates() (in, out int) { return c.inRate, c.outRate }

// Rates implements [RateConverter]. It returns the sample rates of the processors in Hz, or 0 for any rate.
func (p *PerChannel) Rates() (in, out int) { return p.inRate, p.outRate }

// Rates implements [RateConverter]. It returns the sample rates of the branches in Hz, or 0 for any rate.
func (s *Sum) Rates() (in, out int) { return s.inRate, s.outRate }

func ratesOf(p Processor) (in, out int) {
	if c, ok := p.(RateConverter); ok {
		return c.Rates()
	}
	return 0, 0
}

// chainRates returns the rates at the input and at the output of successive stages. It fails if a stage was created for
// a rate that the stage before it does not emit.
func chainRates(stages []Processor) (in, out int, err error) {
	unchanged := true // no stage so far changes the rate, so the rate of a stage is also that of the input
	for i, p := range stages {
		from, to := ratesOf(p)
		if from != 0 && out != 0 && from != out {
			return 0, 0, NewArgError(fmt.Sprintf("sample rate of stage %d", i+1), from,
				"%d Hz, the rate that the stage before it emits: convert the rate between the two", out)
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

// commonRates returns the rates of parallel processors. It fails if they were created for different rates.
func commonRates(parts []Processor) (in, out int, err error) {
	for i, p := range parts {
		from, to := ratesOf(p)
		if from != 0 && in != 0 && from != in || to != 0 && out != 0 && to != out {
			return 0, 0, NewArgError(fmt.Sprintf("sample rates of processor %d", i+1),
				fmt.Sprintf("%d and %d Hz", from, to), "%d and %d Hz, as for the processors before it", in, out)
		}
		in, out = max(in, from), max(out, to)
	}
	return in, out, nil
}
