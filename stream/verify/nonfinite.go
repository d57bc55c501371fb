package verify

import (
	"fmt"

	"github.com/tailwave/tailwave/stream"
)

// Places says how many samples of one kind a stream has, and where the first and the last of them are. The zero value
// means that there are none.
type Places struct {
	Samples     int64    // number of such samples
	First, Last Position // zero if Samples is 0
}

// A Position is the place of a sample in a stream.
type Position struct {
	Frame   int64 // counted from 0
	Channel int   // counted from 0
}

// String formats the position for people, who count channels from 1: "frame 100 (channel 1)".
func (p Position) String() string { return p.in("") }

// in formats the position with the text of after the frame, such as " of IN".
func (p Position) in(of string) string {
	return fmt.Sprintf("frame %d%s (channel %d)", p.Frame, of, p.Channel+1)
}

// In formats the places for people, with the name of the stream: "frame 100 of IN (channel 1)", or "3 samples of IN,
// the first in frame 0 (channel 1), the last in frame 99 (channel 2)".
func (p Places) In(name string) string {
	if p.Samples == 1 {
		return p.First.in(" of " + name)
	}
	if p.Samples == 0 {
		return "no sample of " + name
	}
	return fmt.Sprintf("%s of %s, the first in %v, the last in %v", count(p.Samples, "sample"), name, p.First, p.Last)
}

// add counts the sample at that index. Calls are in ascending order.
func (p *Places) add(sample, channels int) {
	p.Last = Position{int64(sample / channels), sample % channels}
	if p.Samples == 0 {
		p.First = p.Last
	}
	p.Samples++
}

// NonFinite returns where a stream has NaNs and infinities of either sign. In a [Difference] any NaN equals any NaN, so
// streams that are identical have them in the same places.
func NonFinite(b *stream.Buffer) (nans, infinities Places) {
	for i, v := range b.Samples {
		switch {
		case v != v:
			nans.add(i, b.Format.Channels)
		case !isFinite(v):
			infinities.add(i, b.Format.Channels)
		}
	}
	return nans, infinities
}

// isFinite reports whether v is neither a NaN nor an infinity.
func isFinite(v float32) bool { return v-v == 0 }
