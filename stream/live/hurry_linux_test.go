package live

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestHurry: the thread that opens the device and writes to it goes first, where the system allows that, and no other does.
func TestHurry(t *testing.T) {
	urgent := func() bool {
		attr, err := unix.SchedGetAttr(0, 0)
		if err != nil {
			t.Fatal(err)
		}
		return attr.Policy == unix.SCHED_RR || attr.Nice == playerNice
	}
	allowed := make(chan bool)
	go func() { // its thread ends with it
		runtime.LockOSThread()
		rr := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: 1}
		allowed <- unix.SchedSetAttr(0, &rr, 0) == nil || unix.Setpriority(unix.PRIO_PROCESS, 0, playerNice) == nil
	}()
	if !<-allowed {
		t.Skip("skipped: not allowed to raise the priority of a thread")
	}
	seen := 0
	h := &fakeHost{onCall: func(call string, _ int) error {
		if !urgent() {
			t.Errorf("%s is called from a thread like any other", call)
		}
		seen++
		return nil
	}}
	src := newNoise(8000, 1, 1000)
	src.before = func(int) error {
		if urgent() {
			t.Error("the source has the player's priority")
		}
		return nil
	}
	s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
	if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}).Run(t.Context()); err != nil || seen < 10 {
		t.Errorf("%v, %d calls", err, seen)
	}
}
