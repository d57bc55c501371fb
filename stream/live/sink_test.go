package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A noise is a source of so many frames that gives them in blocks, and may wait or fail in between.
type noise struct {
	format stream.Format
	data   []float32
	pos    int
	before func(frame int) error
}

func newNoise(rate, channels, frames int) *noise {
	data := dsptest.Noise[float32](uint64(frames), frames*channels)
	return &noise{format: stream.Format{Rate: stream.Hz(rate), Channels: channels}, data: data}
}

func (n *noise) Format() stream.Format { return n.format }

func (n *noise) Read(dst []float32) (int, error) {
	if n.before != nil {
		if err := n.before(n.pos / n.format.Channels); err != nil {
			return 0, err
		}
	}
	k := copy(dst, n.data[n.pos:])
	n.pos += k
	if k == 0 {
		return 0, io.EOF
	}
	return k / n.format.Channels, nil
}

// encoded is what a WAV file would hold.
func encoded(t *testing.T, f pcm.Format, channels int, dither bool, x []float32) []byte {
	t.Helper()
	e, err := pcm.NewEncoder(f, channels, dither)
	if err != nil {
		t.Fatal(err)
	}
	return e.Encode(nil, x)
}

func options(samples pcm.Format, channels int, latency time.Duration) Options {
	return Options{Device: fakeDevice, Format: Format{Rate: 8000, Channels: channels, Samples: samples}, Latency: latency}
}

// TestHeard: whatever the blocks, the latency and the device's buffer, every frame is heard, once, with the bytes of a file.
func TestHeard(t *testing.T) {
	for _, paced := range []bool{true, false} {
		for _, latency := range []time.Duration{time.Millisecond, 20 * time.Millisecond, 700 * time.Millisecond} {
			for _, block := range []int{1, 64, 999, 4096} {
				for _, samples := range []pcm.Format{pcm.S16, pcm.F32} {
					t.Run(fmt.Sprint(paced, latency, block, samples), func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							h := &fakeHost{paced: paced}
							o := options(samples, 2, latency)
							o.Dither = samples == pcm.S16
							src := newNoise(8000, 2, 3000)
							s := NewSink(t.Context(), h, o)
							_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: block}.Run(t.Context())
							if err != nil {
								t.Fatal(err)
							}
							if !bytes.Equal(h.out.heard, encoded(t, samples, 2, o.Dither, src.data)) {
								t.Errorf("%d bytes heard, not those written", len(h.out.heard))
							}
							st := s.Stats()
							if st.Frames != 3000 || st.Underruns != 0 || h.out.left != 0 || !h.out.closed {
								t.Errorf("%+v, %d frames cut off, closed %v", st, h.out.left, h.out.closed)
							}
						})
					})
				}
			}
		}
	}
}

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
