package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tailwave/tailwave/dsp"
)

// TestOpenWithTheFirstFrames: the sink is opened in its own goroutine when frames arrive there. During Open the source
// is read until no block is free.
func TestOpenWithTheFirstFrames(t *testing.T) {
	for depth := 1; depth <= 3; depth++ {
		t.Run(fmt.Sprint(depth), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				reads := 0
				src := &memSource{data: ramp(100), channels: 1}
				sink := &memSink{t: t}
				sink.onOpen = func() error {
					synctest.Wait()
					if reads != depth {
						t.Errorf("reads during Open: got %d, want %d", reads, depth)
					}
					if !strings.Contains(string(debug.Stack()), "runSink") {
						t.Errorf("stack of Open: got %s, want the goroutine that writes", debug.Stack())
					}
					return nil
				}
				p := Pipeline{Source: counted{src, &reads}, Sink: sink, BlockFrames: 10, Depth: depth}
				if _, err := p.Run(context.Background()); err != nil {
					t.Errorf("got error %v, want none", err)
				}
				wantFrames(t, sink.data, src.data)
				sink.wantDone(t)
			})
		})
	}
}

// TestFailureBeforeTheFirstFrames: if the run fails before there are frames for the sink, the sink is neither opened
// nor closed.
func TestFailureBeforeTheFirstFrames(t *testing.T) {
	short := &dsp.TooShortError{Have: 3, Need: 5}
	for name, c := range map[string]struct {
		source Source
		stage  dsp.Processor
		want   error // nil for any
		text   string
	}{
		"source": {&memSource{channels: 1, end: errBoom}, nil, errBoom, "source: read: boom"},
		"frames with an error": {&memSource{data: ramp(3), channels: 1, end: errBoom, joinEOF: true}, nil, errBoom,
			"source: read: boom"},
		"empty, 5 announced": {sizedSource{&memSource{channels: 1}, 5}, nil, io.ErrUnexpectedEOF,
			"source: ended after 0 of the 5 frames that it announced"},
		"short, nothing emitted yet": {&memSource{data: ramp(3), channels: 1}, &ahead{d: 3, channels: 1, min: 5}, short,
			"stage s: input too short"},
		"stage without its frame": {&memSource{channels: 1},
			odd{Processor: repeat{1, 1}, frames: func(n int64) int64 { return n + 1 }}, nil,
			"stage s: emitted 0 frames for 0, but OutFrames announced 1"},
	} {
		t.Run(name, func(t *testing.T) {
			sink := &memSink{t: t}
			p := Pipeline{Source: c.source, Sink: sink}
			if c.stage != nil {
				p.Stages = []Stage{{"s", c.stage}}
			}
			_, err := p.Run(context.Background())
			if c.want == nil {
				c.want = err
			}
			if got, ok := errors.AsType[*dsp.TooShortError](err); ok && *got == *short {
				c.want = got
			}
			sink.wantUntouched(t, err, c.want)
			wantText(t, err, "pipeline: "+c.text)
		})
	}
}

// TestCancelledBeforeTheFirstFrames: if the context ends while a stage works on the first block, the sink is not
// opened.
func TestCancelledBeforeTheFirstFrames(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	p, sink, first, last := failing(t)
	process := func(dst, src []float32) []float32 {
		cancel(errStop)
		return append(dst, src...)
	}
	p.Stages = append(p.Stages, Stage{"cancel", odd{Processor: repeat{1, 1}, process: process}})
	_, err := p.Run(ctx)
	sink.wantUntouched(t, err, errStop)
	wantFlushes(t, 0, first, last)
}

// TestCancelledOpen: if the context ends during Open, the error of the run is the cause, whatever Open returns. The
// sink is closed with it if Open succeeded.
func TestCancelledOpen(t *testing.T) {
	for name, fails := range map[string]error{"context": context.Canceled, "other": errBoom, "none": nil} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(context.Background())
			p, sink, _, _ := failing(t)
			p.Source = readFunc(endless)
			sink.onOpen = func() error { cancel(errStop); return fails }
			_, err := p.Run(ctx)
			if fails == nil {
				sink.wantCause(t, err, errStop)
				return
			}
			if !errors.Is(err, errStop) || errors.Is(err, fails) {
				t.Errorf("got error %v, want %v alone", err, errStop)
			}
			if len(sink.causes) != 0 {
				t.Errorf("sink: got closed with %v, want not closed", sink.causes)
			}
		})
	}
}

// TestOpenReturnsEOF: an io.EOF of Open becomes io.ErrUnexpectedEOF, also for an empty stream.
func TestOpenReturnsEOF(t *testing.T) {
	for _, frames := range []int{0, 100} {
		t.Run(fmt.Sprint(frames), func(t *testing.T) {
			sink := &memSink{t: t, onOpen: func() error { return io.EOF }}
			source := &memSource{data: ramp(frames), channels: 1}
			_, err := Pipeline{Source: source, Sink: sink}.Run(context.Background())
			wantText(t, err, "pipeline: sink: open: ")
			if !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
				t.Errorf("got error %v, want %v, and not io.EOF", err, io.ErrUnexpectedEOF)
			}
			if len(sink.causes) != 0 {
				t.Errorf("sink: got closed with %v, want not closed", sink.causes)
			}
		})
	}
}
