package live

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// A file is a sink that keeps what it is given.
type file struct {
	data   []float32
	closed []error
}

func (f *file) Open(stream.Format, int64) error { return nil }
func (f *file) Write(x []float32) error         { f.data = append(f.data, x...); return nil }
func (f *file) Close(cause error) error         { f.closed = append(f.closed, cause); return nil }

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

func TestOpenRefuses(t *testing.T) {
	for _, f := range []stream.Format{{Rate: stream.Hz(44100), Channels: 1}, {Rate: stream.Rate{Num: 8000, Den: 3}, Channels: 1}, {Rate: stream.Hz(8000), Channels: 3}} {
		s := NewSink(t.Context(), &fakeHost{}, options(pcm.S16, 2, time.Second))
		if err := s.Open(f, -1); err == nil || !strings.Contains(err.Error(), `device "fake": opened for`) {
			t.Errorf("%v: %v", f, err)
		}
	}
}

// TestChannels: one channel is heard on both sides, two on the first two, NaN not at all.
func TestChannels(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		in, out int
		x, want []float32
		nans    int64
	}{
		{1, 1, []float32{0.5, nan, -1}, []float32{0.5, 0, -1}, 1},
		{1, 2, []float32{0.5, 0.25}, []float32{0.5, 0.5, 0.25, 0.25}, 0},
		{1, 4, []float32{0.5}, []float32{0.5, 0.5, 0, 0}, 0},
		{2, 3, []float32{0.5, 0.25, nan, 1}, []float32{0.5, 0.25, 0, 0, 1, 0}, 1},
		{3, 3, []float32{0.5, 0.25, 2}, []float32{0.5, 0.25, 2}, 0},
	} {
		h := &fakeHost{}
		s := NewSink(t.Context(), h, options(pcm.F32, c.out, time.Millisecond))
		src := &noise{format: stream.Format{Rate: stream.Hz(8000), Channels: c.in}, data: c.x}
		if _, err := (stream.Pipeline{Source: src, Sink: s}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(h.out.heard, encoded(t, pcm.F32, c.out, false, c.want)) || s.Stats().NaNs != c.nans {
			t.Errorf("%d on %d: %x, %d NaN", c.in, c.out, h.out.heard, s.Stats().NaNs)
		}
	}
}
