package stream

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestSinkOpenFails: a sink that cannot be opened is not written or closed, and the other goroutines stop.
func TestSinkOpenFails(t *testing.T) {
	p, sink, first, last := failing(t)
	sink.onOpen = func() error { return errBoom }
	p.Source = readFunc(endless)
	stats, err := p.Run(context.Background())
	if !errors.Is(err, errBoom) || err.Error() != "pipeline: sink: open: boom" {
		t.Errorf("got error %v, want pipeline: sink: open: boom", err)
	}
	if sink.opened != 1 || len(sink.causes) != 0 || sink.writes != 0 || stats.FramesOut != 0 {
		t.Errorf("sink: got opened %d times, closed with %v, %d writes, %d frames out, want once, none of the others",
			sink.opened, sink.causes, sink.writes, stats.FramesOut)
	}
	wantFlushes(t, 0, first, last)
}

// TestSinkWriteFails: an error of Write ends the run without another write, and is the cause with which the sink is
// closed. An io.EOF becomes io.ErrUnexpectedEOF.
func TestSinkWriteFails(t *testing.T) {
	for e, want := range map[error]error{errBoom: errBoom, io.EOF: io.ErrUnexpectedEOF} {
		t.Run(e.Error(), func(t *testing.T) {
			p, sink, first, last := failing(t)
			sink.onWrite = func(n int) error {
				if n == 3 {
					return e
				}
				return nil
			}
			stats, err := p.Run(context.Background())
			sink.wantCause(t, err, want)
			wantText(t, err, "pipeline: sink: write: ")
			if stats.FramesOut != int64(len(sink.data)) {
				t.Errorf("frames out: got %d, want %d", stats.FramesOut, len(sink.data))
			}
			if sink.writes != 4 {
				t.Errorf("writes: got %d, want 4", sink.writes)
			}
			wantFlushes(t, 0, first, last)
		})
	}
}

// TestSinkCloseFails: an error of Close after a complete stream is the error of the run.
func TestSinkCloseFails(t *testing.T) {
	p, sink, _, _ := failing(t)
	sink.onClose = func(error) error { return errBoom }
	stats, err := p.Run(context.Background())
	if !errors.Is(err, errBoom) || err.Error() != "pipeline: sink: close: boom" || stats.FramesOut != 1000 {
		t.Errorf("got %d frames, error %v, want 1000, pipeline: sink: close: boom", stats.FramesOut, err)
	}
	sink.wantDone(t)
}

// TestSinkCloseAfterFailure: the run's error contains the cause once, and the error of Close unless that is the cause
// or the cause wraps it.
func TestSinkCloseAfterFailure(t *testing.T) {
	errOther := errors.New("cannot remove")
	for name, c := range map[string]struct {
		onClose func(cause error) error
		other   bool // errOther is in the error
		once    bool // "boom" is in it once
	}{
		"other error":      {func(error) error { return errOther }, true, true},
		"cause":            {func(cause error) error { return cause }, false, true},
		"wrapped":          {errors.Unwrap, false, true},
		"cause and more":   {func(cause error) error { return errors.Join(cause, errOther) }, true, false},
		"wrapped and more": {func(cause error) error { return errors.Join(errors.Unwrap(cause), errOther) }, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			p, sink, _, _ := failing(t)
			p.Source = &memSource{data: ramp(95), channels: 1, end: errBoom}
			sink.onClose = c.onClose
			_, err := p.Run(context.Background())
			sink.wantCause(t, err, errBoom)
			if got := errors.Is(err, errOther); got != c.other {
				t.Errorf("got error %v, %q in it %v, want %v", err, errOther, got, c.other)
			}
			if got := strings.Contains(err.Error(), "sink: close: "); got != c.other {
				t.Errorf("got error %v, %q in it %v, want %v", err, "sink: close: ", got, c.other)
			}
			if got := strings.Count(err.Error(), "boom"); c.once && got != 1 {
				t.Errorf("got error %v, %q in it %d times, want 1", err, "boom", got)
			}
			if want := "pipeline: source: read: boom"; !c.other && err.Error() != want {
				t.Errorf("got error %v, want %s", err, want)
			}
		})
	}
}
