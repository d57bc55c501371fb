package stream

import (
	"fmt"
	"io"
	"time"

	"github.com/tailwave/tailwave/dsp"
)

// maxEmptyReads is how often in a row a source may return nothing, as in package bufio.
const maxEmptyReads = 100

// runSource reads until the end of the source. A failure leaves the link open.
func (r *runner) runSource() error {
	out := r.links[0]
	var total int64
	defer func() { r.stats.FramesIn = total }()
	for {
		block, err := out.acquire(r.ctx)
		if err != nil {
			return r.stopped("source")
		}
		n, err := r.read(block[:cap(block)])
		if err != nil && err != io.EOF {
			return err
		}
		total += int64(n)
		if r.frames >= 0 && (total > r.frames || err == io.EOF && total < r.frames) {
			return fmt.Errorf("source: %w", lengthError(total, r.frames))
		}
		if n > 0 {
			out.send(block[:n*out.channels])
			if r.Progress != nil {
				r.Progress(total)
			}
		}
		if err == io.EOF {
			out.complete()
			return nil
		}
	}
}

// lengthError is the error of a source that gave other than the announced number of frames.
func lengthError(have, announced int64) error {
	if have < announced {
		return fmt.Errorf("%w after %d of %d frames", io.ErrUnexpectedEOF, have, announced)
	}
	return fmt.Errorf("more than the %d frames announced", announced)
}

// read calls Source.Read until it gives frames. The error is nil, io.EOF at the end of a complete stream, or the
// failure, named.
func (r *runner) read(dst []float32) (frames int, err error) {
	want := len(dst) / r.links[0].channels
	for range maxEmptyReads {
		n, err := r.Source.Read(dst)
		switch {
		case err != nil && err != io.EOF:
			return 0, r.failed("source", "read", err)
		case n < 0 || n > want:
			return 0, fmt.Errorf("source: read returned %d frames, %d asked for", n, want)
		case r.ended() != nil:
			return 0, r.stopped("source")
		case n > 0 || err == io.EOF:
			return n, err
		}
	}
	return 0, fmt.Errorf("source: read: %w", io.ErrNoProgress)
}

// runStage processes blocks until the link before it is complete, then flushes.
func (r *runner) runStage(i int) (err error) {
	s := stageRun{
		Stage: r.Stages[i],
		out:   r.links[i+1],
	}
	defer func() {
		err = stageError(r.names[i], err)
		st := &r.stats.Stages[i]
		st.FramesIn, st.FramesOut, st.Busy = s.framesIn, s.framesOut, s.busy
	}()
	in := r.links[i]
	for {
		block, more, err := in.receive(r.ctx)
		if err != nil {
			return r.ended()
		}
		if !more {
			if err := dsp.CheckLength(s.Stage, s.framesIn); err != nil {
				return err
			}
		}
		// An empty result was not sent, so the block may still be here.
		if s.block == nil {
			if s.block, err = s.out.acquire(r.ctx); err != nil {
				return r.ended()
			}
		}
		if !more {
			// Waiting may have taken long, and after a failure nothing is flushed.
			if r.ended() != nil {
				return r.ended()
			}
			return s.finish()
		}
		if err := s.process(block, in.channels); err != nil {
			return err
		}
		in.release(block)
	}
}

// A stageRun is a stage at work.
type stageRun struct {
	Stage
	out                 *link
	block               []float32 // owned, empty, or nil
	framesIn, framesOut int64
	busy                time.Duration
}

// process passes one block on.
func (s *stageRun) process(src []float32, channels int) error {
	start := time.Now()
	got := s.Process(s.block, src)
	s.busy += time.Since(start)
	s.framesIn += int64(len(src) / channels)
	return s.emit(got)
}

// finish ends a complete stream.
func (s *stageRun) finish() error {
	start := time.Now()
	got := s.Flush(s.block)
	s.busy += time.Since(start)
	if err := s.emit(got); err != nil {
		return err
	}
	if want := s.OutFrames(s.framesIn); s.framesOut != want {
		return fmt.Errorf("emitted %d frames for %d, announced %d", s.framesOut, s.framesIn, want)
	}
	s.out.complete()
	return nil
}

// emit sends what a processor has appended to the block, if anything.
func (s *stageRun) emit(got []float32) error {
	switch {
	case len(got) == 0:
		return nil
	case len(got) > cap(s.block) || &got[0] != &s.block[:1][0]:
		return fmt.Errorf("appended %d values, MaxOutFrames allowed %d", len(got), cap(s.block))
	case len(got)%s.out.channels != 0:
		return fmt.Errorf("appended %d values, not whole frames of %d channels", len(got), s.out.channels)
	}
	s.framesOut += int64(len(got) / s.out.channels)
	s.out.send(got)
	s.block = nil
	return nil
}

// runSink writes until the last link is complete.
func (r *runner) runSink() error {
	in := r.links[len(r.links)-1]
	var total int64
	defer func() { r.stats.FramesOut = total }()
	for {
		block, more, err := in.receive(r.ctx)
		if err != nil || !more && r.ended() != nil {
			return r.stopped("sink")
		}
		if !more {
			return nil
		}
		if err := r.Sink.Write(block); err != nil {
			return r.failed("sink", "write", err)
		}
		total += int64(len(block) / in.channels)
		in.release(block)
	}
}
