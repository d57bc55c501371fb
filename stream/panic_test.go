package stream

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tailwave/tailwave/dsp"
)

// TestPanics: a panic or runtime.Goexit in a source, stage or sink ends the run with a PanicError that names the place
// and has the stack. The sink is closed if it was open, not opened after a panic before the first frames, and no stage
// is flushed.
func TestPanics(t *testing.T) {
	bang := func() { panic(errBoom) }
	exit := func() { runtime.Goexit() }
	pool := NewPool(3)
	t.Cleanup(pool.Close)
	for name, c := range map[string]struct {
		where string
		set   func(p *Pipeline, s *memSink)
		value any
	}{
		"format": {"source", func(p *Pipeline, s *memSink) { p.Source = (*memSource)(nil) }, nil},
		"read": {"source", func(p *Pipeline, s *memSink) {
			p.Source = readFunc(func([]float32) (int, error) { bang(); return 0, nil })
		}, errBoom},
		"process": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad",
				odd{Processor: repeat{1, 1}, process: func(d, s []float32) []float32 { bang(); return d }}}
		}, errBoom},
		"pool in process": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad", odd{Processor: repeat{1, 1}, process: func(d, s []float32) []float32 {
				(*Pool)(nil).For(2, func(int) { bang() })
				return d
			}}}
		}, errBoom},
		"branch": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad",
				sumWith(t, nil, odd{Processor: repeat{1, 1}, process: func(d, s []float32) []float32 { bang(); return d }})}
		}, errBoom},
		"branch on a pool": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad",
				sumWith(t, pool, odd{Processor: repeat{1, 1}, process: func(d, s []float32) []float32 { bang(); return d }})}
		}, errBoom},
		"end of a branch": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad",
				sumWith(t, nil, odd{Processor: repeat{1, 1}, flush: func(d []float32) []float32 { bang(); return d }})}
		}, errBoom},
		"end of a branch on a pool": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad",
				sumWith(t, pool, odd{Processor: repeat{1, 1}, flush: func(d []float32) []float32 { bang(); return d }})}
		}, errBoom},
		"flush": {"stage #1", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"", odd{Processor: repeat{1, 1}, flush: func(d []float32) []float32 { bang(); return d }}}
		}, errBoom},
		"maxout": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad", odd{Processor: repeat{1, 1}, maxOut: func(int) int { bang(); return 0 }}}
		}, errBoom},
		"open":  {"sink", func(p *Pipeline, s *memSink) { s.onOpen = func() error { bang(); return nil } }, errBoom},
		"write": {"sink", func(p *Pipeline, s *memSink) { s.onWrite = func(int) error { bang(); return nil } }, errBoom},
		"close": {"sink", func(p *Pipeline, s *memSink) { s.onClose = func(error) error { bang(); return nil } }, errBoom},
		"exit in read": {"source", func(p *Pipeline, s *memSink) {
			p.Source = readFunc(func([]float32) (int, error) { exit(); return 0, nil })
		}, goexit},
		"exit in open": {"sink", func(p *Pipeline, s *memSink) { s.onOpen = func() error { exit(); return nil } },
			goexit},
		"exit in write": {"sink", func(p *Pipeline, s *memSink) { s.onWrite = func(int) error { exit(); return nil } },
			goexit},
	} {
		t.Run(name, func(t *testing.T) {
			p, sink, _, last := failing(t)
			c.set(&p, sink)
			_, err := p.Run(context.Background())
			var pe *PanicError
			if !errors.As(err, &pe) || pe.Where != c.where || c.value != nil && pe.Value != c.value {
				t.Fatalf("got error %#v, want a *PanicError of %s with value %v", err, c.where, c.value)
			}
			if !strings.Contains(string(pe.Stack), "panic_test.go") && c.value != nil {
				t.Errorf("stack: got\n%s\nwant one with panic_test.go", pe.Stack)
			}
			switch name {
			case "format", "maxout", "read", "process", "pool in process", "branch", "branch on a pool", "exit in read":
				sink.wantUnopened(t)
				wantFlushes(t, 0, last)
			case "open", "exit in open":
				if sink.opened != 1 || len(sink.causes) != 0 {
					t.Errorf("sink: got opened %d times, closed with %v, want once, not closed", sink.opened, sink.causes)
				}
				wantFlushes(t, 0, last)
			case "close":
				sink.wantDone(t)
			default:
				sink.wantCause(t, err, pe)
				wantFlushes(t, 0, last)
			}
		})
	}
}

// sumWith is the sum of a branch and the input, computed on pool.
func sumWith(t *testing.T, pool *Pool, branch dsp.Processor) *dsp.Sum {
	t.Helper()
	var options []dsp.Option
	if pool != nil {
		options = append(options, dsp.WithWorkers(pool))
	}
	s, err := dsp.NewSum(4, []dsp.Processor{nil, branch, repeat{1, 1}}, nil, options...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPanicIsNamedOnce: the text of the error names the place of a panic once.
func TestPanicIsNamedOnce(t *testing.T) {
	p, sink, _, _ := failing(t)
	sink.onOpen = func() error { panic(errBoom) }
	const want = "pipeline: sink: panic: boom"
	if _, err := p.Run(context.Background()); err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
}

// TestPanicAfterFailure: a panic after another failure is in the run's error.
func TestPanicAfterFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, sink, _, _ := failing(t)
		sink.onWrite = func(int) error { return errBoom }
		p.Stages = nil
		reads := 0
		p.Source = readFunc(func(dst []float32) (int, error) {
			if reads++; reads == 2 {
				synctest.Wait() // until the sink has failed
				panic("second")
			}
			return len(dst), nil
		})
		_, err := p.Run(context.Background())
		sink.wantCause(t, err, errBoom)
		var pe *PanicError
		if !errors.As(err, &pe) || pe.Value != "second" {
			t.Errorf("got error %v, want a *PanicError with value %q in it", err, "second")
		}
	})
}

// TestPanicErrorIsShort: the text has the place and the value, and the value is not wrapped.
func TestPanicErrorIsShort(t *testing.T) {
	err := protect("stage x", func() error { panic(errBoom) })
	if err.Error() != "stage x: panic: boom" || errors.Is(err, errBoom) {
		t.Errorf("got error %v, which wraps %v: %v, want stage x: panic: boom, which does not",
			err, errBoom, errors.Is(err, errBoom))
	}
}
