package live

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestRaisePriority: the thread that opens the device and writes to it has the nice value and time slice of the player,
// as far as the system allows them, and the usual policy. The thread of the source has the usual values.
func TestRaisePriority(t *testing.T) {
	now := func() *unix.SchedAttr {
		attr, err := unix.SchedGetAttr(0, 0)
		if err != nil {
			t.Fatal(err)
		}
		return attr
	}
	usual := now()
	if usual.Policy != unix.SCHED_NORMAL {
		t.Skip("skipped: the tests run with a scheduling policy of their own")
	}
	// Ask for one thing at a time to find out what the system knows and allows.
	allowed := func(change func(*unix.SchedAttr)) bool {
		got := make(chan bool)
		go func() { // its thread ends with it
			runtime.LockOSThread()
			want := *usual
			change(&want)
			got <- unix.SchedSetAttr(0, &want, 0) == nil && *now() == want
		}()
		return <-got
	}
	want := *usual
	if nice := min(usual.Nice, playerNice); usual.Nice <= 0 && allowed(func(a *unix.SchedAttr) { a.Nice = nice }) {
		want.Nice = nice
	}
	if slice := uint64(playerSlice); allowed(func(a *unix.SchedAttr) { a.Runtime = slice }) {
		want.Runtime = slice
	}
	if want == *usual {
		t.Skip("skipped: the system lets no thread have another priority, or time slice, than usual")
	}
	seen := 0
	h := &fakeHost{onCall: func(call string, _ int) error {
		if got := now(); *got != want {
			t.Errorf("thread that calls %s: got %+v, want %+v", call, *got, want)
		}
		seen++
		return nil
	}}
	src := newNoise(8000, 1, 1000)
	src.before = func(int) error {
		if got := now(); *got != *usual {
			t.Errorf("thread of the source: got %+v, want %+v", *got, *usual)
		}
		return nil
	}
	s := NewSink(t.Context(), h, options(pcm.S16, 1, 20*time.Millisecond))
	if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: 80}).Run(t.Context()); err != nil || seen < 10 {
		t.Errorf("got %d calls, error %v, want at least 10, no error", seen, err)
	}
}
