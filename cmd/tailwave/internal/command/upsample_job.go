package command

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// An upsampleJob converts one file.
type upsampleJob struct {
	in      *fileio.WAV
	stages  []stream.Stage
	sink    *fileio.Sink
	gain    *cli.Gain
	options wav.Options
	chunk   int // frames; 0 leaves the choice to the pipeline

	stats  stream.Stats
	copied pcm.Stats // of the samples that were copied
}

// convert runs the stages.
func (j *upsampleJob) convert(ctx context.Context, progress *cli.Progress) (err error) {
	p := stream.Pipeline{Source: &j.in.Source, Stages: j.stages, Sink: j.sink, BlockFrames: j.chunk, Progress: progress.Set}
	if j.stats, err = p.Run(ctx); err != nil {
		return err
	}
	return j.in.Partial()
}

// fitGain runs the stages without writing a file, and sets the gain of --gain auto from the peak.
func (j *upsampleJob) fitGain(ctx context.Context, progress *cli.Progress) error {
	defer progress.End()
	meter := cli.NewMeter(cli.Encoding{Samples: j.options.Encoding, Dither: j.options.Dither})
	p := stream.Pipeline{Source: &j.in.Source, Stages: j.stages, Sink: meter, BlockFrames: j.chunk, Progress: progress.Set}
	_, err := p.Run(ctx)
	j.gain.Fit(meter)
	return err
}

// copy copies the bytes of the samples, so that no encoding loses a bit. Only NaN is changed, to the one bit pattern
// that all writers use. Like a pipeline, copy opens the sink when the first frames, or the end of an empty stream,
// arrive.
func (j *upsampleJob) copy(ctx context.Context, progress *cli.Progress) (err error) {
	opened := false
	defer func() {
		if opened {
			if e := j.sink.Close(err); err == nil {
				err = e
			}
		}
		if err == nil {
			err = j.in.Partial()
		}
	}()
	info, frames, block := j.in.Info(), j.in.Frames(), stream.DefaultBlockFrames
	if j.chunk > 0 {
		block = min(block, j.chunk)
	}
	raw := make([]byte, block*info.FrameBytes())
	samples := make([]float32, len(raw)/info.Encoding.Bytes())
	for {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		n, err := j.in.Reader.ReadRaw(raw)
		end := err != nil && j.in.Ends(err)
		if err != nil && !end {
			return j.in.Named(err)
		}
		if !opened {
			if err := j.sink.Open(j.in.Format(), frames); err != nil {
				return err
			}
			opened = true
		}
		if n > 0 {
			if err := j.sink.Inner().(*wav.Writer).WriteRaw(raw[:n]); err != nil {
				return fileio.Name(j.sink.Name(), err)
			}
			j.measure(samples[:pcm.Decode(samples, raw[:n], info.Encoding)])
			j.stats.FramesIn += int64(n / info.FrameBytes())
			progress.Set(j.stats.FramesIn)
		}
		if end {
			j.stats.FramesOut = j.stats.FramesIn
			return nil
		}
	}
}

// measure adds copied samples to the statistics.
func (j *upsampleJob) measure(samples []float32) {
	for _, v := range samples {
		if v != v {
			j.copied.NaNs++
		} else {
			j.copied.Peak = max(j.copied.Peak, v, -v)
		}
	}
}

// written returns the statistics of the samples in the file.
func (j *upsampleJob) written() pcm.Stats {
	s := j.sink.Stats()
	s.Peak, s.NaNs = max(s.Peak, j.copied.Peak), s.NaNs+j.copied.NaNs
	return s
}

// summary prints what the file holds and, if verbose, the frames and the time of each stage.
func (j *upsampleJob) summary(w io.Writer, inPath, outPath string, outRate int64, elapsed time.Duration, verbose bool) {
	s := j.written()
	seconds := float64(s.Frames) / float64(outRate)
	cli.Summary(w, inPath, outPath, cli.Count(s.Frames, "frame"), cli.Seconds(seconds), cli.Speed(seconds, elapsed), j.gain.Summary(), cli.Peak(s))
	if !verbose {
		return
	}
	for _, st := range j.stats.Stages {
		fmt.Fprintf(w, "%-8s %d -> %d frames, busy %v of %v\n", st.Name, st.FramesIn, st.FramesOut,
			st.Busy.Round(time.Millisecond), elapsed.Round(time.Millisecond))
	}
}
