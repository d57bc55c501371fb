package stream

import (
	"io"
	"time"

	"github.com/tailwave/tailwave/dsp"
)

// runSource reads until the end of the source, and then completes the first link. After a failure the link stays open.
func (r *runner) runSource() error {
	out := r.links[0]
	var total int64
	defer func() { r.stats.FramesIn = total }()
	for {
		block, err := out.acquire(r.ctx)
		if err != nil {
			return r.stopped("source")
		}
		n, err := readFrames(r.Source, block[:cap(block)], out.channels, r.afterRead)
		if err != nil && err != io.EOF {
			return err
		}
		total += int64(n)
		if err := r.checkTotal(total, err == io.EOF); err != nil {
			return err
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

// afterRead returns an error if the read failed with err, or if the run has ended.
func (r *runner) afterRead(err error) error {
	if err != nil {
		return r.failed("source", "read", err)
	}
	if r.ended() != nil {
		return r.stopped("source")
	}
	return nil
}

// runStage processes blocks until the link before the stage is complete, then flushes the stage.
func (r *runner) runStage(i int) (err error) {
	in, out := r.links[i], r.links[i+1]
	s := stageRun{Stage: r.Stages[i], in: in.channels, out: out.channels}
	var busy time.Duration
	defer func() {
		err = stageError(r.names[i], err)
		st := &r.stats.Stages[i]
		st.FramesIn, st.FramesOut, st.Busy = s.framesIn, s.framesOut, busy
	}()
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
		// s.block is still here if the stage emitted nothing for the last block.
		if s.block == nil {
			if s.block, err = out.acquire(r.ctx); err != nil {
				return r.ended()
			}
		}
		// The run may have failed while acquire waited, and after a failure no stage is flushed.
		if !more && r.ended() != nil {
			return r.ended()
		}
		var got []float32
		start := time.Now()
		if more {
			got, err = s.process(block)
		} else {
			got, err = s.finish()
		}
		busy += time.Since(start)
		if err != nil {
			return err
		}
		if len(got) > 0 {
			out.send(got)
			s.block = nil
		}
		if !more {
			out.complete()
			return nil
		}
		in.release(block)
	}
}

// runSink opens the sink when the first frames or the end of an empty stream arrive, and writes until the last link is
// complete. Run closes the sink.
func (r *runner) runSink() error {
	in := r.links[len(r.links)-1]
	var total int64
	defer func() { r.stats.FramesOut = total }()
	for {
		block, more, err := in.receive(r.ctx)
		if err != nil || (!more || !r.stats.Opened) && r.ended() != nil {
			return r.stopped("sink")
		}
		if !r.stats.Opened {
			if err := r.Sink.Open(r.format, r.total); err != nil {
				return r.failed("sink", "open", err)
			}
			r.stats.Opened = true
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
