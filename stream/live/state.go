package live

import (
	"math"
	"sync/atomic"
	"time"
)

// A state is written by the player and the Sink while they play, and read by any goroutine.
type state struct {
	opened    time.Time       // set before the player starts
	progress  atomic.Int64    // counts signs of life: writes that returned, changes of the room, ticks of a pause
	hangs     atomic.Bool     // the device has made no progress within the stall timeout
	capacity  atomic.Int64    // of the device's buffer, in frames
	queued    atomic.Int64    // frames in the ring and in the device's buffer
	played    atomic.Int64    // frames written to the device
	first     atomic.Int64    // nanoseconds from opened to the return of the first write, 0 before that
	underruns atomic.Int64    // number of gaps
	gaps      [8]atomic.Int64 // value of played at each of the first gaps
	nans      atomic.Int64
	clipped   atomic.Int64
	peak      atomic.Uint32    // bits of the largest absolute value that was encoded
	lowest    atomic.Int64     // lowest fill of the device's buffer in frames, plus 1; 0 before the first noteFill
	peaks     [2]atomic.Uint32 // bits of the largest absolute value of each channel since the last Level
}

// noteFill lowers lowest to the fill of the device's buffer, in frames.
func (s *state) noteFill(frames int) {
	if low := s.lowest.Load(); low == 0 || int64(frames)+1 < low {
		s.lowest.Store(int64(frames) + 1)
	}
}

// noteUnderrun counts a gap, before the next frame to be written to the device. Only the player calls it.
func (s *state) noteUnderrun() {
	if n := s.underruns.Load(); n < int64(len(s.gaps)) {
		s.gaps[n].Store(s.played.Load())
	}
	s.underruns.Add(1)
}

// notePeak raises the peak of a channel to v. Level may reset the peak at the same time.
func (s *state) notePeak(channel int, v float32) {
	for p := &s.peaks[channel]; ; {
		old := p.Load()
		if math.Float32frombits(old) >= v || p.CompareAndSwap(old, math.Float32bits(v)) {
			return
		}
	}
}

// Stats describe how a [Sink] has played.
type Stats struct {
	Frames int64         // frames written to the device, including those of the fade-out
	First  time.Time     // when the first write to the device returned; zero before that
	Lowest time.Duration // least sound in the device's buffer at a write, except while the stream starts and ends
	Buffer time.Duration // length of the device's buffer
	NaNs   int64         // samples that were NaN, played as silence

	// Clipped is the number of samples that were clipped when they were encoded as S16, and Peak the largest absolute
	// value before that, as in pcm.Stats. If one channel is played on two, its samples count twice.
	Clipped int64
	Peak    float32

	// Underruns is how often the device ran empty. It counts every underrun that the device reports. An underrun that
	// the device does not report is counted if the device took no frames for longer than the sum of two times: the
	// longer of 5 ms and Buffer/4, and the length of the sound that the sound system had taken from the buffer ahead of
	// time.
	Underruns int64

	// Gaps are the positions of the first 8 underruns in the stream. The position of an underrun that the device
	// reports late may be up to 20 ms too late.
	Gaps []time.Duration
}

// Stats returns the statistics up to now. Any goroutine may call it at any time.
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

// A Level is the state of a [Sink] for a meter.
type Level struct {
	Peaks  []float32     // largest absolute value since the last call of Level, for each of the first two channels
	Queued time.Duration // sound in the ring and in the device's buffer
	Played time.Duration // sound written to the device
}

// Level returns the level now. Only one goroutine may call it, because each call resets the peaks.
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
