package dsptest

import "github.com/tailwave/tailwave/dsp"

// checkMisuse checks that Process panics after Flush and for a src that ends inside a frame, and that a second owner is
// rejected. It stops at the first missing panic, because one missing call of the Guard usually causes all of them.
func checkMisuse[T dsp.Float](t reporter, c Contract[T], src []T) {
	t.Helper()
	p := c.create(t)
	cin := p.Shape().In
	cure := "call BeginProcess of the dsp.Guard first in Process, and BeginFlush in Flush"
	if _, ok := p.(dsp.Owned); !ok {
		cure = "embed a dsp.Guard, call BeginProcess first in Process, and BeginFlush in Flush"
	}
	if cin > 1 {
		for _, n := range []int{1, cin - 1, cin + 1} {
			if !panics(func() { p.Process(nil, src[:n]) }) {
				t.Errorf("Process of %s, with %d per frame, does not panic: %s", count(n, "value"), cin, cure)
				return
			}
			p = c.create(t)
		}
	}
	for _, n := range []int{0, 1} {
		p.Process(nil, src[:minFrames(p)*cin])
		p.Flush(nil)
		if !panics(func() { p.Process(nil, src[:n*cin]) }) {
			t.Errorf("Process of %s after Flush does not panic: %s", count(n, "frame"), cure)
			return
		}
		p.Reset()
	}
	checkOwners(t, c)
}

// checkOwners checks that a second owner is rejected.
func checkOwners[T dsp.Float](t reporter, c Contract[T]) {
	t.Helper()
	p := c.create(t)
	owned, ok := p.(dsp.Owned)
	if !ok {
		t.Errorf("two pipelines can run the processor at once: embed a dsp.Guard")
		return
	}
	if err := owned.Acquire(); err != nil {
		t.Errorf("Acquire of a new processor fails: %v", err)
	}
	if err := owned.Acquire(); err == nil {
		t.Errorf("a second Acquire succeeds: embed a dsp.Guard")
	}
	p.Reset()
	if err := owned.Acquire(); err == nil {
		t.Errorf("Acquire succeeds after Reset: Reset must not release the processor")
	}
	owned.Release()
	if err := owned.Acquire(); err != nil {
		t.Errorf("Acquire after Release fails: %v", err)
	}
	owned.Release()
}

// panics reports whether f panics.
func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}
