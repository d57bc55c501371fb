package live

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestSuspend: when Suspend returns the device is empty, nothing is heard until the pause is over, and no frame is
// lost, also if the source stalls or has ended meanwhile. A stall of the source outside the pause is an underrun; the
// pause is not. Suspend does nothing before the first frame and after the last.
func TestSuspend(t *testing.T) {
	for name, at := range map[string]time.Duration{"in the middle": time.Second, "while the source is silent": 2300 * time.Millisecond, "near the end": 4900 * time.Millisecond} {
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
					t.Errorf("%d frames are still to be heard", n)
				}
				heard := len(h.out.heard)
				time.Sleep(10 * time.Second)
				if len(h.out.heard) != heard {
					t.Error("the device was written to during the pause")
				}
				resume()
				if err := <-done; err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(h.out.heard, encoded(t, pcm.S16, 2, false, src.data)) {
					t.Errorf("%d bytes heard, not those written", len(h.out.heard))
				}
				if st := s.Stats(); st.Frames != 32000 || st.Underruns != want {
					t.Errorf("%+v", st)
				}
				s.Suspend()()
			})
		})
	}
}

// TestSuspendHangs: a device that hangs does not keep the process from being stopped.
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
		if took := time.Since(start); took != 100*time.Millisecond+endTimeout {
			t.Errorf("Suspend took %v", took)
		}
		resume()
		close(release)
		if err := <-done; err != nil || !bytes.Equal(h.out.heard, encoded(t, pcm.S16, 2, false, src.data)) {
			t.Errorf("%v, %d bytes heard", err, len(h.out.heard))
		}
	})
}
