package dsptest

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// checkShape reports a Shape that no processor can have.
func checkShape(t reporter, s dsp.Shape) {
	t.Helper()
	if s.In < 1 || s.Out < 1 {
		t.Fatalf("%d input and %d output channels: must be at least 1 each", s.In, s.Out)
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

// maxSearch bounds the input frames over which counts are compared, after the first input frame with an output.
const maxSearch = 1 << 20

// checkCounts compares Latency with the counts of Emitted, over one period and at least over the passed number of
// frames. It also checks that the counts repeat after Period frames, and that MaxOutFrames bounds them.
func checkCounts[T dsp.Float](t reporter, p Streamer[T], frames int) {
	t.Helper()
	s := p.Shape()
	period := s.Period
	if period == 0 {
		period = int64(s.Down)
	}
	due := func(n int64) int64 { return ratio.FloorMul(n, int64(s.Up), int64(s.Down)) }
	if p.Emitted(0) != 0 || p.OutFrames(0) != 0 {
		t.Errorf("Emitted(0) is %d and OutFrames(0) is %d, want 0: an empty stream has no output",
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
			t.Errorf("Emitted(%d) is %d, want from %d, the count before it, to %d, which is OutFrames",
				n, e, last, p.OutFrames(n))
			return
		}
		last, held = e, max(held, due(n)-e)
	}
	switch exact := !s.LatencyIsBound && period <= maxSearch; {
	case exact && held != int64(s.Latency):
		t.Errorf("Latency is %d, want %d, the most frames that are held according to Emitted", s.Latency, held)
	case !exact && held > int64(s.Latency):
		t.Errorf("Latency is %d, but %d frames are held according to Emitted", s.Latency, held)
	}
	if period <= maxSearch {
		checkPeriod(t, "Emitted", p.Emitted, first, end, period, due(period))
		least := int64(max(1, s.MinFrames))
		checkPeriod(t, "OutFrames", p.OutFrames, least, least+end-first, period, due(period))
	}
	checkMaxOutFrames(t, p, first+int64(frames))
}

// checkPeriod checks the counts from n to end-1 and reports the first that does not grow by grows over one period.
func checkPeriod(t reporter, name string, count func(n int64) int64, n, end, period, grows int64) {
	t.Helper()
	for ; n < end; n++ {
		if got, want := count(n+period), count(n)+grows; got != want {
			t.Errorf("%s(%d) is %d, want %d: %d frames more than one Period, %d frames, earlier",
				name, n+period, got, want, grows, period)
			return
		}
	}
}

// checkMaxOutFrames checks that MaxOutFrames bounds the output of one Process call and Flush, after up to the passed
// number of earlier frames.
func checkMaxOutFrames[T dsp.Float](t reporter, p Streamer[T], frames int64) {
	t.Helper()
	for _, n := range []int64{0, 1, 2, 3, 7, 16, 64, 1000} {
		most := int64(p.MaxOutFrames(int(n)))
		for before := range frames {
			if appended := p.OutFrames(before+n) - p.Emitted(before); appended > most {
				t.Errorf("MaxOutFrames(%d) is %d, but Process and Flush append %d frames after the first %d",
					n, most, appended, before)
				return
			}
		}
	}
}
