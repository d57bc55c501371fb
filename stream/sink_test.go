package stream

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

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
