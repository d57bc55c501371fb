package live

import (
	"math"
	"sync/atomic"
	"time"
)

// state is what the player publishes while it plays. Other goroutines read it.
type state struct {
	opened    time.Time    // set before the player starts
	progress  atomic.Int64 // signs of life of the device: writes that returned, changes of its room, ticks of a pause
	hangs     atomic.Bool  // the device has stalled for longer than the timeout
	capacity  atomic.Int64 // of the device's buffer, in frames
	queued    atomic.Int64 // frames in the ring and in the device's buffer
	played    atomic.Int64 // frames handed to the device
	first     atomic.Int64 // nanoseconds from opened until the first frames were handed over, 0 before that
	underruns atomic.Int64
	gaps      [8]atomic.Int64 // for each of the first underruns, played at its time
	nans      atomic.Int64
	clipped   atomic.Int64
	peak      atomic.Uint32    // bits of the largest absolute value that was encoded
	lowest    atomic.Int64     // lowest fill of the device's buffer in frames, plus 1; 0 before any was noted
	peaks     [2]atomic.Uint32 // bits of the largest absolute value of each channel since the last Level
}

func (s *state) noteFill(frames int) {
	if low := s.lowest.Load(); low == 0 || int64(frames)+1 < low {
		s.lowest.Store(int64(frames) + 1)
	}
}

// noteUnderrun counts a gap before the next frame written to the device. Only the player calls it.
func (s *state) noteUnderrun() {
	if n := s.underruns.Load(); n < int64(len(s.gaps)) {
		s.gaps[n].Store(s.played.Load())
	}
	s.underruns.Add(1)
}

func (s *state) notePeak(channel int, v float32) {
	for p := &s.peaks[channel]; ; {
		old := p.Load()
		if math.Float32frombits(old) >= v || p.CompareAndSwap(old, math.Float32bits(v)) {
			return
		}
	}
}

// Stats describe the course of playing.
type Stats struct {
	Frames int64         // written to the device, those of the fade-out included
	First  time.Time     // when the first of them had been written; zero if none were
	Lowest time.Duration // least sound in the device's buffer before a write, the start and the end left out
	Buffer time.Duration // length of the device's buffer
	NaNs   int64         // samples that were NaN, played as silence

	// Clipped are the samples for the device that were clipped when they were encoded as S16, and Peak is the largest
	// absolute value of all before that, as pcm.Stats has them. One channel that is played by two is counted twice.
	Clipped int64
	Peak    float32

	// Underruns is how often the device ran empty: underruns that it reports, and others that the elapsed time shows.
	// The latter are found if the gap is longer than the larger of 5 ms and a quarter of the buffer, plus the sound
	// that the sound system holds outside the buffer.
	Underruns int64

	// Gaps are the positions of the first 8 underruns in the stream. An underrun that the device reports late may have
	// a position up to 20 ms too late.
	Gaps []time.Duration
}

// Stats returns what has happened so far. It may be called at any time, from any goroutine.
func (s *Sink) Stats() Stats {
	st := Stats{
		Frames:    s.state.played.Load(),
		Underruns: s.state.underruns.Load(),
		Buffer:    s.o.Format.lasts(s.state.capacity.Load()),
		NaNs:      s.state.nans.Load(),
		Clipped:   s.state.clipped.Load(),
		Peak:      math.Float32frombits(s.state.peak.Load()),
	}
	for i := range min(int(st.Underruns), len(s.state.gaps)) {
		st.Gaps = append(st.Gaps, s.o.Format.lasts(s.state.gaps[i].Load()))
	}
	st.Lowest = st.Buffer
	if low := s.state.lowest.Load(); low > 0 {
		st.Lowest = s.o.Format.lasts(low - 1)
	}
	if ns := s.state.first.Load(); ns > 0 {
		st.First = s.state.opened.Add(time.Duration(ns))
	}
	return st
}

// A Level is what a meter shows.
type Level struct {
	Peaks  []float32     // of the first channels, up to 2, relative to full scale, since the last call
	Queued time.Duration // sound in the ring and in the device's buffer
	Played time.Duration // sound written to the device
}

// Level returns what to show now. It may be called from one goroutine at any time.
func (s *Sink) Level() Level {
	l := Level{
		Queued: s.o.Format.lasts(s.state.queued.Load()),
		Played: s.o.Format.lasts(s.state.played.Load()),
	}
	for c := range min(len(s.state.peaks), s.o.Format.Channels) {
		l.Peaks = append(l.Peaks, math.Float32frombits(s.state.peaks[c].Swap(0)))
	}
	return l
}
