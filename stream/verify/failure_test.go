package verify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/stream"
)

var errBroken = errors.New("broken")

// TestExecutionError: the failure of either execution is an error that names it. The Difference is that of the frames
// before the failure.
func TestExecutionError(t *testing.T) {
	in := noise(100)
	f := in.Format
	good := writes(f, nil, in.Samples)
	for _, c := range []struct {
		name string
		bad  Execution
		text string // after the name of the execution
		is   error
	}{
		{"at once", func(context.Context, stream.Sink) error { return errBroken }, "broken", errBroken},
		{"halfway", func(_ context.Context, sink stream.Sink) error {
			return errors.Join(sink.Open(f, 100), sink.Write(in.Samples[:100]), errBroken)
		}, "broken", errBroken},
		{"closed with an error", writes(f, errBroken, in.Samples), "broken", errBroken},
		{"an error swallowed", func(ctx context.Context, sink stream.Sink) error {
			writes(f, errBroken, in.Samples)(ctx, sink)
			return nil
		}, "returned no error, although its sink failed: broken", errBroken},
		{"no end", func(_ context.Context, sink stream.Sink) error {
			return errors.Join(sink.Open(f, -1), sink.Write(in.Samples))
		}, "returned no error before the end of its stream: call Close(nil) after the last frame", nil},
		{"nothing", func(context.Context, stream.Sink) error { return nil },
			"returned no error before the end of its stream: call Close(nil) after the last frame", nil},
		{"never opened", func(_ context.Context, sink stream.Sink) error { return sink.Write(in.Samples) },
			"write: sink is not open: call Write between Open and Close", nil},
		{"closed unopened", func(_ context.Context, sink stream.Sink) error { return sink.Close(nil) },
			"close: sink is not open: call Close once, after Open", nil},
		{"closed twice", func(ctx context.Context, sink stream.Sink) error {
			return errors.Join(writes(f, nil, in.Samples)(ctx, sink), sink.Close(nil))
		}, "close: sink is not open: call Close once, after Open", nil},
		{"opened twice", func(ctx context.Context, sink stream.Sink) error {
			return errors.Join(writes(f, nil, in.Samples)(ctx, sink), sink.Open(f, -1))
		}, "open: sink was opened before: call Open once", nil},
		{"half a frame", writes(f, nil, in.Samples[:3]), "write: 3 values: not whole frames of 2 channels", nil},
		{"no format", writes(stream.Format{}, nil), "frame rate 0/0: must be positive", nil},
		{"panic", func(context.Context, stream.Sink) error { panic(errBroken) }, "execution: panic: broken", nil},
		{"panic of a stage", Chunked(in, stages(40, func([]float32) []float32 { panic(errBroken) }), Chunks{BlockFrames: 40}),
			"pipeline: stage copy: panic: broken", nil},
		{"a processor that denies an extra frame", Chunked(in, func(...dsp.Option) ([]stream.Stage, error) {
			add := func(dst []float32) []float32 { return append(dst, 7, 8) }
			return []stream.Stage{{Name: "copy", Processor: &copier{at: 40, fault: add, honest: true}}}, nil
		}, Chunks{BlockFrames: 40}), "pipeline: stage copy: emitted 101 frames for 100, but OutFrames announced 100", nil},
		{"no stages", Chunked(in, func(...dsp.Option) ([]stream.Stage, error) { return nil, errBroken }, Chunks{}),
			"broken", errBroken},
	} {
		t.Run(c.name, func(t *testing.T) {
			check := func(name string, got, want Execution) {
				t.Helper()
				d, err := Executions(t.Context(), got, want)
				var failed *ExecutionError
				if !errors.As(err, &failed) || failed.Execution != name || err.Error() != name+": "+c.text {
					t.Errorf("got error %v, want %s: %s", err, name, c.text)
				}
				if c.is != nil && !errors.Is(err, c.is) {
					t.Errorf("got error %v, want one that wraps %v", err, c.is)
				}
				if d.Missing > 0 || d.Extra > 0 && !strings.Contains(c.text, "emitted") {
					t.Errorf("got %+v, want no missing and no extra samples", d)
				}
			}
			check("got", c.bad, good)
			check("want", good, c.bad)
		})
	}
	t.Run("panic error", func(t *testing.T) {
		_, err := Executions(t.Context(), good, func(context.Context, stream.Sink) error { panic(errBroken) })
		var p *stream.PanicError
		if !errors.As(err, &p) || p.Value != errBroken || !strings.Contains(string(p.Stack), "TestExecutionError") {
			t.Errorf("got error %v, want a *stream.PanicError with value and stack", err)
		}
	})
	t.Run("compared before", func(t *testing.T) {
		d, err := Against(t.Context(), func(_ context.Context, sink stream.Sink) error {
			return errors.Join(sink.Open(f, -1), sink.Write([]float32{2, 2}), errBroken)
		}, in)
		if d.Samples != 2 || d.Identical() || err == nil {
			t.Errorf("got %+v and error %v, want 2 samples that differ and an error", d, err)
		}
	})
}

// TestCancelled: no execution begins after the end of ctx. The error is the cause, not an ExecutionError.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errBroken)
	called := false
	e := func(context.Context, stream.Sink) error { called = true; return nil }
	if _, err := Executions(ctx, e, e); err != errBroken || called {
		t.Errorf("two executions: got error %v, called %v, want %v, not called", err, called, errBroken)
	}
	if _, err := Against(ctx, e, noise(1)); err != errBroken || called {
		t.Errorf("one execution: got error %v, called %v, want %v, not called", err, called, errBroken)
	}
}

// TestFormats: a stream of another format than that to compare with is an error, and so is a buffer without one.
func TestFormats(t *testing.T) {
	x := []float32{1, 2, 3, 4}
	for name, c := range map[string]struct {
		got  stream.Format
		want stream.Buffer
		text string
	}{
		"channels": {stream.Format{Rate: stream.Hz(8000), Channels: 1},
			stream.Buffer{Format: stream.Format{Rate: stream.Hz(8000), Channels: 2}, Samples: x},
			"got: frames of 1 channels: must be 2, as in the stream to compare with"},
		"rate": {stream.Format{Rate: stream.Hz(8000), Channels: 2},
			stream.Buffer{Format: stream.Format{Rate: stream.Hz(8001), Channels: 2}, Samples: x},
			"got: frame rate 8000 Hz: must be 8001 Hz, as in the stream to compare with"},
		"none": {stream.Format{Rate: stream.Hz(8000), Channels: 2}, stream.Buffer{Samples: x},
			"want: frame rate 0/0: must be positive"},
		"half a frame": {stream.Format{Rate: stream.Hz(8000), Channels: 2},
			stream.Buffer{Format: stream.Format{Rate: stream.Hz(8000), Channels: 2}, Samples: x[:3]},
			"want: 3 values: not whole frames of 2 channels"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Against(t.Context(), writes(c.got, nil, x), &c.want)
			if fmt.Sprint(err) != c.text {
				t.Errorf("got error %v, want %s", err, c.text)
			}
		})
	}
}

// TestCancel: the end of ctx ends a comparison with its cause: before an execution, in the middle of a pipeline, and in
// an execution that ignores ctx.
func TestCancel(t *testing.T) {
	in := noise(1000)
	endless := func(_ context.Context, sink stream.Sink) error {
		if err := sink.Open(in.Format, -1); err != nil {
			return err
		}
		for {
			if err := sink.Write(in.Samples); err != nil {
				return err
			}
		}
	}
	deaf := func(ctx context.Context, sink stream.Sink) error { // goes on after errors
		err := sink.Open(in.Format, -1)
		for err == nil {
			err = sink.Write(in.Samples)
		}
		sink.Close(nil)
		return nil
	}
	for name, e := range map[string]func(cancel func()) Execution{
		"before": func(cancel func()) Execution { cancel(); return writes(in.Format, nil, in.Samples) },
		"pipeline": func(cancel func()) Execution {
			stop := func(dst []float32) []float32 { cancel(); return dst }
			return Chunked(in, stages(40, stop), Chunks{BlockFrames: 4})
		},
		"endless": func(cancel func()) Execution { return after(cancel, endless) },
		"deaf":    func(cancel func()) Execution { return after(cancel, deaf) },
	} {
		for _, side := range []string{"got", "want"} {
			t.Run(name+" "+side, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				got, want := e(func() { cancel(errBroken) }), writes(in.Format, nil, in.Samples)
				if side == "want" {
					got, want = want, got
				}
				if _, err := Executions(ctx, got, want); !errors.Is(err, errBroken) {
					t.Errorf("got error %v, want %v", err, errBroken)
				}
			})
		}
	}
}

// after returns e with a sink that calls cancel when some blocks have been written.
func after(cancel func(), e Execution) Execution {
	return func(ctx context.Context, sink stream.Sink) error {
		return e(ctx, &cancelling{Sink: sink, cancel: cancel})
	}
}

type cancelling struct {
	stream.Sink
	cancel func()
	writes int
}

func (c *cancelling) Write(frames []float32) error {
	if c.writes++; c.writes == 3 {
		c.cancel()
	}
	return c.Sink.Write(frames)
}
