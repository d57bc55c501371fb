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
			p.Stages[0] = Stage{"bad", odd{Processor: repeat{1, 1}, process: func(d, s []float32) []float32 { bang(); return d }}}
		}, errBoom},
		"pool in process": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad", odd{Processor: repeat{1, 1}, process: func(d, s []float32) []float32 {
				(*Pool)(nil).For(2, func(int) { bang() })
				return d
			}}}
		}, errBoom},
		"branch": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad", sumWith(t, nil, odd{Processor: repeat{1, 1}, process: func(d, s []float32) []float32 { bang(); return d }})}
		}, errBoom},
		"branch on a pool": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad", sumWith(t, pool, odd{Processor: repeat{1, 1}, process: func(d, s []float32) []float32 { bang(); return d }})}
		}, errBoom},
		"end of a branch": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad", sumWith(t, nil, odd{Processor: repeat{1, 1}, flush: func(d []float32) []float32 { bang(); return d }})}
		}, errBoom},
		"end of a branch on a pool": {"stage bad", func(p *Pipeline, s *memSink) {
			p.Stages[0] = Stage{"bad", sumWith(t, pool, odd{Processor: repeat{1, 1}, flush: func(d []float32) []float32 { bang(); return d }})}
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
		"exit in write": {"sink", func(p *Pipeline, s *memSink) { s.onWrite = func(int) error { exit(); return nil } }, goexit},
	} {
		t.Run(name, func(t *testing.T) {
			p, sink, _, last := failing(t)
			c.set(&p, sink)
			_, err := p.Run(context.Background())
			var pe *PanicError
			if !errors.As(err, &pe) || pe.Where != c.where || c.value != nil && pe.Value != c.value {
				t.Fatalf("error %#v, %v", pe, err)
			}
			if !strings.Contains(string(pe.Stack), "panic_test.go") && c.value != nil {
				t.Errorf("stack does not show where:\n%s", pe.Stack)
			}
			started := name != "format" && name != "maxout" && name != "open"
			switch {
			case !started && len(sink.causes) != 0:
				t.Errorf("closed with %v", sink.causes)
			case name == "close":
				if len(sink.causes) != 1 || sink.causes[0] != nil {
					t.Errorf("closed with %v", sink.causes)
				}
			case started:
				sink.wantCause(t, err, pe)
				if last.flushes != 0 {
					t.Error("flushed after a panic")
				}
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

// A PanicError tells its place itself.
func TestPanicIsNamedOnce(t *testing.T) {
	p, sink, _, _ := failing(t)
	sink.onOpen = func() error { panic(errBoom) }
	if _, err := p.Run(context.Background()); err.Error() != "pipeline: sink: panic: boom" {
		t.Errorf("error %q", err)
	}
}

// A panic that follows another failure must not be lost.
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
			t.Errorf("error %v does not tell of the panic", err)
		}
	})
}

func TestPanicErrorIsShort(t *testing.T) {
	err := protect("stage x", func() error { panic(errBoom) })
	if err.Error() != "stage x: panic: boom" || errors.Is(err, errBoom) {
		t.Errorf("error %q", err)
	}
}
