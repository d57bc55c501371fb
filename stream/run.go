package stream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A Pipeline carries frames from a source through stages to a sink. The source, each stage and the sink run in a
// goroutine of their own. The frames that reach the sink do not depend on BlockFrames, Depth, scheduling, or how the
// source cuts its frames.
type Pipeline struct {
	Source Source
	Stages []Stage // in order; may be empty. Two stages must not share a Processor; Run checks that for pointers.
	Sink   Sink

	// BlockFrames is the most frames that one Read of the source returns. Large blocks add latency and memory, small
	// ones cost time. If it is 0, the pipeline starts from DefaultBlockFrames and halves it until no block exceeds
	// DefaultBlockValues. A block after a stage has room for what the MaxOutFrames of that stage allows.
	BlockFrames int

	// Depth is the number of blocks between two neighbours, up to MaxDepth: a producer can be this many blocks ahead of
	// its consumer. 0 means DefaultDepth.
	Depth int

	// Progress, if not nil, is called after each Read that returned frames, with the number of frames read so far. It
	// must return quickly: the goroutine that reads the source calls it.
	Progress func(framesIn int64)
}

// Run moves the whole stream and waits until all goroutines that it started have ended. The error is nil only if the
// last frame reached the sink and its Close(nil) succeeded.
//
// Before it starts anything, Run checks the format of the source, the channels and frame rates of neighbours, the
// lengths if the source is Sized, and the size of the blocks. It becomes the owner of the stages until it returns, and
// fails with a *dsp.InUseError if another pipeline runs one of them. Then it resets the stages.
//
// The goroutine that writes calls Sink.Open when the first frames arrive, or the end of a complete stream without
// frames. It passes the exact length of the stream, or -1 if the source is not Sized. If the source or a stage fails
// before that, or ctx ends, the sink is neither opened nor closed. If Open succeeds, Close follows exactly once, after
// all writes: with nil, or with the error of the run. If Open fails, the run fails and Close is not called.
//
// The first failure ends the run. Frames that a source returns together with an error other than io.EOF are dropped,
// and no stage is flushed. The error says where it happened, is a *StageError if that is a stage, and wraps its cause:
//
//   - the error of Source.Read, Sink.Open, Sink.Write or Sink.Close;
//   - io.ErrUnexpectedEOF if a Sized source ends early;
//   - io.ErrNoProgress if Read returns neither frames nor an error 100 times in a row;
//   - *dsp.TooShortError if the input of a stage is shorter than its MinFrames;
//   - *PanicError if a source, stage or sink panics, which does not end the program;
//   - context.Cause(ctx) if ctx ends before the last frame was written.
//
// The error never wraps io.EOF: an io.EOF that is not the end of the source becomes io.ErrUnexpectedEOF.
//
// Run cannot interrupt Read, Open or Write, and waits for them, also after a failure elsewhere. A source or sink that
// may block for long has to return when ctx ends. It may return any error then, even io.EOF: the error of the run wraps
// context.Cause(ctx).
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
	ctx    context.Context // ends with caller, and at the first failure
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

// connect allocates all links and their blocks.
func (r *runner) connect() {
	for _, e := range r.edges {
		r.links = append(r.links, newLink(r.depth, e.frames, e.channels))
	}
}

// start starts the goroutines of the source, the stages and the sink.
func (r *runner) start() {
	r.spawn("source", r.runSource)
	for i, name := range r.names {
		r.spawn("stage "+name, func() error { return r.runStage(i) })
	}
	r.spawn("sink", r.runSink)
}

// spawn runs body in a goroutine. If body panics or calls runtime.Goexit, the run fails with a PanicError.
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
			if v == nil { // Goexit continues after this function, so the group does not receive err
				r.cancel(p)
			}
			err = p
		}()
		err = body()
		returned = true
		return err
	})
}

// wait waits until all goroutines have ended, and returns the first error, joined with all panics.
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
