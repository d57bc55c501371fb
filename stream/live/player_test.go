package live

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestStart: the first frame is heard when the ring holds the latency, and no frame is heard before.
func TestStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &fakeHost{paced: true}
		begin := time.Now()
		src := newNoise(8000, 1, 4000)
		src.before = func(int) error { time.Sleep(5 * time.Millisecond); return nil } // 10 ms of sound each time
		s := NewSink(t.Context(), h, options(pcm.F32, 1, 100*time.Millisecond))
		if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if first := s.Stats().First.Sub(begin); first != 50*time.Millisecond {
			t.Errorf("first sample: got %v, want 50ms, in which 100 ms of sound arrive", first)
		}
		st := s.Stats()
		if st.Underruns != 0 || st.Buffer != 100*time.Millisecond || st.Lowest < 75*time.Millisecond ||
			st.Lowest > st.Buffer {
			t.Errorf("stats: got %+v, want 0 underruns, a buffer of 100ms, 75ms to 100ms at the lowest", st)
		}
	})
}

// TestStartShort: a stream shorter than the latency is heard as a whole.
func TestStartShort(t *testing.T) {
	for _, frames := range []int{0, 1, 30} {
		t.Run(fmt.Sprint(frames), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &fakeHost{paced: true}
				s := NewSink(t.Context(), h, options(pcm.F32, 1, 100*time.Millisecond))
				if _, err := (stream.Pipeline{Source: newNoise(8000, 1, frames), Sink: s}).Run(t.Context()); err != nil {
					t.Fatal(err)
				}
				st := s.Stats()
				if st.Frames != int64(frames) || len(h.out.heard) != 4*frames {
					t.Errorf("got %d frames, %d bytes heard, want %d, %d", st.Frames, len(h.out.heard), frames, 4*frames)
				}
				if got, want := st.First.IsZero(), frames == 0; got != want {
					t.Errorf("time of the first frame: got %v, zero %v, want zero %v", st.First, got, want)
				}
			})
		})
	}
}

// TestStalls: each stall that the buffers do not cover counts as one underrun, and every frame is heard.
func TestStalls(t *testing.T) {
	for name, c := range map[string]struct {
		stall time.Duration
		times []int // frames before which the source stalls
		want  int64
	}{
		"none":          {0, nil, 0},
		"covered":       {300 * time.Millisecond, []int{8000}, 0}, // the ring has 250 ms, the device 100
		"one":           {time.Second, []int{8000}, 1},
		"three":         {time.Second, []int{4000, 8000, 16000}, 3},
		"at the start":  {time.Second, []int{0}, 0},
		"before enough": {time.Second, []int{400}, 0}, // 50 ms of the 100 needed
		"at the end":    {time.Second, []int{24000}, 0},
	} {
		for _, h := range []*fakeHost{{paced: true}, {paced: true, mute: true}, {paced: true, late: true}} {
			t.Run(fmt.Sprintf("%s/mute=%v/late=%v", name, h.mute, h.late), func(t *testing.T) {
				stalls(t, h, c.stall, c.times, c.want)
			})
		}
	}
	t.Run("not paced", func(t *testing.T) { // never runs empty
		stalls(t, &fakeHost{}, time.Second, []int{4000, 8000}, 0)
	})
}

// stalls plays three seconds of noise from a source that stalls before some frames.
func stalls(t *testing.T, h *fakeHost, stall time.Duration, times []int, want int64) {
	synctest.Test(t, func(t *testing.T) {
		src := newNoise(8000, 1, 24000)
		src.before = func(frame int) error {
			for _, at := range times {
				if frame == at {
					time.Sleep(stall)
				}
			}
			return nil
		}
		s := NewSink(t.Context(), h, options(pcm.S16, 1, 100*time.Millisecond))
		if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80, Depth: 1}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		st := s.Stats()
		if st.Underruns != want {
			t.Errorf("underruns: got %d, want %d", st.Underruns, want)
		}
		if len(st.Gaps) != int(want) {
			t.Fatalf("gaps: got %d, at %v, want %d", len(st.Gaps), st.Gaps, want)
		}
		for i, gap := range st.Gaps {
			if off := gap - time.Duration(times[i])*time.Second/8000; off < 0 || off > 20*time.Millisecond || off > 0 &&
				!h.late {
				t.Errorf("gap %d: got one at %v, want it before frame %d, at %v", i, gap, times[i],
					time.Duration(times[i])*time.Second/8000)
			}
		}
		if h.paced && (st.Lowest == 0) != (want > 0) {
			t.Errorf("lowest fill: got %v, want 0 %v", st.Lowest, want > 0)
		}
		wantHeard(t, h.out.heard, encoded(t, pcm.S16, 1, false, src.data))
	})
}

// TestSlow: a source with half the speed of the device causes an underrun each time that the gathered frames have been
// played.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &fakeHost{paced: true}
		src := newNoise(8000, 1, 16000)
		src.before = func(int) error { time.Sleep(20 * time.Millisecond); return nil }
		s := NewSink(t.Context(), h, options(pcm.S16, 1, 100*time.Millisecond))
		if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		// Gathering 100 ms of sound takes 200 ms. They last 100 ms, in which 50 ms more arrive, and so on: 200 ms at a
		// time.
		if st := s.Stats(); st.Underruns < 9 || st.Underruns > 12 || len(st.Gaps) != 8 || !slices.IsSorted(st.Gaps) {
			t.Errorf("got %d underruns, %d gaps at %v, want 9 to 12, 8 in order", st.Underruns, len(st.Gaps), st.Gaps)
		}
		if got := len(h.out.heard); got != 2*16000 {
			t.Errorf("heard: got %d bytes, want %d", got, 2*16000)
		}
	})
}

// TestDeviceErrors: the error names the device, and the other sink of a Tee still receives every frame.
func TestDeviceErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, call := range []string{"open", "Start", "Room", "Write"} {
		for _, n := range []int{0, 1, 40} {
			if call == "Start" && n > 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s/%d", call, n), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					h := &fakeHost{paced: true, onCall: func(name string, k int) error {
						if name == call && k >= n {
							return broken
						}
						return nil
					}}
					if call == "open" {
						h.openErr = broken
					}
					src, second := newNoise(8000, 1, 16000), &file{}
					s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
					_, err := stream.Pipeline{Source: src, Sink: stream.Tee(second, s), BlockFrames: 80}.Run(t.Context())
					wantText(t, err, `device "fake"`)
					if !errors.Is(err, broken) {
						t.Errorf("got error %v, want %v", err, broken)
					}
					if got, want := errors.Is(err, ErrLost), call == "Room" || call == "Write"; got != want {
						t.Errorf("got error %v, ErrLost %v, want %v", err, got, want)
					}
					second.wantWhole(t, 16000)
					if call != "open" && !h.out.closed {
						t.Error("device closed: got false, want true")
					}
				})
			})
		}
	}
}

// TestHangingDevice: a device that accepts no frames within the stall timeout is lost. A device that hangs for less
// time plays on, and the gap counts.
func TestHangingDevice(t *testing.T) {
	for _, c := range []struct {
		call string
		n    int
		hang time.Duration
		lost bool
		mute bool
	}{
		{"Write", 40, time.Hour, true, false}, {"Room", 40, time.Hour, true, false}, {"Room", 206, time.Hour, true, false},
		{"Write", 40, 4 * time.Second, false, false}, {"Write", 40, 4 * time.Second, false, true},
	} {
		t.Run(fmt.Sprintf("%s/%d/%v/mute=%v", c.call, c.n, c.hang, c.mute), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &fakeHost{paced: true, mute: c.mute, onCall: func(name string, k int) error {
					if name == c.call && k == c.n {
						time.Sleep(c.hang)
					}
					return nil
				}}
				begin := time.Now()
				src, second := newNoise(8000, 1, 16000), &file{}
				s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
				_, err := stream.Pipeline{Source: src, Sink: stream.Tee(second, s), BlockFrames: 80}.Run(t.Context())
				if errors.Is(err, ErrLost) != c.lost || (err == nil) == c.lost {
					t.Errorf("got error %v, want ErrLost %v, and no other", err, c.lost)
				}
				if took := time.Since(begin); c.lost && took > 10*time.Second {
					t.Errorf("given up: got after %v, want at most 10s", took)
				}
				second.wantWhole(t, 16000)
				time.Sleep(c.hang) // the player ends when the device returns
				if got := s.Stats().Underruns; !c.lost && got != 1 {
					t.Errorf("underruns: got %d, want 1", got)
				}
			})
		})
	}
}
