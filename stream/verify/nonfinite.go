package verify

import (
	"fmt"

	"github.com/tailwave/tailwave/stream"
)

// Places are where samples of one kind are in a stream. The zero value has none.
type Places struct {
	Samples     int64    // their number
	First, Last Position // of the first and the last of them; zero if there are none
}

// A Position is that of a sample in a stream. Frames and channels count from 0.
type Position struct {
	Frame   int64
	Channel int
}

// String formats the position for people, who count channels from 1: "frame 100 (channel 1)".
func (p Position) String() string { return p.in("") }

// in formats the position in a stream that has a name.
func (p Position) in(of string) string {
	return fmt.Sprintf("frame %d%s (channel %d)", p.Frame, of, p.Channel+1)
}

// In formats the places in a stream of that name for people: "frame 100 of IN (channel 1)", or "3 samples of IN, the
// first in frame 0 (channel 1), the last in frame 99 (channel 2)".
func (p Places) In(name string) string {
	if p.Samples == 1 {
		return p.First.in(" of " + name)
	}
	if p.Samples == 0 {
		return "no sample of " + name
	}
	return fmt.Sprintf("%s of %s, the first in %v, the last in %v", count(p.Samples, "sample"), name, p.First, p.Last)
}

// add appends a place.
func (p *Places) add(sample, channels int) {
	p.Last = Position{int64(sample / channels), sample % channels}
	if p.Samples == 0 {
		p.First = p.Last
	}
	p.Samples++
}

// NonFinite returns where a stream has NaNs and infinities, of either sign. Comparisons treat any NaN as equal to any
// NaN, so both streams have them in the same places, or differ.
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
