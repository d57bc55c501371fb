package live

import (
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestHurry: the thread that opens the device and writes to it goes first, where the system allows that, and no other does.
func TestHurry(t *testing.T) {
	nice := func() int {
		n, err := syscall.Getpriority(syscall.PRIO_PROCESS, syscall.Gettid())
		if err != nil {
			t.Fatal(err)
		}
		return 20 - n // as the system call gives it
	}
	allowed := make(chan bool)
	go func() { // its thread ends with it
		runtime.LockOSThread()
		allowed <- syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), playerNice) == nil
	}()
	if !<-allowed {
		t.Skip("skipped: not allowed to raise the priority of a thread")
	}
	seen := 0
	h := &fakeHost{onCall: func(string, int) error {
		if n := nice(); n != playerNice {
			t.Errorf("the player has nice %d", n)
		}
		seen++
		return nil
	}}
	src := newNoise(8000, 1, 1000)
	src.before = func(int) error {
		if n := nice(); n == playerNice {
			t.Error("the source has the player's priority")
		}
		return nil
	}
	s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
	if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}).Run(t.Context()); err != nil || seen < 10 {
		t.Errorf("%v, %d calls", err, seen)
	}
}
