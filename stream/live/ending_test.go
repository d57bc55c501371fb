package live

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestTooShortToBegin: a device that begins to play only with more frames than the stream has receives silence after
// them.
func TestTooShortToBegin(t *testing.T) {
	for _, frames := range []int{1, 99, 100, 101, 500} {
		t.Run(fmt.Sprint(frames), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &fakeHost{paced: true, period: 100}
				src := newNoise(8000, 1, frames)
				s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
				if _, err := (stream.Pipeline{Source: src, Sink: s}).Run(t.Context()); err != nil {
					t.Fatal(err)
				}
				want := encoded(t, pcm.S16, 1, false, src.data)
				if frames < 100 {
					want = append(want, make([]byte, 2*(160-frames))...)
				}
				wantHeard(t, h.out.heard, want)
				if got := s.Stats().Frames; h.out.left != 0 || got != int64(frames) {
					t.Errorf("got %d frames, %d cut off, want %d, 0", got, h.out.left, frames)
				}
			})
		})
	}
}

// TestTooShortToBeginAgain: a device that ran empty shortly before the end, and begins again only with more frames than
// are left, receives silence after them.
func TestTooShortToBeginAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &fakeHost{paced: true, period: 100}
		src := newNoise(8000, 1, 8030)
		src.before = func(frame int) error {
			if frame == 8000 {
				time.Sleep(time.Second)
			}
			return nil
		}
		s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
		_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}.Run(t.Context())
		if got := s.Stats().Underruns; err != nil || got != 1 {
			t.Errorf("got %d underruns, error %v, want 1, no error", got, err)
		}
		want := encoded(t, pcm.S16, 1, false, src.data)
		wantHeard(t, h.out.heard[:min(len(h.out.heard), len(want))], want)
	})
}

// TestLateToBegin: a device that begins late has not run empty.
func TestLateToBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &fakeHost{paced: true, period: 1 << 20}
		o := options(pcm.S16, 1, 20*time.Millisecond)
		o.StallTimeout = time.Minute
		s := NewSink(t.Context(), h, o)
		_, err := stream.Pipeline{Source: newNoise(8000, 1, 8000), Sink: s}.Run(t.Context())
		if got := s.Stats().Underruns; err != nil || got != 0 || len(h.out.heard) != 2*8000 {
			t.Errorf("got %d underruns, %d bytes heard, error %v, want 0, %d, no error", got, len(h.out.heard), err, 2*8000)
		}
	})
}

// TestNeverBegins: a device that never begins is lost.
func TestNeverBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &fakeHost{paced: true, period: 1 << 20}
		s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
		_, err := stream.Pipeline{Source: newNoise(8000, 1, 30), Sink: s}.Run(t.Context())
		if !errors.Is(err, ErrLost) {
			t.Errorf("got error %v, want %v", err, ErrLost)
		}
		time.Sleep(time.Minute) // the player ends
	})
}

// TestFade: an interrupt fades the next 10 ms to silence, and the device plays all frames in its buffer. If the source
// stalls, the last frame is repeated and fades.
func TestFade(t *testing.T) {
	for name, stall := range map[string]time.Duration{"plenty": 0, "no more": time.Hour} {
		for _, samples := range []pcm.Format{pcm.S16, pcm.F32} {
			t.Run(name+"/"+samples.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { checkFade(t, stall, samples) })
			})
		}
	}
}

// checkFade interrupts a constant signal after 990 ms, with a source that stalls after one second.
func checkFade(t *testing.T, stall time.Duration, samples pcm.Format) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	h := &fakeHost{paced: true}
	src := newNoise(8000, 2, 40000)
	for i := range src.data {
		src.data[i] = 0.5
	}
	src.before = func(frame int) error {
		if frame >= 8000 && stall > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(stall):
			}
		}
		return nil
	}
	begin := time.Now()
	time.AfterFunc(990*time.Millisecond, cancel) // when the device has the last frames before the stall
	s := NewSink(ctx, h, options(samples, 2, 20*time.Millisecond))
	_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}.Run(ctx)
	if !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "device") {
		t.Errorf("got error %v, want %v without %q", err, context.Canceled, "device")
	}
	if took := time.Since(begin); took > 1100*time.Millisecond {
		t.Errorf("got a run of %v, want at most 1.1s", took)
	}
	x := make([]float32, len(h.out.heard)/samples.Bytes())
	pcm.Decode(x, h.out.heard, samples)
	h.wantClosed(t)
	const fade = 80 // frames
	full := len(x)/2 - fade
	if full < 7500 || full > 8300 {
		t.Errorf("got a fade from frame %d on, want from 7500 to 8300", full)
	}
	for i, v := range x {
		want := float32(0.5)
		if i/2 >= full {
			want = 0.5 * float32(fade-1-(i/2-full)) / fade
		}
		if d := v - want; d > 1e-4 || d < -1e-4 {
			t.Fatalf("frame %d of %d: got %v, want %v", i/2, len(x)/2, v, want)
		}
	}
}

// TestInterruptOfStall: if the source stalls and the device has run empty, an interrupt plays no fade-out, and the gap
// counts.
func TestInterruptOfStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		h := &fakeHost{paced: true}
		src := newNoise(8000, 1, 16000)
		src.before = func(frame int) error {
			if frame == 8000 {
				<-ctx.Done()
			}
			return nil
		}
		time.AfterFunc(2*time.Second, cancel)
		s := NewSink(ctx, h, options(pcm.S16, 1, 20*time.Millisecond))
		_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}.Run(ctx)
		if st := s.Stats(); !errors.Is(err, context.Canceled) || st.Underruns != 1 {
			t.Errorf("got %d underruns, error %v, want 1, %v", st.Underruns, err, context.Canceled)
		}
		wantHeard(t, h.out.heard, encoded(t, pcm.S16, 1, false, src.data[:8000]))
	})
}

// TestInterruptBeforeStart: after an interrupt before the device starts, nothing is heard.
func TestInterruptBeforeStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		h := &fakeHost{paced: true}
		src := newNoise(8000, 1, 400)
		src.before = func(frame int) error {
			if frame == 160 {
				synctest.Wait() // until the device is open and the queue holds these frames
				cancel()
			}
			return nil
		}
		s := NewSink(ctx, h, options(pcm.S16, 1, 100*time.Millisecond))
		_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}.Run(ctx)
		if !errors.Is(err, context.Canceled) || len(h.out.heard) > 0 || !h.out.closed {
			t.Errorf("got error %v, %d bytes heard, device closed %v, want %v, 0, true",
				err, len(h.out.heard), h.out.closed, context.Canceled)
		}
	})
}

// TestBrokenSource: after an error of the source, the device fades to silence, and the run returns that error.
func TestBrokenSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &fakeHost{paced: true}
		broken := errors.New("broken")
		src := newNoise(8000, 1, 40000)
		src.before = func(frame int) error {
			if frame >= 16000 {
				return broken
			}
			return nil
		}
		s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
		_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}.Run(t.Context())
		if !errors.Is(err, broken) || strings.Contains(err.Error(), "device") {
			t.Errorf("got error %v, want %v without %q", err, broken, "device")
		}
		if n := len(h.out.heard); n < 2*8000 || h.out.heard[n-1] != 0 || h.out.heard[n-2] != 0 {
			t.Errorf("got %d bytes heard, the last % x, want at least %d, 00 00", n, h.out.heard[max(n-2, 0):], 2*8000)
		}
	})
}

// TestInterruptOfHangingDevice: an interrupt while the device hangs ends the run after endTimeout and the latency, not
// after the whole stall timeout, and the error says that the device was lost.
func TestInterruptOfHangingDevice(t *testing.T) {
	for _, call := range []string{"Write", "Room"} {
		t.Run(call, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				h := &fakeHost{paced: true, onCall: func(name string, k int) error {
					if name == call && k >= 40 {
						time.Sleep(time.Minute)
					}
					return nil
				}}
				var interrupted time.Time
				time.AfterFunc(2*time.Second, func() { interrupted = time.Now(); cancel() })
				src, second := newNoise(8000, 1, 160000), &file{}
				s := NewSink(ctx, h, options(pcm.S16, 1, 100*time.Millisecond))
				_, err := stream.Pipeline{Source: src, Sink: stream.Tee(second, s), BlockFrames: 80}.Run(ctx)
				if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrLost) {
					t.Errorf("got error %v, want %v and %v", err, context.Canceled, ErrLost)
				}
				if took := time.Since(interrupted); took > 1500*time.Millisecond {
					t.Errorf("got an end %v after the interrupt, want at most 1.5s", took)
				}
				if len(second.closed) != 1 {
					t.Errorf("file: got closed with %v, want once", second.closed)
				}
				time.Sleep(time.Hour) // the player ends when the device returns
			})
		})
	}
}
