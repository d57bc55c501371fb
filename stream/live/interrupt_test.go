package live

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

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
