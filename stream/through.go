package stream

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
)

// Through returns a Sink that takes the frames stage s takes, and gives those it makes of them to sink: a stage for one of
// the two sinks of a Tee. It runs in the goroutine that writes. After the largest Write nothing is allocated.
func Through(s Stage, sink Sink) Sink { return &through{stage: s, sink: sink} }

type through struct {
	stage    Stage
	sink     Sink
	channels int // of the frames taken
	frames   int64
	buf      []float32
}

func (t *through) Open(f Format, frames int64) error {
	in, out := t.stage.Channels()
	if in != f.Channels {
		return fmt.Errorf("stage %s takes %d channels, but is given %d", t.stage.Name, in, f.Channels)
	}
	rate, err := f.Rate.Scale(t.stage.Ratio())
	if err != nil {
		return fmt.Errorf("stage %s: %w", t.stage.Name, err)
	}
	if frames >= 0 {
		if err := dsp.CheckLength(t.stage, frames); err != nil {
			return fmt.Errorf("stage %s: %w", t.stage.Name, err)
		}
		frames = t.stage.Frames(frames)
	}
	t.stage.Reset()
	t.channels, t.frames = f.Channels, 0
	return t.sink.Open(Format{Rate: rate, Channels: out}, frames)
}

func (t *through) Write(frames []float32) error {
	t.frames += int64(len(frames) / t.channels)
	t.buf = t.stage.Process(t.buf[:0], frames)
	return t.give()
}

// give writes what the stage has made, if anything.
func (t *through) give() error {
	if len(t.buf) == 0 {
		return nil
	}
	return t.sink.Write(t.buf)
}

func (t *through) Close(cause error) error {
	if cause != nil {
		return t.sink.Close(cause)
	}
	err := dsp.CheckLength(t.stage, t.frames)
	if err != nil {
		err = fmt.Errorf("stage %s: %w", t.stage.Name, err)
	} else {
		t.buf = t.stage.Flush(t.buf[:0])
		err = t.give()
	}
	if err == nil {
		return t.sink.Close(nil)
	}
	t.sink.Close(err)
	return err
}
