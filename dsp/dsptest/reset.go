package dsptest

import (
	"reflect"

	"github.com/tailwave/tailwave/dsp"
)

// checkNew checks that two calls of New return different processors with the same output.
func checkNew[T dsp.Float](t reporter, c Contract[T], src []T) {
	t.Helper()
	p, q := c.create(t), c.create(t)
	if identical(p, q) {
		t.Fatal("New returned the same processor twice: it must create a new one at every call")
	}
	process(t, p, prefix[T](), src[:0]) // an empty chunk must return dst
	want := whole(t, p, src)
	if panics(func() { q.Process(nil, src[:0]) }) {
		t.Fatal("New returned the same processor twice, or two that share a Guard: Flush of the first ends the second")
	}
	got := whole(t, q, src)
	if i := FirstDifference(got, want); i >= 0 {
		t.Fatalf("New returned two processors that differ: %s, as from the first: "+
			"use the same parameters and share no state", describe(got, want, p.Shape().Out, i))
	}
}

// identical reports whether p and q are the same pointer.
func identical(p, q any) bool {
	v := reflect.ValueOf(p)
	// Pointers to different values without a size may be equal.
	return v.Kind() == reflect.Pointer && v.Type().Elem().Size() > 0 && p == q
}

// checkShort checks that Flush appends nothing to streams of fewer frames than MinFrames.
func checkShort[T dsp.Float](t reporter, c Contract[T], src []T) {
	t.Helper()
	for n := 1; n < minFrames(c.create(t)); n++ {
		p := c.create(t)
		dst := process(t, p, prefix[T](), src[:n*p.Shape().In])
		var got []T
		if panics(func() { got = p.Flush(dst) }) {
			t.Fatalf("Flush panics after %s, fewer than the MinFrames of %d: it must append nothing",
				count(n, "frame"), minFrames(p))
		}
		if len(got) != len(dst) {
			t.Fatalf("Flush appends %d values after %s, fewer than the MinFrames of %d: it must append nothing",
				len(got)-len(dst), count(n, "frame"), minFrames(p))
		}
	}
}

// checkReset ends streams with Reset, in mid-stream and after Flush, and checks that the processor is as new.
func checkReset[T dsp.Float](t reporter, c Contract[T], src []T) {
	t.Helper()
	p := c.create(t)
	want := whole(t, c.create(t), src)
	for _, n := range []int{1, minFrames(p), c.Frames / 3, c.Frames} {
		for _, end := range []string{"without Flush", "with Flush"} {
			dst := process(t, p, prefix[T](), src[:n*p.Shape().In])
			if end == "with Flush" {
				flush(t, p, dst)
			}
			restart(t, p)
			got := whole(t, p, src)
			if i := FirstDifference(got, want); i >= 0 {
				t.Fatalf("after Reset the processor is not as new: %s, after a first stream of %s %s: "+
					"clear all state in Reset, then call Guard.Reset",
					describe(got, want, p.Shape().Out, i), count(n, "frame"), end)
			}
			restart(t, p)
		}
	}
}

// restart calls Reset and checks that Process is legal again.
func restart[T dsp.Float](t reporter, p Streamer[T]) {
	t.Helper()
	p.Reset()
	if panics(func() { p.Process(nil, nil) }) {
		t.Fatal("Process after Flush and Reset panics: call Guard.Reset in Reset")
	}
}
