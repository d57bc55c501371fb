package playback

import (
	"context"
	"io"
	"time"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/live"
)

// A Playback is a device, the sink that plays on it, and the measurements for the summary. A nil *Playback is valid for
// a command that does not play: Run still runs the pipeline.
type Playback struct {
	host    live.Host
	device  live.Device
	latency time.Duration
	verbose bool
	start   time.Time // of the command

	interrupted context.Context         // ends when the user interrupts
	running     context.Context         // ends also when the device fails
	fail        context.CancelCauseFunc // ends running

	format live.Format
	dither bool
	sink   *live.Sink
	loads  []*live.Load
}

func newPlayback(ctx context.Context, host live.Host) *Playback {
	p := &Playback{host: host, interrupted: ctx}
	p.running, p.fail = context.WithCancelCause(ctx)
	return p
}

// Close releases the sound system.
func (p *Playback) Close() {
	if p != nil {
		p.fail(nil)
		p.host.Close()
	}
}

// Grace returns how long the command may take to end after an interrupt: the device plays its buffer to the end, which
// takes up to twice its length if a sound server reads from it.
func (p *Playback) Grace() time.Duration { return 2*time.Second + 2*p.latency }

// Stdin returns a reader of standard input that an interrupt ends, so that there is time to complete OUT. It returns a
// regular file as it is: reading one does not block.
func (p *Playback) Stdin(r io.Reader) io.Reader {
	if p == nil || fileio.IsRegular(r) {
		return r
	}
	return fileio.Interruptible(p.running, r)
}

// Choose selects the format of the device for frames of a rate and a number of channels. With exact, another rate is an
// error.
func (p *Playback) Choose(rate, channels int, samples pcm.Format, exact bool) (err error) {
	p.format, err = live.ChooseFormat(p.host, p.device, live.Format{Rate: rate, Channels: channels, Samples: samples}, exact)
	return err
}

// Rate returns the sample rate that Choose has selected, in Hz.
func (p *Playback) Rate() int { return p.format.Rate }

// Measure times the blocks of stages. rate is the frame rate of the first stage's input.
func (p *Playback) Measure(stages []stream.Stage, rate stream.Rate) error {
	for i := range stages {
		p.loads = append(p.loads, live.Measure(&stages[i], rate))
		var err error
		shape := stages[i].Shape()
		if rate, err = rate.Scale(shape.Up, shape.Down); err != nil {
			return err
		}
	}
	return nil
}

// Run runs the pipeline, with a meter while it plays, and without one if p is nil.
func (p *Playback) Run(ctx context.Context, pipeline stream.Pipeline, t Terminal) (stream.Stats, error) {
	if p == nil {
		return pipeline.Run(ctx)
	}
	if p.sink == nil {
		return pipeline.Run(p.running)
	}
	p.describe(t.W)
	defer watchSuspend(p.sink)()
	m := p.startMeter(t)
	defer m.end()
	return pipeline.Run(p.running)
}

// A Terminal is where a command writes its messages.
type Terminal struct {
	W     io.Writer
	Quiet bool
	Line  *cli.StatusLine
}
