package stream

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errStop)
	p, sink, _, _ := failing(t)
	stats, err := p.Run(ctx)
	if !errors.Is(err, errStop) || sink.opened != 0 || len(sink.causes) != 0 || stats.FramesIn != 0 {
		t.Errorf("error %v, sink opened %d times, stats %+v", err, sink.opened, stats)
	}
}

func TestCancelledInTheMiddle(t *testing.T) {
	for _, stop := range []error{errStop, nil, io.EOF} {
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
		want := map[error]error{errStop: errStop, nil: context.Canceled, io.EOF: io.ErrUnexpectedEOF}[stop]
		sink.wantCause(t, err, want)
		if sink.writes != 21 || stats.FramesOut != int64(len(sink.data)) || first.flushes+last.flushes != 0 {
			t.Errorf("%d writes, %d flushes, stats %+v", sink.writes, first.flushes+last.flushes, stats)
		}
	}
}

// The goroutines wait for each other at all places where they can: for a free block, for a full one, in Read, in Write.
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
				sink.wantCause(t, err, errStop)
				if stats.Elapsed != time.Second {
					t.Errorf("run took %v", stats.Elapsed)
				}
				place := strings.TrimPrefix(err.Error(), "pipeline: ")
				known := false
				for _, w := range places {
					known = known || strings.HasPrefix(place, w+": stop")
				}
				if !known {
					t.Errorf("error %q names none of %q", err, places)
				}
				if first.flushes+last.flushes != 0 {
					t.Errorf("%d flushes after the deadline", first.flushes+last.flushes)
				}
			})
		})
	}
}

// What a source or sink without stages between them returns because ctx ended must not hide why.
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
		if !errors.Is(err, errStop) || sink.opened > 0 && (len(sink.causes) != 1 || !errors.Is(sink.causes[0], errStop)) {
			t.Fatalf("error %v, sink closed with %v", err, sink.causes)
		}
	}
}

// What follows from the end of the context says nothing that its cause does not; anything else is shown.
func TestConsequenceIsNotShown(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errStop)
	r := &runner{caller: ctx, ctx: ctx}
	for _, c := range []struct {
		err  error
		want string
	}{
		{errStop, "source: stop"},
		{context.Canceled, "source: stop"},
		{context.DeadlineExceeded, "source: stop"},
		{errBoom, "source: stop (read: boom)"},
	} {
		if got := r.failed("source", "read", c.err); got.Error() != c.want || !errors.Is(got, errStop) || errors.Is(got, c.err) != (c.err == errStop) {
			t.Errorf("%v became %q, want %q", c.err, got, c.want)
		}
	}
}

// A deadline that passes during the last write, when nothing else is left to do.
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

// Run waits for a Read that does not return, and ends when it does.
func TestRunWaitsForRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		p, sink, _, _ := failing(t)
		p.Source = readFunc(func(dst []float32) (int, error) { time.Sleep(time.Minute); return len(dst), nil })
		stats, err := p.Run(ctx)
		sink.wantCause(t, err, context.DeadlineExceeded)
		if stats.Elapsed != time.Minute || sink.writes != 0 {
			t.Errorf("run took %v, %d writes", stats.Elapsed, sink.writes)
		}
	})
}
