package live

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// lateWrites plays frames of noise on h, with a buffer as long as latency. Before each write it calls before, which may
// sleep, with the number of the write. It returns the stats of the sink, and the number of frames heard before each gap
// of the fake.
func lateWrites(
	t *testing.T, h *fakeHost, latency time.Duration, frames int, before func(write int),
) (st Stats, gaps []int) {
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
		if _, err := (stream.Pipeline{Source: newNoise(8000, 1, frames), Sink: s,
			BlockFrames: 80}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		st = s.Stats()
	})
	return st, gaps
}

// TestGapsFound: every gap is counted once, at its place, up to the end of the stream. If the device does not report
// gaps, that holds for gaps longer than 5 ms and than a quarter of the buffer.
func TestGapsFound(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		latency time.Duration
		late    map[int]time.Duration // delay before a write, by its number; there are 500 writes of 10 ms
		told    int                   // from this write on the device reports gaps
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
		t.Run(fmt.Sprintf("%v/%v/told from %d", c.latency, c.late, c.told), func(t *testing.T) {
			h := &fakeHost{paced: true}
			st, gaps := lateWrites(t, h, c.latency, 40000, func(write int) {
				h.mute = write < c.told
				time.Sleep(c.late[write])
			})
			if int(st.Underruns) != len(gaps) || len(st.Gaps) != len(gaps) {
				t.Fatalf("got %d underruns, gaps at %v, want %d at frames %v", st.Underruns, st.Gaps, len(gaps), gaps)
			}
			for i, gap := range st.Gaps {
				if off := int(gap*8000/time.Second) - gaps[i]; off < -1 || off > 80 {
					t.Errorf("gap %d: got %v, %d frames after its place, want -1 to 80", i, gap, off)
				}
			}
		})
	}
}

// TestShortGap: a gap of less than a quarter of the buffer is not counted if the device does not report it, because
// room is not that precise.
func TestShortGap(t *testing.T) {
	const ms = time.Millisecond
	st, gaps := lateWrites(t, &fakeHost{paced: true, mute: true}, 100*ms, 40000, func(write int) {
		if write == 150 {
			time.Sleep(120 * ms)
		}
	})
	wantGaps(t, st, gaps, 0, 1)
}

// wantGaps checks the number of underruns that a sink counted, and the number of gaps of the fake device.
func wantGaps(t *testing.T, st Stats, gaps []int, underruns, want int) {
	t.Helper()
	if int(st.Underruns) != underruns || len(gaps) != want {
		t.Errorf("got %d underruns at %v, gaps at frames %v, want %d, %d gaps", st.Underruns, st.Gaps, gaps, underruns, want)
	}
}

// TestNoGap: no gap is counted for a device whose clock is slower or faster than that of the system, or which takes its
// frames in large pieces.
func TestNoGap(t *testing.T) {
	const ms = time.Millisecond
	for _, slower := range []float64{0, 0.01, -0.001} {
		for _, latency := range []time.Duration{2 * ms, 20 * ms, time.Second} {
			for _, pieces := range []int{0, 4, 2} {
				t.Run(fmt.Sprintf("slower by %v/%v/%d pieces", slower, latency, pieces), func(t *testing.T) {
					h := &fakeHost{paced: true, mute: true, slower: slower}
					if pieces > 0 {
						h.step = int(latency.Seconds()*8000) / pieces
					}
					st, gaps := lateWrites(t, h, latency, 4*8000, func(int) {})
					wantGaps(t, st, gaps, 0, 0)
				})
			}
		}
	}
}

// TestNoGapOfLateSource: a source that is as fast as the device, or somewhat late, leaves the buffer half full. Every
// gap that the device reports is counted, and nothing else.
func TestNoGapOfLateSource(t *testing.T) {
	const ms = time.Millisecond
	for _, latency := range []time.Duration{20 * ms, 40 * ms, 100 * ms} {
		for _, pieces := range []int{0, 5, 2} {
			for _, tells := range []bool{false, true} {
				t.Run(fmt.Sprintf("%v/%d pieces/tells=%v", latency, pieces, tells), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { checkLateSource(t, latency, pieces, tells) })
				})
			}
		}
	}
}

// checkLateSource plays 20 s from a source whose frames are late by up to an eighth of the buffer.
func checkLateSource(t *testing.T, latency time.Duration, pieces int, tells bool) {
	t.Helper()
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
		late := time.Duration(uint32(frame)*2654435761%64) * latency / 500
		time.Sleep(time.Until(begin.Add(time.Duration(frame)*time.Second/8000 + late)))
		return nil
	}
	s := NewSink(t.Context(), h, options(pcm.S16, 1, latency))
	if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80, Depth: 1}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := int(s.Stats().Underruns); n > gaps || tells && n < gaps {
		t.Errorf("underruns: got %d, want %d, or less if the device does not report gaps", n, gaps)
	}
}

// TestNoGapOfStandstill: no gap is counted for a device that stalls with frames left in its buffer.
func TestNoGapOfStandstill(t *testing.T) {
	const ms = time.Millisecond
	for _, pause := range []time.Duration{12 * ms, 30 * ms, time.Second} {
		t.Run(fmt.Sprint(pause), func(t *testing.T) {
			h := &fakeHost{paced: true, mute: true}
			st, gaps := lateWrites(t, h, 20*ms, 40000, func(write int) {
				if write == 200 {
					time.Sleep(pause)
					h.out.started = h.out.started.Add(pause)
				}
			})
			wantGaps(t, st, gaps, 0, 0)
		})
	}
}

// TestGapAfterStandstill: a gap is counted after a device has stalled and then taken at once all frames that it had
// missed.
func TestGapAfterStandstill(t *testing.T) {
	const ms = time.Millisecond
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
		t.Errorf("got %d underruns at %v, gaps at frames %v, want 1 underrun", st.Underruns, st.Gaps, gaps)
	}
}

// TestGapWithFastClock: a gap is counted after a device has been faster than the system for a long time.
func TestGapWithFastClock(t *testing.T) {
	const ms = time.Millisecond
	st, gaps := lateWrites(t, &fakeHost{paced: true, mute: true, slower: -0.01}, 20*ms, 30*8000, func(write int) {
		if write == 2900 {
			time.Sleep(60 * ms)
		}
	})
	wantGaps(t, st, gaps, 1, 1)
}

// TestNoGapOfFastDevice: no gap is counted for a device that takes frames a hundred times as fast as it should, from a
// source in bursts.
func TestNoGapOfFastDevice(t *testing.T) {
	const ms = time.Millisecond
	synctest.Test(t, func(t *testing.T) {
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
		_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: 80, Depth: 1}.Run(t.Context())
		if got := s.Stats().Underruns; err != nil || got != 0 {
			t.Errorf("got %d underruns, error %v, want 0, no error", got, err)
		}
	})
}

// TestNoGapOfInterrupt: no gap is counted when a device that takes everything at once is interrupted.
func TestNoGapOfInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		src := newNoise(8000, 1, 16000)
		src.before = func(frame int) error {
			if frame >= 8000 {
				cancel()
			}
			return nil
		}
		s := NewSink(ctx, &fakeHost{}, options(pcm.S16, 1, 20*time.Millisecond))
		_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}.Run(ctx)
		if got := s.Stats().Underruns; err == nil || got != 0 {
			t.Errorf("got %d underruns, error %v, want 0, an error", got, err)
		}
	})
}

// TestStarved: a source that is late by more than the sound in the ring and in the device causes an underrun, unless
// the stream has ended.
func TestStarved(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		latency, late time.Duration
		want          int64
	}{
		{20 * ms, 240 * ms, 0}, {20 * ms, 310 * ms, 1}, {100 * ms, 320 * ms, 0}, {100 * ms, 390 * ms, 1},
		{2 * time.Second, 3900 * ms, 0}, {2 * time.Second, 4700 * ms, 1}, {2 * time.Second, time.Minute, 1},
	} {
		for _, mute := range []bool{false, true} {
			for frame, want := range map[int]int64{40000: c.want, 56000: 0} {
				t.Run(fmt.Sprintf("%v/%v late/mute=%v/%d", c.latency, c.late, mute, frame), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						src := newNoise(8000, 1, 56000)
						src.before = func(f int) error {
							if f == frame {
								time.Sleep(c.late)
							}
							return nil
						}
						s := NewSink(t.Context(), &fakeHost{paced: true, mute: mute}, options(pcm.S16, 1, c.latency))
						p := stream.Pipeline{Source: src, Sink: s, BlockFrames: 80, Depth: 1}
						if _, err := p.Run(t.Context()); err != nil {
							t.Fatal(err)
						}
						if got := s.Stats().Underruns; got != want {
							t.Errorf("underruns: got %d, want %d", got, want)
						}
					})
				})
			}
		}
	}
}
