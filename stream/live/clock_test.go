package live

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// lateWrites plays frames of noise on h from a buffer of the given length and lets writes, by number, be late, or do what else
// may happen before they reach the device. It returns what the sink says, and what had been heard before each gap of the fake.
func lateWrites(t *testing.T, h *fakeHost, latency time.Duration, frames int, before func(write int)) (st Stats, gaps []int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h.onCall = func(call string, n int) error {
			if call != "Write" {
				return nil
			}
			before(n)
			if h.out.fill(); h.out.empty && n > 0 {
				gaps = append(gaps, len(h.out.heard)/h.out.size)
			}
			return nil
		}
		s := NewSink(t.Context(), h, options(pcm.S16, 1, latency))
		if _, err := (stream.Pipeline{Source: newNoise(8000, 1, frames), Sink: s, BlockFrames: 80}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		st = s.Stats()
	})
	return st, gaps
}

// TestGapsFound: every gap is counted, once, where it was, whether the device tells of it or not: if it does not, those that
// are longer than a quarter of the buffer and 5 ms, up to the end of the stream.
func TestGapsFound(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		latency time.Duration
		late    map[int]time.Duration // of writes, which are 10 ms each, of 500
		told    int                   // from this write on the device tells
	}{
		{100 * ms, map[int]time.Duration{150: 60 * ms}, 500},
		{100 * ms, map[int]time.Duration{150: 140 * ms}, 500},
		{100 * ms, map[int]time.Duration{150: 190 * ms}, 500},
		{100 * ms, map[int]time.Duration{150: 290 * ms}, 500},
		{100 * ms, map[int]time.Duration{150: 102 * ms}, 0},
		{100 * ms, map[int]time.Duration{150: 190 * ms}, 0},
		{20 * ms, map[int]time.Duration{250: 35 * ms, 260: 35 * ms}, 260},
		{20 * ms, map[int]time.Duration{250: 35 * ms, 260: 80 * ms}, 500},
		{20 * ms, map[int]time.Duration{480: 35 * ms}, 500},
		{time.Second, map[int]time.Duration{200: 1900 * ms, 400: 1500 * ms}, 400},
		{2 * time.Second, map[int]time.Duration{350: 3900 * ms}, 500},
	} {
		h := &fakeHost{paced: true}
		st, gaps := lateWrites(t, h, c.latency, 40000, func(write int) {
			h.mute = write < c.told
			time.Sleep(c.late[write])
		})
		if int(st.Underruns) != len(gaps) || len(st.Gaps) != len(gaps) {
			t.Errorf("%+v: %d underruns, want %d", c, st.Underruns, len(gaps))
			continue
		}
		for i, gap := range st.Gaps {
			if off := int(gap*8000/time.Second) - gaps[i]; off < -1 || off > 80 {
				t.Errorf("%+v: a gap at %v, %d frames after where it was", c, gap, off)
			}
		}
	}
	// What is shorter may be what a server holds of its own.
	if st, gaps := lateWrites(t, &fakeHost{paced: true, mute: true}, 100*ms, 40000, func(write int) {
		if write == 150 {
			time.Sleep(120 * ms)
		}
	}); st.Underruns != 0 || len(gaps) != 1 {
		t.Errorf("%d underruns of %d short gaps", st.Underruns, len(gaps))
	}
}

// TestNoGap: a device whose own clock is another than the system's, which takes its frames in large pieces, or stands still
// with frames left, does not run empty.
func TestNoGap(t *testing.T) {
	const ms = time.Millisecond
	for _, slower := range []float64{0, 0.01, -0.001} {
		for _, latency := range []time.Duration{2 * ms, 20 * ms, time.Second} {
			for _, pieces := range []int{0, 4, 2} {
				h := &fakeHost{paced: true, mute: true, slower: slower}
				if pieces > 0 {
					h.step = int(latency.Seconds()*8000) / pieces
				}
				st, gaps := lateWrites(t, h, latency, 4*8000, func(int) {})
				if st.Underruns != 0 || len(gaps) != 0 {
					t.Errorf("slower by %v, %v, %d pieces: %+v, %d gaps", slower, latency, pieces, st, len(gaps))
				}
			}
		}
	}
	// A source that gives its sound in the time of the clock, or somewhat late, and so leaves the buffer half full.
	for _, latency := range []time.Duration{20 * ms, 40 * ms, 100 * ms} {
		for _, pieces := range []int{0, 5, 2} {
			for _, tells := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					h := &fakeHost{paced: true, mute: !tells}
					if pieces > 0 {
						h.step = int(latency.Seconds()*8000) / pieces
					}
					gaps := 0
					h.onCall = func(call string, n int) error {
						if call == "Write" && n > 0 {
							if h.out.fill(); h.out.empty {
								gaps++
							}
						}
						return nil
					}
					src, begin := newNoise(8000, 1, 160000), time.Now()
					src.before = func(frame int) error {
						late := time.Duration(uint32(frame)*2654435761%64) * latency / 500 // up to an eighth of the buffer
						time.Sleep(time.Until(begin.Add(time.Duration(frame)*time.Second/8000 + late)))
						return nil
					}
					s := NewSink(t.Context(), h, options(pcm.S16, 1, latency))
					if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80, Depth: 1}).Run(t.Context()); err != nil {
						t.Fatal(err)
					}
					if n := int(s.Stats().Underruns); n > gaps || tells && n < gaps {
						t.Errorf("%v, %d pieces, tells %v: %d underruns of %d", latency, pieces, tells, n, gaps)
					}
				})
			}
		}
	}
	for _, pause := range []time.Duration{12 * ms, 30 * ms, time.Second} {
		h := &fakeHost{paced: true, mute: true}
		st, gaps := lateWrites(t, h, 20*ms, 40000, func(write int) {
			if write == 200 {
				time.Sleep(pause)
				h.out.started = h.out.started.Add(pause)
			}
		})
		if st.Underruns != 0 || len(gaps) != 0 {
			t.Errorf("stands still for %v: %d underruns, %d gaps", pause, st.Underruns, len(gaps))
		}
	}
	// What was missed while it stood still, it takes at once afterwards; later gaps are counted all the same.
	h := &fakeHost{paced: true, mute: true}
	st, gaps := lateWrites(t, h, 20*ms, 40000, func(write int) {
		switch write {
		case 200:
			time.Sleep(700 * ms)
			h.out.started = h.out.started.Add(700 * ms)
		case 201:
			h.slower = -99
		case 270:
			h.slower, h.out.started = 0, time.Now().Add(-time.Duration(h.out.since)*time.Second/8000+10*ms)
		case 400:
			time.Sleep(60 * ms)
		}
	})
	if st.Underruns != 1 {
		t.Errorf("after it stood still: %d underruns at %v, gaps %v", st.Underruns, st.Gaps, gaps)
	}
	// Nor does a clock that is faster, for long, hide one.
	st, gaps = lateWrites(t, &fakeHost{paced: true, mute: true, slower: -0.01}, 20*ms, 30*8000, func(write int) {
		if write == 2900 {
			time.Sleep(60 * ms)
		}
	})
	if st.Underruns != 1 || len(gaps) != 1 {
		t.Errorf("a faster clock: %d underruns at %v, gaps %v", st.Underruns, st.Gaps, gaps)
	}
	synctest.Test(t, func(t *testing.T) { // what takes a hundred times as much as can be heard, from a source in bursts
		h := &fakeHost{paced: true, mute: true, slower: -99, onCall: func(call string, n int) error {
			if call == "Write" && n%3 == 1 {
				time.Sleep(ms)
			}
			return nil
		}}
		src := newNoise(8000, 1, 40000)
		src.before = func(frame int) error {
			if frame%800 == 0 { // 100 ms of sound
				time.Sleep(40 * ms)
			}
			return nil
		}
		s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*ms))
		if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80, Depth: 1}).Run(t.Context()); err != nil || s.Stats().Underruns != 0 {
			t.Errorf("faster than time: %v, %d underruns", err, s.Stats().Underruns)
		}
	})
	synctest.Test(t, func(t *testing.T) { // a device that swallows everything, interrupted
		ctx, cancel := context.WithCancel(t.Context())
		src := newNoise(8000, 1, 16000)
		src.before = func(frame int) error {
			if frame >= 8000 {
				cancel()
			}
			return nil
		}
		s := NewSink(ctx, &fakeHost{}, options(pcm.S16, 1, 20*ms))
		if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}).Run(ctx); err == nil || s.Stats().Underruns != 0 {
			t.Errorf("%v, %d underruns", err, s.Stats().Underruns)
		}
	})
}

// TestStarved: a source that is late by more than all that waits to be heard, in the ring and in the device, makes an
// underrun, unless it has come to its end.
func TestStarved(t *testing.T) {
	for _, c := range []struct {
		latency, late time.Duration
		want          int64
	}{
		{20 * time.Millisecond, 240 * time.Millisecond, 0}, {20 * time.Millisecond, 310 * time.Millisecond, 1},
		{100 * time.Millisecond, 320 * time.Millisecond, 0}, {100 * time.Millisecond, 390 * time.Millisecond, 1},
		{2 * time.Second, 3900 * time.Millisecond, 0}, {2 * time.Second, 4700 * time.Millisecond, 1}, {2 * time.Second, time.Minute, 1},
	} {
		for _, mute := range []bool{false, true} {
			for frame, want := range map[int]int64{40000: c.want, 56000: 0} {
				synctest.Test(t, func(t *testing.T) {
					src := newNoise(8000, 1, 56000)
					src.before = func(f int) error {
						if f == frame {
							time.Sleep(c.late)
						}
						return nil
					}
					s := NewSink(t.Context(), &fakeHost{paced: true, mute: mute}, options(pcm.S16, 1, c.latency))
					if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80, Depth: 1}).Run(t.Context()); err != nil {
						t.Fatal(err)
					}
					if st := s.Stats(); st.Underruns != want {
						t.Errorf("%+v, tells %v, before frame %d: %d underruns, want %d", c, !mute, frame, st.Underruns, want)
					}
				})
			}
		}
	}
}
