package dsp_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

func TestGuardOwners(t *testing.T) {
	g := dsp.Guard{Origin: "Model.NewStream"}
	if err := g.Acquire(); err != nil {
		t.Fatalf("Acquire: %v, want no error", err)
	}
	for _, again := range []string{"a second owner", "a third owner", "a second owner after Reset"} {
		t.Run(again, func(t *testing.T) {
			g.Reset()
			const want = "this stream is already running in another pipeline: " +
				"create one per pipeline with Model.NewStream"
			err := g.Acquire()
			if err == nil || err.Error() != want {
				t.Errorf("error %v, want %q", err, want)
			}
			var inUse *dsp.InUseError
			if !errors.As(err, &inUse) || inUse.Origin != g.Origin {
				t.Errorf("error %#v, want an *InUseError with the origin %q", err, g.Origin)
			}
		})
	}
	g.Release()
	if err := g.Acquire(); err != nil {
		t.Errorf("Acquire after Release: %v, want no error", err)
	}
}

func TestInUseErrorWithoutOrigin(t *testing.T) {
	var g dsp.Guard
	if err := g.Acquire(); err != nil {
		t.Fatal(err)
	}
	const want = "this stream is already running in another pipeline: create one per pipeline with its constructor"
	if err := g.Acquire(); err == nil || err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
}

// TestGuardOwnersAtOnce has 16 goroutines acquire one Guard.
func TestGuardOwnersAtOnce(t *testing.T) {
	var g dsp.Guard
	var owners atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if g.Acquire() == nil {
				owners.Add(1)
			}
		})
	}
	all.Wait()
	if got := owners.Load(); got != 1 {
		t.Errorf("%d owners, want 1", got)
	}
}

func TestGuardMisuse(t *testing.T) {
	for name, c := range map[string]struct {
		flush            bool
		values, channels int
		want             any
	}{
		"whole frames":     {false, 6, 3, nil},
		"no frames":        {false, 0, 3, nil},
		"part of a frame":  {false, 7, 3, "dsp: src is not a whole number of frames"},
		"after Flush":      {true, 6, 3, "dsp: Process after Flush without Reset"},
		"none after Flush": {true, 0, 3, "dsp: Process after Flush without Reset"},
	} {
		t.Run(name, func(t *testing.T) {
			var g dsp.Guard
			if c.flush {
				g.BeginFlush()
			}
			defer func() {
				if got := recover(); got != c.want {
					t.Errorf("panic with %v, want %v", got, c.want)
				}
			}()
			g.BeginProcess(c.values, c.channels)
		})
	}
}

func TestGuardFlush(t *testing.T) {
	var g dsp.Guard
	for i, want := range []bool{true, false, false} {
		if got := g.BeginFlush(); got != want {
			t.Errorf("BeginFlush number %d is %v, want %v", i+1, got, want)
		}
	}
	g.Reset()
	if got := g.BeginFlush(); !got {
		t.Errorf("BeginFlush after Reset is %v, want true", got)
	}
}

func TestGuardFrames(t *testing.T) {
	var g dsp.Guard
	for _, c := range []struct {
		name             string
		values, channels int
		want             int64
	}{
		{"new", 0, 2, 0},
		{"3 frames", 6, 2, 3},
		{"2 frames more", 4, 2, 5},
		{"no frames", 0, 2, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.BeginProcess(c.values, c.channels)
			if got := g.Frames(); got != c.want {
				t.Errorf("frames: got %d, want %d", got, c.want)
			}
		})
	}
	g.BeginFlush()
	if got := g.Frames(); got != 5 {
		t.Errorf("frames after BeginFlush: got %d, want 5", got)
	}
	g.Reset()
	if got := g.Frames(); got != 0 {
		t.Errorf("frames after Reset: got %d, want 0", got)
	}
}

// free returns an error if p has an owner.
func free(p dsp.Processor) error {
	o, ok := p.(dsp.Owned)
	if !ok {
		return fmt.Errorf("%T is not Owned", p)
	}
	if err := o.Acquire(); err != nil {
		return err
	}
	o.Release()
	return nil
}

// TestCompositionOwnsParts: a composition of streams fails if some of them have an owner, and the others stay free. A
// composition that succeeds owns its parts.
func TestCompositionOwnsParts(t *testing.T) {
	fresh := func() dsp.Processor { return convStep(t, conv(1, 1, 3, 1, 1, 1, 1), 1, none, none).p }
	for name, compose := range map[string]func(parts ...dsp.Processor) (dsp.Processor, error){
		"Chain":      func(parts ...dsp.Processor) (dsp.Processor, error) { return dsp.NewChain(4, parts...) },
		"Sum":        func(parts ...dsp.Processor) (dsp.Processor, error) { return dsp.NewSum(4, parts, nil) },
		"PerChannel": func(parts ...dsp.Processor) (dsp.Processor, error) { return dsp.NewPerChannel(parts) },
	} {
		t.Run(name+" of an owned stream", func(t *testing.T) {
			owned := fresh()
			owner, err := dsp.NewChain(1, owned)
			if err != nil {
				t.Fatal(err)
			}
			before, after := fresh(), fresh()
			_, err = compose(before, owned, after)
			const want = "part of a Chain, Sum or PerChannel already: create another one with Conv1D.NewStream"
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want %q in it", err, want)
			}
			for place, p := range map[string]dsp.Processor{"before": before, "after": after} {
				if err := free(p); err != nil {
					t.Errorf("the stream %s the owned one: %v, want it free", place, err)
				}
			}
			if err := free(owned); err == nil {
				t.Error("the owned stream is free, want it still owned")
			}
			if err := free(owner); err != nil {
				t.Errorf("its owner: %v, want it free", err)
			}
		})
		t.Run(name+" of one stream twice", func(t *testing.T) {
			p := fresh()
			var inUse *dsp.InUseError
			if _, err := compose(p, p); !errors.As(err, &inUse) {
				t.Errorf("error %v, want an *InUseError", err)
			}
			if err := free(p); err != nil {
				t.Errorf("after the failure: %v, want it free", err)
			}
		})
		t.Run(name+" of free streams", func(t *testing.T) {
			parts := []dsp.Processor{fresh(), fresh()}
			whole, err := compose(parts...)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range parts {
				if err := free(p); err == nil {
					t.Errorf("part %d is free, want it owned", i)
				}
			}
			whole.Reset()
			if err := free(parts[0]); err == nil {
				t.Error("part 0 is free after Reset, want it owned")
			}
			if err := free(whole); err != nil {
				t.Errorf("the composition: %v, want it free", err)
			}
		})
	}
	p := greedy(t)
	for name, compose := range map[string]func() error{
		"Chain of different channels":   func() error { _, err := dsp.NewChain(4, p, keepStep(t, 2, 3).p); return err },
		"Chain with too large a buffer": func() error { _, err := dsp.NewChain(4, p, keepStep(t, 2, 2).p); return err },
		"Sum with too large a buffer": func() error {
			_, err := dsp.NewSum(4, []dsp.Processor{p, greedy(t)}, nil)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := compose(); err == nil {
				t.Error("got no error, want one")
			}
			if err := free(p); err != nil {
				t.Errorf("after the failure: %v, want it free", err)
			}
		})
	}
}
