package live

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestTooShortToBegin: a device that does not begin before it has more than there is gets silence after it.
func TestTooShortToBegin(t *testing.T) {
	for _, frames := range []int{1, 99, 100, 101, 500} {
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
			if !bytes.Equal(h.out.heard, want) || h.out.left != 0 || s.Stats().Frames != int64(frames) {
				t.Errorf("%d frames: %d bytes heard, %d frames cut off", frames, len(h.out.heard), h.out.left)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) { // or does not begin again
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
		if want := encoded(t, pcm.S16, 1, false, src.data); err != nil || !bytes.HasPrefix(h.out.heard, want) || s.Stats().Underruns != 1 {
			t.Errorf("%v, %d bytes heard, %+v", err, len(h.out.heard), s.Stats())
		}
	})
	synctest.Test(t, func(t *testing.T) { // a device that takes its time has not run empty
		h := &fakeHost{paced: true, period: 1 << 20}
		o := options(pcm.S16, 1, 20*time.Millisecond)
		o.StallTimeout = time.Minute
		s := NewSink(t.Context(), h, o)
		_, err := stream.Pipeline{Source: newNoise(8000, 1, 8000), Sink: s}.Run(t.Context())
		if st := s.Stats(); err != nil || st.Underruns != 0 || len(h.out.heard) != 2*8000 {
			t.Errorf("%+v, %d bytes heard, %v", st, len(h.out.heard), err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		h := &fakeHost{paced: true, period: 1 << 20} // never
		s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
		_, err := stream.Pipeline{Source: newNoise(8000, 1, 30), Sink: s}.Run(t.Context())
		if !errors.Is(err, ErrLost) {
			t.Errorf("%v", err)
		}
		time.Sleep(time.Minute) // the player ends
	})
}

// TestFade: an interrupt fades what comes next out in 10 ms, and then what the device has is heard to the end.
func TestFade(t *testing.T) {
	for name, stall := range map[string]time.Duration{"plenty": 0, "no more": time.Hour} {
		for _, samples := range []pcm.Format{pcm.S16, pcm.F32} {
			t.Run(name+" "+samples.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
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
						t.Errorf("%v", err)
					}
					if took := time.Since(begin); took > 1100*time.Millisecond {
						t.Errorf("ended after %v", took)
					}
					x := make([]float32, len(h.out.heard)/samples.Bytes())
					pcm.Decode(x, h.out.heard, samples)
					if h.out.left != 0 || !h.out.closed {
						t.Errorf("%d frames cut off", h.out.left)
					}
					const fade = 80 // frames
					full := len(x)/2 - fade
					if full < 7500 || full > 8300 {
						t.Errorf("faded at frame %d", full)
					}
					for i, v := range x {
						want := float32(0.5)
						if i/2 >= full {
							want = 0.5 * float32(fade-1-(i/2-full)) / fade
						}
						if d := v - want; d > 1e-4 || d < -1e-4 {
							t.Fatalf("frame %d of %d: %v, want %v", i/2, len(x)/2, v, want)
						}
					}
				})
			})
		}
	}
}

// TestInterruptOfStall: a device that has run empty has nothing to fade, and an underrun more.
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
			t.Errorf("%v, %d underruns", err, st.Underruns)
		}
		if !bytes.Equal(h.out.heard, encoded(t, pcm.S16, 1, false, src.data[:8000])) {
			t.Errorf("%d bytes heard", len(h.out.heard))
		}
	})
}

// TestInterruptBeforeStart: nothing is heard.
func TestInterruptBeforeStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		h := &fakeHost{paced: true}
		src := newNoise(8000, 1, 400)
		src.before = func(frame int) error {
			if frame == 160 {
				cancel()
			}
			return nil
		}
		s := NewSink(ctx, h, options(pcm.S16, 1, 100*time.Millisecond))
		_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}.Run(ctx)
		if !errors.Is(err, context.Canceled) || len(h.out.heard) > 0 || !h.out.closed {
			t.Errorf("%v, %d bytes heard", err, len(h.out.heard))
		}
	})
}

// TestBrokenSource: what was heard fades out, and the source's error is the one told.
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
			t.Errorf("%v", err)
		}
		if n := len(h.out.heard); n < 2*8000 || h.out.heard[n-1] != 0 || h.out.heard[n-2] != 0 {
			t.Errorf("%d bytes heard, not faded out", n)
		}
	})
}

// TestInterruptOfHangingDevice: an interrupt while the device hangs ends the run after endTimeout and the latency, not
// after the whole stall timeout, and the error says that the device was lost.
func TestInterruptOfHangingDevice(t *testing.T) {
	for _, call := range []string{"Write", "Room"} {
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
			src, beside := newNoise(8000, 1, 160000), &file{}
			s := NewSink(ctx, h, options(pcm.S16, 1, 100*time.Millisecond))
			_, err := stream.Pipeline{Source: src, Sink: stream.Tee(beside, s), BlockFrames: 80}.Run(ctx)
			if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrLost) {
				t.Errorf("%s: %v", call, err)
			}
			if took := time.Since(interrupted); took > 1500*time.Millisecond {
				t.Errorf("%s: ended %v after the interrupt", call, took)
			}
			if len(beside.closed) != 1 {
				t.Errorf("%s: the file was closed with %v", call, beside.closed)
			}
			time.Sleep(time.Hour) // the player ends when the device returns
		})
	}
}
