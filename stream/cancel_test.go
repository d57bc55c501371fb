package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestCancelledBefore: if the context has ended before Run, nothing is opened, read or closed.
func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errStop)
	p, sink, _, _ := failing(t)
	stats, err := p.Run(ctx)
	if !errors.Is(err, errStop) || stats.FramesIn != 0 {
		t.Errorf("got error %v, %d frames in, want %v, 0", err, stats.FramesIn, errStop)
	}
	sink.wantUnopened(t)
}

// TestCancelledInTheMiddle: when the context ends, the run ends with its cause after the current write, and flushes no
// stage. An io.EOF as the cause becomes io.ErrUnexpectedEOF.
func TestCancelledInTheMiddle(t *testing.T) {
	for stop, want := range map[error]error{errStop: errStop, nil: context.Canceled, io.EOF: io.ErrUnexpectedEOF} {
		t.Run(fmt.Sprint(stop), func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(context.Background())
			p, sink, first, last := failing(t)
			p.Source = readFunc(endless)
			sink.onWrite = func(n int) error {
				if n == 20 {
					cancel(stop)
				}
				return nil
			}
			stats, err := p.Run(ctx)
			sink.wantCause(t, err, want)
			if sink.writes != 21 || stats.FramesOut != int64(len(sink.data)) {
				t.Errorf("got %d writes, %d frames out, want 21, %d", sink.writes, stats.FramesOut, len(sink.data))
			}
			wantFlushes(t, 0, first, last)
		})
	}
}

// TestCancelNamesWhoWaited: the error of a cancelled run names a place that waited: for a free block, for a full one,
// in Read or in Write.
func TestCancelNamesWhoWaited(t *testing.T) {
	places := []string{"source", "stage first", "stage last", "sink"}
	for name, c := range map[string]struct {
		source func(ctx context.Context, dst []float32) (int, error)
		write  func(ctx context.Context) error
	}{
		"blocked read": {
			source: func(ctx context.Context, dst []float32) (int, error) { <-ctx.Done(); return 0, ctx.Err() },
		},
		"read ends as if complete": {
			source: func(ctx context.Context, dst []float32) (int, error) { <-ctx.Done(); return len(dst), io.EOF },
		},
		"read fails otherwise": {
			source: func(ctx context.Context, dst []float32) (int, error) { <-ctx.Done(); return 0, errBoom },
		},
		"blocked write": {
			source: func(_ context.Context, dst []float32) (int, error) { return len(dst), nil },
			write:  func(ctx context.Context) error { <-ctx.Done(); return nil },
		},
		"write fails because of it": {
			source: func(_ context.Context, dst []float32) (int, error) { return len(dst), nil },
			write:  func(ctx context.Context) error { <-ctx.Done(); return errBoom },
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeoutCause(context.Background(), time.Second, errStop)
				defer cancel()
				p, sink, first, last := failing(t)
				p.Source = readFunc(func(dst []float32) (int, error) { return c.source(ctx, dst) })
				if c.write != nil {
					sink.onWrite = func(int) error { return c.write(ctx) }
				}
				stats, err := p.Run(ctx)
				if c.write == nil {
					sink.wantUntouched(t, err, errStop)
				} else {
					sink.wantCause(t, err, errStop)
				}
				if stats.Elapsed != time.Second {
					t.Errorf("elapsed: got %v, want %v", stats.Elapsed, time.Second)
				}
				place := strings.TrimPrefix(err.Error(), "pipeline: ")
				known := false
				for _, w := range places {
					known = known || strings.HasPrefix(place, w+": stop")
				}
				if !known {
					t.Errorf("got error %v, want one of %q with %q", err, places, ": stop")
				}
				wantFlushes(t, 0, first, last)
			})
		})
	}
}

// TestCauseBeforeConsequence: if Read ends because the context does, the error is the cause of the context, also in a
// pipeline without stages.
func TestCauseBeforeConsequence(t *testing.T) {
	for range 200 {
		ctx, cancel := context.WithCancelCause(context.Background())
		go cancel(errStop)
		sink := &memSink{t: t}
		p := Pipeline{Sink: sink, Source: readFunc(func(dst []float32) (int, error) {
			<-ctx.Done()
			return len(dst), io.EOF
		})}
		_, err := p.Run(ctx)
		sink.wantUntouched(t, err, errStop)
	}
}

// TestConsequenceIsNotShown: after the context has ended, its cause is in the text of an error. Another error is in the
// text too, unless it is that of the context.
func TestConsequenceIsNotShown(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errStop)
	r := &runner{caller: ctx, ctx: ctx}
	for err, want := range map[error]string{
		errStop:                  "source: stop",
		context.Canceled:         "source: stop",
		context.DeadlineExceeded: "source: stop",
		errBoom:                  "source: stop (read: boom)",
	} {
		t.Run(err.Error(), func(t *testing.T) {
			got := r.failed("source", "read", err)
			if got.Error() != want || !errors.Is(got, errStop) {
				t.Errorf("got error %v, want %s, which is %v", got, want, errStop)
			}
			if is := errors.Is(got, err); is != (err == errStop) {
				t.Errorf("got error %v, wraps %v %v, want %v", got, err, is, err == errStop)
			}
		})
	}
}

// TestDeadlineInLastWrite: a deadline that passes during the last write fails the run, although all frames are written.
func TestDeadlineInLastWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		p, sink, _, _ := failing(t)
		p.Source = &memSource{data: ramp(6), channels: 1}
		p.Stages = nil
		sink.onWrite = func(int) error { time.Sleep(2 * time.Second); return nil }
		_, err := p.Run(ctx)
		sink.wantCause(t, err, context.DeadlineExceeded)
	})
}

// TestRunWaitsForRead: after the context ended, Run waits until a pending Read returns. If that is the first Read, the
// sink is not opened.
func TestRunWaitsForRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		p, sink, _, _ := failing(t)
		p.Source = readFunc(func(dst []float32) (int, error) { time.Sleep(time.Minute); return len(dst), nil })
		stats, err := p.Run(ctx)
		sink.wantUntouched(t, err, context.DeadlineExceeded)
		if stats.Elapsed != time.Minute {
			t.Errorf("elapsed: got %v, want %v", stats.Elapsed, time.Minute)
		}
	})
}
