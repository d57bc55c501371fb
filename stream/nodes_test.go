package stream

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// alone prepares a run without starting its goroutines, for tests of one node at a time. The returned function ends the
// caller's context. The run's own context does not end with it here, as in the moment before the end has reached it.
func alone(t *testing.T, p Pipeline) (r *runner, end context.CancelCauseFunc) {
	p.Depth = 8 // blocks are not released
	pl, err := p.plan()
	if err != nil {
		t.Fatal(err)
	}
	r = newRunner(context.Background(), p, pl)
	t.Cleanup(func() { r.cancel(nil) })
	r.connect()
	r.caller, end = context.WithCancelCause(context.Background())
	t.Cleanup(func() { end(nil) })
	return r, end
}

// wantOpen checks that a link was not completed. It receives the blocks that were sent.
func wantOpen(t *testing.T, l *link) {
	t.Helper()
	for {
		select {
		case _, more := <-l.full:
			if !more {
				t.Error("link of a failed node: got complete, want open")
				return
			}
		default:
			return
		}
	}
}

// TestFailedSourceLeavesItsLinkOpen: after an error of the source, the next node does not see the end of the stream.
func TestFailedSourceLeavesItsLinkOpen(t *testing.T) {
	p, _, _, _ := failing(t)
	p.Source = &memSource{data: ramp(15), channels: 1, end: errBoom}
	r, _ := alone(t, p)
	if err := r.runSource(); !errors.Is(err, errBoom) {
		t.Errorf("source: got error %v, want %v", err, errBoom)
	}
	wantOpen(t, r.links[0])
}

// TestEndOfSourceBecauseOfTheContext: an io.EOF after the context ended is not the end of the stream.
func TestEndOfSourceBecauseOfTheContext(t *testing.T) {
	p, _, _, _ := failing(t)
	var end context.CancelCauseFunc
	p.Source = readFunc(func(dst []float32) (int, error) {
		end(errStop)
		return len(dst), io.EOF
	})
	r, cancel := alone(t, p)
	end = cancel
	if err := r.runSource(); !errors.Is(err, errStop) {
		t.Errorf("source: got error %v, want %v", err, errStop)
	}
	wantOpen(t, r.links[0])
}

// TestNoFlushOfACompleteLinkAfterFailure: a node whose input is complete does not flush if the run has failed
// elsewhere.
func TestNoFlushOfACompleteLinkAfterFailure(t *testing.T) {
	p, sink, first, _ := failing(t)
	r, end := alone(t, p)
	end(errStop)
	for _, l := range []*link{r.links[0], r.links[2]} {
		l.send((<-l.free)[:4])
		l.complete()
	}
	if err := r.runStage(0); !errors.Is(err, errStop) {
		t.Errorf("stage: got error %v, want %v", err, errStop)
	}
	wantFlushes(t, 0, first)
	wantOpen(t, r.links[1])
	sink.wantUntouched(t, r.runSink(), errStop)
}

// TestStageErrorsLeaveTheLinkOpen: after an error at the end of a stage, the next node does not see the end of the
// stream.
func TestStageErrorsLeaveTheLinkOpen(t *testing.T) {
	p, _, first, _ := failing(t)
	p.Stages[1] = Stage{"liar", odd{Processor: repeat{1, 1}, frames: func(n int64) int64 { return n + 1 }}}
	first.min = 5
	r, _ := alone(t, p)
	in := r.links[0]
	in.send((<-in.free)[:4])
	in.complete()
	var short *dsp.TooShortError
	if err := r.runStage(0); !errors.As(err, &short) {
		t.Errorf("stage of a short stream: got error %v, want a *dsp.TooShortError", err)
	}
	wantFlushes(t, 0, first)
	wantOpen(t, r.links[1])
	r.links[1].complete()
	if err := r.runStage(1); err == nil {
		t.Error("stage that emits another number of frames than announced: got no error, want one")
	}
	wantOpen(t, r.links[2])
}
