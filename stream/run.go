package stream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A Pipeline carries the frames of a source through stages to a sink. Each of them runs in a goroutine of its own. The
// frames that reach the sink do not depend on BlockFrames, Depth, the cuts the source makes, or scheduling.
type Pipeline struct {
	Source Source
	Stages []Stage // may be empty; no Processor may occur twice, which is checked for pointers
	Sink   Sink

	// BlockFrames is the most frames read from the source at once. Large blocks cost latency and memory, small ones
	// time. 0 means DefaultBlockFrames, halved until no block exceeds DefaultBlockValues. Blocks after a stage have
	// the size that its MaxOutFrames allows.
	BlockFrames int

	// Depth is the number of blocks circulating on each edge, up to MaxDepth: how far neighbours may be apart. 0 means
	// DefaultDepth.
	Depth int

	// Progress, if not nil, is called with the frames read so far after each read that gave some. The goroutine that
	// reads the source calls it, so it should return quickly.
	Progress func(framesIn int64)
}

// Run moves the whole stream and waits until all goroutines it started have ended. The error is nil only if the last
// frame reached the sink and its Close(nil) succeeded.
//
// Before it starts anything, Run checks the source's format, the channels of neighbours, the frame rates, the lengths
// if the source is Sized, and the size of the blocks. It becomes the owner of the stages until it returns, and fails
// with a *dsp.InUseError if another pipeline runs one of them. Then it resets the stages.
//
// Run calls Sink.Open when the first frames, or the end of a complete stream without frames, arrive at the sink. If the
// source or a stage fails before, or ctx ends, the sink is neither opened nor closed. The goroutine that writes calls
// Open, with the exact number of frames of the stream, or -1 if the source does not say. If Open succeeds, Close
// follows exactly once, after all writes: with nil, or with the error of the failed run. If Open fails, so does the
// run, and Close is not called.
//
// The first failure ends the run. Frames that a source returns together with an error other than io.EOF are dropped,
// stages are not flushed, and no end of stream is made up. The error names where it happened, as a *StageError if that
// is a stage, and wraps its cause:
//
//   - the error of Source.Read, Sink.Open, Sink.Write or Sink.Close;
//   - io.ErrUnexpectedEOF if a Sized source ends early, io.ErrNoProgress if Read returns neither frames nor an error
//     100 times in a row;
//   - *dsp.TooShortError for an input that is shorter than a stage's MinFrames;
//   - *PanicError if a source, stage or sink panics; the panic goes no further;
//   - context.Cause(ctx) if ctx ends before the last frame was written.
//
// It never wraps io.EOF: an io.EOF from elsewhere than the end of the source becomes io.ErrUnexpectedEOF.
//
// Run cannot interrupt Read, Open or Write; it waits for them. A source or sink that may block for long has to return
// when ctx ends. What it returns then does not matter, be it io.EOF: the error of the run is the cause of ctx's end.
// After an error of Open or Write too, Run returns only when a pending Read does.
func (p Pipeline) Run(ctx context.Context) (Stats, error) {
	start := time.Now()
	stats, err := p.run(ctx)
	stats.Elapsed = time.Since(start)
	if err != nil {
		err = fmt.Errorf("pipeline: %w", err)
	}
	return stats, err
}

func (p Pipeline) run(ctx context.Context) (Stats, error) {
	pl, err := p.plan()
	if err != nil {
		return Stats{}, hideEOF(err)
	}
	r := newRunner(ctx, p, pl)
	defer r.cancel(nil)
	release, err := begin(p.Stages)
	if err != nil {
		return r.stats, err
	}
	defer release()
	if err := r.ended(); err != nil {
		return r.stats, err
	}

	r.connect()
	r.start()
	cause := r.wait()
	if !r.stats.Opened {
		return r.stats, cause
	}
	var told error
	if cause != nil {
		told = fmt.Errorf("pipeline: %w", cause)
	}
	err = protect("sink", func() error { return p.Sink.Close(told) })
	switch {
	case err == nil || cause != nil && (err == told || err == cause):
		return r.stats, cause
	case cause != nil:
		return r.stats, fmt.Errorf("%w; %w", cause, failure("sink", "close", err))
	}
	return r.stats, failure("sink", "close", err)
}

// A runner is the state of one run.
type runner struct {
	Pipeline
	*plan
	caller context.Context // as passed to Run
	ctx    context.Context // ends with caller and with the first failure
	cancel context.CancelCauseFunc
	group  *errgroup.Group
	links  []*link
	stats  Stats // each goroutine writes its own part when it ends

	mu     sync.Mutex
	panics []*PanicError
}

func newRunner(ctx context.Context, p Pipeline, pl *plan) *runner {
	r := &runner{Pipeline: p, plan: pl, caller: ctx}
	ctx, r.cancel = context.WithCancelCause(ctx)
	r.group, r.ctx = errgroup.WithContext(ctx)
	r.stats.Stages = make([]StageStats, len(pl.names))
	for i, s := range p.Stages {
		r.stats.Stages[i].Name = s.Name
	}
	return r
}

// connect allocates all blocks.
func (r *runner) connect() {
	for _, e := range r.edges {
		r.links = append(r.links, newLink(r.depth, e.frames, e.channels))
	}
}

// start starts one goroutine per stage and one each for source and sink.
func (r *runner) start() {
	r.spawn("source", r.runSource)
	for i, name := range r.names {
		r.spawn("stage "+name, func() error { return r.runStage(i) })
	}
	r.spawn("sink", r.runSink)
}

// spawn runs body in a goroutine. If body does not return, because of a panic or of runtime.Goexit, the run fails.
func (r *runner) spawn(where string, body func() error) {
	r.group.Go(func() (err error) {
		returned := false
		defer func() {
			if returned {
				return
			}
			v := recover()
			p := newPanicError(where, v)
			r.mu.Lock()
			r.panics = append(r.panics, p)
			r.mu.Unlock()
			if v == nil { // Goexit goes on after this function, so the group gets no error
				r.cancel(p)
			}
			err = p
		}()
		err = body()
		returned = true
		return err
	})
}

// wait returns the first error after all goroutines have ended. An earlier error hides no panic.
func (r *runner) wait() error {
	err := r.group.Wait()
	for _, p := range r.panics {
		switch {
		case err == nil:
			err = p
		case !errors.Is(err, p):
			err = fmt.Errorf("%w; %w", err, p)
		}
	}
	return err
}
