package live

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestSuspend: when Suspend returns the device is empty, nothing is heard until the pause is over, and no frame is
// lost, even if the source stalls or ends during the pause. A stall of the source outside the pause is an underrun; the
// pause is not. Suspend does nothing before the first frame and after the last.
func TestSuspend(t *testing.T) {
	for name, at := range map[string]time.Duration{
		"in the middle": time.Second, "while the source is silent": 2300 * time.Millisecond,
		"near the end": 4900 * time.Millisecond,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &fakeHost{paced: true}
				s := NewSink(t.Context(), h, options(pcm.S16, 2, 200*time.Millisecond))
				s.Suspend()()
				src := newNoise(8000, 2, 32000)
				stalled := false
				src.before = func(frame int) error {
					if frame > 16000 && !stalled {
						stalled = true
						time.Sleep(time.Second)
					}
					return nil
				}
				want := int64(1)
				if name == "while the source is silent" { // the pause is longer
					want = 0
				}
				done := make(chan error)
				go func() {
					_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}.Run(t.Context())
					done <- err
				}()
				time.Sleep(at)
				resume := s.Suspend()
				if n := h.out.fill(); n > 0 {
					t.Errorf("frames in the device after Suspend: got %d, want 0", n)
				}
				heard := len(h.out.heard)
				time.Sleep(10 * time.Second)
				if got := len(h.out.heard); got != heard {
					t.Errorf("bytes written at the end of the pause: got %d, want the %d of its beginning", got, heard)
				}
				resume()
				if err := <-done; err != nil {
					t.Fatal(err)
				}
				wantHeard(t, h.out.heard, encoded(t, pcm.S16, 2, false, src.data))
				if st := s.Stats(); st.Frames != 32000 || st.Underruns != want {
					t.Errorf("got %d frames, %d underruns, want 32000, %d", st.Frames, st.Underruns, want)
				}
				s.Suspend()()
			})
		})
	}
}

// TestSuspendHangs: Suspend returns after endTimeout and the latency if the device hangs.
func TestSuspendHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		h := &fakeHost{paced: true}
		h.onCall = func(call string, n int) error {
			if call == "Write" && n == 20 {
				<-release
			}
			return nil
		}
		s := NewSink(t.Context(), h, options(pcm.S16, 2, 100*time.Millisecond))
		src := newNoise(8000, 2, 16000)
		done := make(chan error)
		go func() {
			_, err := stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}.Run(t.Context())
			done <- err
		}()
		time.Sleep(time.Second)
		start := time.Now()
		resume := s.Suspend()
		if got, want := time.Since(start), 100*time.Millisecond+endTimeout; got != want {
			t.Errorf("time of Suspend: got %v, want %v", got, want)
		}
		resume()
		close(release)
		if err := <-done; err != nil {
			t.Errorf("run: got error %v, want none", err)
		}
		wantHeard(t, h.out.heard, encoded(t, pcm.S16, 2, false, src.data))
	})
}
