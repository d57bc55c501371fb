package dsptest

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// checkShape reports a shape that is impossible.
func checkShape(t reporter, s dsp.Shape) {
	t.Helper()
	if s.In < 1 || s.Out < 1 {
		t.Fatalf("%d input and %d output channels: must be at least 1", s.In, s.Out)
	}
	if s.Up < 1 || s.Down < 1 || ratio.GCD(s.Up, s.Down) != 1 {
		t.Fatalf("ratio %d/%d: must be positive and in lowest terms", s.Up, s.Down)
	}
	if s.Period < 0 || s.Period%int64(s.Down) != 0 && s.Period != math.MaxInt64 {
		t.Fatalf("period %d: must be a multiple of Down, %d, or 0", s.Period, s.Down)
	}
	if s.Latency < 0 || s.MinFrames < 0 {
		t.Fatalf("latency %d, shortest input %d: must not be negative", s.Latency, s.MinFrames)
	}
}

// maxSearch bounds the input frames over which counts are compared, beyond the first that has an output.
const maxSearch = 1 << 20

// checkCounts compares Latency with the counts of Emitted, over one period and at least over the given number of
// frames. It finds out whether the counts repeat after Period frames, and whether MaxOutFrames bounds them.
func checkCounts[T dsp.Float](t reporter, p Streamer[T], frames int) {
	t.Helper()
	s := p.Shape()
	period := s.Period
	if period == 0 {
		period = int64(s.Down)
	}
	due := func(n int64) int64 { return ratio.FloorMul(n, int64(s.Up), int64(s.Down)) }
	if p.Emitted(0) != 0 || p.OutFrames(0) != 0 {
		t.Errorf("Emitted(0) is %d and OutFrames(0) is %d, want 0: a stream that never began has no output",
			p.Emitted(0), p.OutFrames(0))
		return
	}
	first := int64(1)
	for p.Emitted(first) == 0 {
		if first++; first > maxSearch {
			t.Errorf("Emitted(%d) is 0: Process never emits anything, so memory grows with the stream", maxSearch)
			return
		}
	}
	held, end := due(first-1), first+min(maxSearch, max(period, int64(frames)))
	for n, last := first, int64(0); n < end; n++ {
		e := p.Emitted(n)
		if e < last || n >= int64(s.MinFrames) && e > p.OutFrames(n) {
			t.Errorf("Emitted(%d) is %d, want from %d, as before, to OutFrames, %d", n, e, last, p.OutFrames(n))
			return
		}
		last, held = e, max(held, due(n)-e)
	}
	switch exact := !s.LatencyIsBound && period <= maxSearch; {
	case exact && held != int64(s.Latency):
		t.Errorf("Latency is %d, want %d, the most frames held back by Emitted", s.Latency, held)
	case !exact && held > int64(s.Latency):
		t.Errorf("Latency is %d, but %d frames are held back by Emitted", s.Latency, held)
	}
	if period <= maxSearch {
		checkPeriod(t, "Emitted", p.Emitted, first, end, period, due(period))
		least := int64(max(1, s.MinFrames))
		checkPeriod(t, "OutFrames", p.OutFrames, least, least+end-first, period, due(period))
	}
	checkMaxOutFrames(t, p, first+int64(frames))
}

// checkPeriod reports the first of the counts from n on, below end, that does not grow by grows with a period.
func checkPeriod(t reporter, name string, count func(n int64) int64, n, end, period, grows int64) {
	t.Helper()
	for ; n < end; n++ {
		if got, want := count(n+period), count(n)+grows; got != want {
			t.Errorf("%s(%d) is %d, want %d: %d frames more than one Period of %d frames earlier",
				name, n+period, got, want, grows, period)
			return
		}
	}
}

// checkMaxOutFrames compares MaxOutFrames with what Process and Flush append after up to the given number of frames.
func checkMaxOutFrames[T dsp.Float](t reporter, p Streamer[T], frames int64) {
	t.Helper()
	for _, n := range []int64{0, 1, 2, 3, 7, 16, 64, 1000} {
		most := int64(p.MaxOutFrames(int(n)))
		for before := range frames {
			if appended := p.OutFrames(before+n) - p.Emitted(before); appended > most {
				t.Errorf("MaxOutFrames(%d) is %d, but %d frames are appended after the first %d", n, most, appended, before)
				return
			}
		}
	}
}
