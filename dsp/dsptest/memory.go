package dsptest

import (
	"runtime"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// checkAllocs checks that a short stream allocates nothing once another one has been processed.
func checkAllocs[T dsp.Float](t reporter, c Contract[T], src []T) {
	t.Helper()
	p := c.create(t)
	cin, cout := p.Shape().In, p.Shape().Out
	n := min(c.Frames, 64)
	dst := make([]T, 0, p.MaxOutFrames(n)*cout)
	if a := testing.AllocsPerRun(20, func() {
		p.Process(dst, src[:n*cin])
		p.Process(dst, src[:cin])
		p.Flush(dst)
		p.Reset()
	}); a != 0 {
		t.Errorf("%v allocations per run of Process, Flush and Reset, want 0: allocate in the constructor", a)
	}
}

// checkGrowth checks that the memory of a processor does not grow with the length of its stream.
func checkGrowth[T dsp.Float](t reporter, c Contract[T], src []T) {
	t.Helper()
	for attempt := 0; grows(t, c, src); attempt++ {
		if attempt == 3 { // other goroutines, such as those of the garbage collector, may allocate at the same time
			t.Errorf("Process keeps allocating: memory grows with the length of the stream")
			return
		}
	}
}

// grows doubles the length of a stream three times and reports whether Process allocates each time, as it does if it
// keeps its input or other state that grows with the stream.
func grows[T dsp.Float](t reporter, c Contract[T], src []T) bool {
	t.Helper()
	p := c.create(t)
	n := min(c.Frames, 64)
	dst := make([]T, 0, p.MaxOutFrames(n)*p.Shape().Out)
	feed := func(blocks int) (allocations uint64) {
		var from, to runtime.MemStats
		runtime.ReadMemStats(&from)
		for range blocks {
			p.Process(dst, src[:n*p.Shape().In])
		}
		runtime.ReadMemStats(&to)
		return to.Mallocs - from.Mallocs
	}
	before, ok := memory(p)
	blocks := 2 * (c.Frames + n - 1) / n
	feed(blocks)
	always := true
	for range 3 {
		always = feed(blocks) > 0 && always
		blocks *= 2
	}
	if after, _ := memory(p); ok && after != before {
		t.Errorf("Memory returns %d bytes of state for a new stream and %d bytes after %d frames: must not change",
			before, after, blocks*n)
	}
	return always
}

// memory returns the bytes of state if p is a Sizer.
func memory(p any) (state int64, ok bool) {
	s, ok := p.(dsp.Sizer)
	if !ok {
		return 0, false
	}
	_, state = s.Memory()
	return state, true
}
