package stream

import "github.com/tailwave/tailwave/dsp"

// Through returns a Sink that passes its frames through the stage s and writes the result to sink. It puts a stage in
// front of one of the two sinks of a [Tee].
//
// The stage runs in the goroutine that writes. Open resets it and becomes its owner until Close; it fails with a
// *StageError if the frames do not fit the stage, or if the stage has another owner. Memory is allocated for the
// largest Write, and then reused.
func Through(s Stage, sink Sink) Sink { return &through{stage: s, sink: sink} }

type through struct {
	stage    Stage
	sink     Sink
	channels int // of the frames consumed
	frames   int64
	buf      []float32
	release  func() // ends the ownership of the stage
}

func (t *through) Open(f Format, frames int64) error {
	name := stageName(0, t.stage)
	out, err := t.stage.outFormat(f, "its source")
	if err != nil {
		return stageError(name, err)
	}
	if frames >= 0 {
		if err := dsp.CheckLength(t.stage, frames); err != nil {
			return stageError(name, err)
		}
		frames = t.stage.OutFrames(frames)
	}
	if t.release, err = acquire([]Stage{t.stage}); err != nil {
		return err
	}
	opened := false
	defer func() {
		if !opened { // also if the stage or the sink panics
			t.release()
		}
	}()
	t.stage.Reset()
	t.channels, t.frames = f.Channels, 0
	err = t.sink.Open(out, frames)
	opened = err == nil
	return err
}

func (t *through) Write(frames []float32) error {
	t.frames += int64(len(frames) / t.channels)
	t.buf = t.stage.Process(t.buf[:0], frames)
	return t.emit()
}

// emit writes the frames that the stage has emitted, if any.
func (t *through) emit() error {
	if len(t.buf) == 0 {
		return nil
	}
	return t.sink.Write(t.buf)
}

func (t *through) Close(cause error) error {
	defer t.release()
	if cause != nil {
		return t.sink.Close(cause)
	}
	err := dsp.CheckLength(t.stage, t.frames)
	if err != nil {
		err = stageError(stageName(0, t.stage), err)
	} else {
		t.buf = t.stage.Flush(t.buf[:0])
		err = t.emit()
	}
	if err == nil {
		return t.sink.Close(nil)
	}
	t.sink.Close(err)
	return err
}
