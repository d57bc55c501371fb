package live

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestStart: nothing is heard before the latency is there, or all there is.
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
			t.Errorf("first sample after %v, want the 50 ms that 100 ms of sound take to come", first)
		}
		if st := s.Stats(); st.Underruns != 0 || st.Buffer != 100*time.Millisecond || st.Lowest < 75*time.Millisecond || st.Lowest > st.Buffer {
			t.Errorf("%+v", st)
		}
	})
	for _, frames := range []int{0, 1, 30} {
		synctest.Test(t, func(t *testing.T) {
			h := &fakeHost{paced: true}
			s := NewSink(t.Context(), h, options(pcm.F32, 1, 100*time.Millisecond))
			if _, err := (stream.Pipeline{Source: newNoise(8000, 1, frames), Sink: s}).Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if st := s.Stats(); st.Frames != int64(frames) || len(h.out.heard) != 4*frames || st.First.IsZero() != (frames == 0) {
				t.Errorf("%d frames: %+v", frames, st)
			}
		})
	}
}

// TestStalls: each stall that the buffers do not cover makes one underrun, and no frame is lost.
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
			t.Run(fmt.Sprint(name, h.mute, h.late), func(t *testing.T) { stalls(t, h, c.stall, c.times, c.want) })
		}
	}
	// A device that swallows everything never runs empty.
	h := &fakeHost{}
	stalls(t, h, time.Second, []int{4000, 8000}, 0)
}

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
			t.Errorf("%d underruns, want %d", st.Underruns, want)
		}
		if len(st.Gaps) != int(want) {
			t.Fatalf("gaps %v, want %d", st.Gaps, want)
		}
		for i, gap := range st.Gaps {
			if off := gap - time.Duration(times[i])*time.Second/8000; off < 0 || off > 20*time.Millisecond || off > 0 && !h.late {
				t.Errorf("a gap at %v, want it before frame %d", gap, times[i])
			}
		}
		if h.paced && (st.Lowest == 0) != (want > 0) {
			t.Errorf("lowest fill %v", st.Lowest)
		}
		if !bytes.Equal(h.out.heard, encoded(t, pcm.S16, 1, false, src.data)) {
			t.Error("not every frame was heard")
		}
	})
}

// TestSlow: a source that gives half as much as is played makes an underrun for every time that it has been gathered anew.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &fakeHost{paced: true}
		src := newNoise(8000, 1, 16000)
		src.before = func(int) error { time.Sleep(20 * time.Millisecond); return nil }
		s := NewSink(t.Context(), h, options(pcm.S16, 1, 100*time.Millisecond))
		if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		// 100 ms are gathered while 200 pass; they last 100, in which 50 more come, and so on: 200 ms at a time.
		if st := s.Stats(); st.Underruns < 9 || st.Underruns > 12 || len(st.Gaps) != 8 || !slices.IsSorted(st.Gaps) {
			t.Errorf("%d underruns in 2 s, gaps %v", st.Underruns, st.Gaps)
		}
		if len(h.out.heard) != 2*16000 {
			t.Errorf("%d bytes heard", len(h.out.heard))
		}
	})
}

// TestDeviceErrors: the error names the device, and a file beside it gets everything.
func TestDeviceErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, call := range []string{"open", "Start", "Room", "Write"} {
		for _, n := range []int{0, 1, 40} {
			if call == "Start" && n > 0 {
				continue
			}
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
				src, beside := newNoise(8000, 1, 16000), &file{}
				s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
				_, err := stream.Pipeline{Source: src, Sink: stream.Tee(beside, s), BlockFrames: 80}.Run(t.Context())
				if !errors.Is(err, broken) || !strings.Contains(err.Error(), `device "fake"`) {
					t.Errorf("%s: %v", call, err)
				}
				if playing := call == "Room" || call == "Write"; errors.Is(err, ErrLost) != playing {
					t.Errorf("%s: %v", call, err)
				}
				if len(beside.data) != 16000 || len(beside.closed) != 1 || beside.closed[0] != nil {
					t.Errorf("%s: the file has %d frames, closed with %v", call, len(beside.data), beside.closed)
				}
				if call != "open" && !h.out.closed {
					t.Errorf("%s: not closed", call)
				}
			})
		}
	}
}

// TestHangingDevice: a device that takes no frames within the stall timeout is given up; one that hangs for less plays
// on.
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
		synctest.Test(t, func(t *testing.T) {
			h := &fakeHost{paced: true, mute: c.mute, onCall: func(name string, k int) error {
				if name == c.call && k == c.n {
					time.Sleep(c.hang)
				}
				return nil
			}}
			begin := time.Now()
			src, beside := newNoise(8000, 1, 16000), &file{}
			s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
			_, err := stream.Pipeline{Source: src, Sink: stream.Tee(beside, s), BlockFrames: 80}.Run(t.Context())
			if errors.Is(err, ErrLost) != c.lost || (err == nil) == c.lost {
				t.Errorf("%+v: %v", c, err)
			}
			if took := time.Since(begin); c.lost && took > 10*time.Second {
				t.Errorf("%+v: given up after %v", c, took)
			}
			if len(beside.data) != 16000 || len(beside.closed) != 1 || beside.closed[0] != nil {
				t.Errorf("%+v: the file has %d frames, closed with %v", c, len(beside.data), beside.closed)
			}
			time.Sleep(c.hang) // the player ends when the device returns
			if !c.lost && s.Stats().Underruns != 1 {
				t.Errorf("%+v: %d underruns", c, s.Stats().Underruns)
			}
		})
	}
}
