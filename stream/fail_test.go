package stream

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tailwave/tailwave/dsp"
)

var errBoom = errors.New("boom")

// failing is a pipeline with lookahead stages on both sides of whatever fails, ready to show a flush.
func failing(t *testing.T) (p Pipeline, sink *memSink, first, last *ahead) {
	sink = &memSink{t: t}
	first, last = &ahead{d: 3, channels: 1}, &ahead{d: 5, channels: 1}
	return Pipeline{
		Source:      &memSource{data: ramp(1000), channels: 1},
		Stages:      []Stage{{"first", first}, {"last", last}},
		Sink:        sink,
		BlockFrames: 10,
		Depth:       2,
	}, sink, first, last
}

func TestSourceFails(t *testing.T) {
	for _, join := range []bool{false, true} {
		for _, end := range []error{errBoom, errors.Join(io.EOF, errBoom)} {
			p, sink, first, last := failing(t)
			p.Source = &memSource{data: ramp(95), channels: 1, end: end, joinEOF: join}
			stats, err := p.Run(context.Background())
			want := end
			if errors.Is(end, io.EOF) {
				want = io.ErrUnexpectedEOF
			}
			sink.wantCause(t, err, want)
			if !strings.HasPrefix(err.Error(), "pipeline: source: read: ") || !strings.Contains(err.Error(), "boom") {
				t.Errorf("error %q", err)
			}
			if first.flushes != 0 || last.flushes != 0 {
				t.Errorf("flushed %d and %d times after a failure", first.flushes, last.flushes)
			}
			if wantIn := map[bool]int64{false: 95, true: 90}[join]; stats.FramesIn != wantIn || stats.FramesOut > 95-8 {
				t.Errorf("%d frames in, %d out, want %d, at most 87", stats.FramesIn, stats.FramesOut, wantIn)
			}
		}
	}
}

func TestSourceMisbehaves(t *testing.T) {
	reads := 0
	for name, c := range map[string]struct {
		source Source
		is     error
		text   string
	}{
		"negative":  {readFunc(func(dst []float32) (int, error) { return -1, nil }), nil, "source: read returned -1 frames, 10 asked for"},
		"too many":  {readFunc(func(dst []float32) (int, error) { return len(dst) + 1, io.EOF }), nil, "source: read returned 11 frames, 10 asked for"},
		"nothing":   {readFunc(func(dst []float32) (int, error) { reads++; return 0, nil }), io.ErrNoProgress, "source: read: "},
		"too short": {sizedSource{&memSource{data: ramp(95), channels: 1}, 96}, io.ErrUnexpectedEOF, "source: unexpected EOF after 95 of 96 frames"},
		"too long":  {sizedSource{&memSource{data: ramp(95), channels: 1}, 94}, nil, "source: more than the 94 frames announced"},
	} {
		t.Run(name, func(t *testing.T) {
			p, sink, first, last := failing(t)
			p.Source = c.source
			_, err := p.Run(context.Background())
			if err == nil || !strings.Contains(err.Error(), c.text) {
				t.Fatalf("error %v, want %q", err, c.text)
			}
			if c.is == nil {
				c.is = err
			}
			if len(sink.causes) != 1 || !errors.Is(sink.causes[0], c.is) && sink.causes[0].Error() != err.Error() {
				t.Errorf("sink closed with %v", sink.causes)
			}
			if !errors.Is(err, c.is) || first.flushes != 0 || last.flushes != 0 {
				t.Errorf("error %v, %d and %d flushes", err, first.flushes, last.flushes)
			}
		})
	}
	if reads != 100 {
		t.Errorf("%d empty reads, want 100", reads)
	}
	// Progress resets the count.
	reads = 0
	p := Pipeline{Sink: &memSink{t: t}, Source: readFunc(func(dst []float32) (int, error) {
		switch reads++; {
		case reads > 500:
			return 0, io.EOF
		case reads%100 == 0:
			return 1, nil
		}
		return 0, nil
	})}
	if stats, err := p.Run(context.Background()); err != nil || stats.FramesOut != 5 {
		t.Errorf("99 empty reads in a row: %d frames, %v", stats.FramesOut, err)
	}
}

func TestSinkFails(t *testing.T) {
	t.Run("open", func(t *testing.T) {
		p, sink, first, _ := failing(t)
		sink.onOpen = func() error { return errBoom }
		stats, err := p.Run(context.Background())
		if !errors.Is(err, errBoom) || err.Error() != "pipeline: sink: open: boom" {
			t.Errorf("error %v", err)
		}
		if len(sink.causes) != 0 || sink.writes != 0 || stats.FramesIn != 0 || first.flushes != 0 {
			t.Errorf("closed with %v, %d writes, stats %+v", sink.causes, sink.writes, stats)
		}
	})
	t.Run("write", func(t *testing.T) {
		for _, e := range []error{errBoom, io.EOF} {
			p, sink, first, last := failing(t)
			sink.onWrite = func(n int) error {
				if n == 3 {
					return e
				}
				return nil
			}
			stats, err := p.Run(context.Background())
			if e == io.EOF {
				e = io.ErrUnexpectedEOF
			}
			sink.wantCause(t, err, e)
			if !strings.HasPrefix(err.Error(), "pipeline: sink: write: ") || stats.FramesOut != int64(len(sink.data)) {
				t.Errorf("error %q, %d frames out, want %d", err, stats.FramesOut, len(sink.data))
			}
			if sink.writes != 4 || first.flushes != 0 || last.flushes != 0 {
				t.Errorf("%d writes, %d and %d flushes", sink.writes, first.flushes, last.flushes)
			}
		}
	})
	t.Run("close", func(t *testing.T) {
		p, sink, _, _ := failing(t)
		sink.onClose = func(error) error { return errBoom }
		stats, err := p.Run(context.Background())
		if !errors.Is(err, errBoom) || err.Error() != "pipeline: sink: close: boom" || stats.FramesOut != 1000 {
			t.Errorf("%d frames, error %v", stats.FramesOut, err)
		}
		if len(sink.causes) != 1 || sink.causes[0] != nil {
			t.Errorf("closed with %v", sink.causes)
		}
	})
	t.Run("close keeps cause and adds", func(t *testing.T) {
		errOther := errors.New("cannot remove")
		for _, wrap := range []func(error) error{
			func(cause error) error { return errors.Join(cause, errOther) },
			func(cause error) error { return errors.Join(errors.Unwrap(cause), errOther) },
		} {
			p, sink, _, _ := failing(t)
			p.Source = &memSource{data: ramp(95), channels: 1, end: errBoom}
			sink.onClose = wrap
			_, err := p.Run(context.Background())
			sink.wantCause(t, err, errBoom)
			if !errors.Is(err, errOther) || !strings.Contains(err.Error(), "sink: close: ") {
				t.Errorf("error %v", err)
			}
		}
	})
	t.Run("close with what cause wraps", func(t *testing.T) {
		p, sink, _, _ := failing(t)
		p.Source = &memSource{data: ramp(95), channels: 1, end: errBoom}
		sink.onClose = errors.Unwrap
		if _, err := p.Run(context.Background()); err.Error() != "pipeline: source: read: boom" {
			t.Errorf("error %v", err)
		}
	})
	t.Run("close after failure", func(t *testing.T) {
		errOther := errors.New("cannot remove")
		for _, back := range []bool{false, true} {
			p, sink, _, _ := failing(t)
			p.Source = &memSource{data: ramp(95), channels: 1, end: errBoom}
			sink.onClose = func(cause error) error {
				if back {
					return cause
				}
				return errOther
			}
			_, err := p.Run(context.Background())
			sink.wantCause(t, err, errBoom)
			if errors.Is(err, errOther) == back || strings.Count(err.Error(), "boom") != 1 {
				t.Errorf("error %v", err)
			}
		}
	})
}

func TestTooShort(t *testing.T) {
	for _, sized := range []bool{false, true} {
		p, sink, first, last := failing(t)
		last.min = 96
		p.Source = &memSource{data: ramp(95), channels: 1}
		if sized {
			p.Source = sizedSource{p.Source, 95}
		}
		_, err := p.Run(context.Background())
		want := dsp.TooShortError{Have: 95, Need: 96}
		if !errors.Is(err, want) || !strings.HasPrefix(err.Error(), "pipeline: stage last: input too short") {
			t.Errorf("error %v", err)
		}
		if sized { // known before the sink is opened
			if sink.opened != 0 || len(sink.causes) != 0 {
				t.Errorf("sink opened %d times, closed with %v", sink.opened, sink.causes)
			}
			continue
		}
		sink.wantCause(t, err, want)
		if first.flushes != 1 || last.flushes != 0 {
			t.Errorf("%d and %d flushes, want 1 and 0", first.flushes, last.flushes)
		}
	}
}

func TestStageMisbehaves(t *testing.T) {
	var big [100]float32
	for name, c := range map[string]struct {
		bad  odd
		text string
	}{
		"too much": {odd{maxOut: func(n int) int { return n - 1 }}, "appended 10 values, MaxOutFrames allowed 9"},
		"own slice": {odd{process: func(dst, src []float32) []float32 { return append(big[:0], src...) }},
			"appended 10 values, MaxOutFrames allowed 10"},
		"lost":    {odd{flush: func(dst []float32) []float32 { return append(dst, 1) }}, "emitted 1001 frames for 1000, announced 1000"},
		"halved":  {odd{shape: func(s *dsp.Shape) { s.In, s.Out = 1, 3 }}, "appended 10 values, not whole frames of 3 channels"},
		"no dst":  {odd{process: func(dst, src []float32) []float32 { return nil }}, "emitted 0 frames for 1000, announced 1000"},
		"forgets": {odd{frames: func(n int64) int64 { return n + 1 }}, "emitted 1000 frames for 1000, announced 1001"},
	} {
		t.Run(name, func(t *testing.T) {
			p, sink, _, _ := failing(t)
			c.bad.Processor = repeat{1, 1}
			p.Stages = []Stage{{"bad", c.bad}}
			_, err := p.Run(context.Background())
			if err == nil || err.Error() != "pipeline: stage bad: "+c.text {
				t.Fatalf("error %v, want %q", err, c.text)
			}
			if len(sink.causes) != 1 || sink.causes[0] == nil || sink.causes[0].Error() != err.Error() {
				t.Errorf("sink closed with %v", sink.causes)
			}
		})
	}
}

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
			if !strings.Contains(string(pe.Stack), "fail_test.go") && c.value != nil {
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
