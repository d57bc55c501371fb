package command

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/playback"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// soundFlags are the flags of commands that output sound: its destination and its encoding.
type soundFlags struct {
	rate   int64
	format string
	raw    string
	gain   cli.Gain
	play   bool
	device playback.Flags
	output cli.OutputFlags
	quiet  bool
}

// encoding returns the encoding of the file at path.
func (o *soundFlags) encoding(cmd *cobra.Command, path string) (cli.Encoding, error) {
	e, err := cli.SoundEncoding(path, o.format, cmd.Flags().Changed("format"), o.raw)
	if err != nil {
		return e, err
	}
	names, bare := fileio.SoundOrArrayNames, ""
	if o.raw != "" {
		names, bare = fileio.BareSampleNames, "."+o.raw
	}
	return e, cli.CheckOut(cmd, path, names, bare)
}

// samples returns the format of the samples for the device: S16 if the file at path has S16, else F32.
func (o *soundFlags) samples(path string) pcm.Format {
	if o.raw == "s16" || o.raw == "" && !fileio.IsArray(path) && o.format == pcm.S16.String() {
		return pcm.S16
	}
	return pcm.F32
}

// A soundOutput is the destination of the sound of a command: a file, a device, or both.
type soundOutput struct {
	*soundFlags
	encoding cli.Encoding
	gain     cli.Gain
	meter    *cli.Meter // not nil while a first pass measures the sound
	terminal playback.Terminal
	player   *playback.Playback // nil if nothing is played
	path     string             // "" for no file
	file     *fileio.Sink       // nil for no file
	start    time.Time
}

// open checks the file, and opens the device if the sound is to be played. The caller closes the output.
func (o *soundFlags) open(ctx context.Context, a *app, cmd *cobra.Command, path string) (*soundOutput, error) {
	e, err := o.encoding(cmd, path)
	if err != nil {
		return nil, err
	}
	if !o.play {
		if err := o.device.CheckUnused(cmd); err != nil {
			return nil, err
		}
	}
	if path == "" && o.output.Sync {
		return nil, cli.Usagef("--sync goes with OUT: name a file, or leave out --sync")
	}
	out := &soundOutput{soundFlags: o, encoding: e, gain: o.gain, terminal: a.terminal(cmd, o.quiet), path: path, start: time.Now()}
	if path != "" {
		d := a.destination(cmd, path, o.output)
		if err := d.Check(); err != nil {
			return nil, err
		}
		out.file = fileio.NewSink(d, e.Sink)
	}
	if o.play {
		out.player, err = a.play(ctx, &o.device, out.start)
	}
	return out, err
}

func (s *soundOutput) close() { s.player.Close() }

// passes calls pass, which opens the input at inPath and ends with run, once or, for a gain of auto, twice.
func (s *soundOutput) passes(inPath string, stdin io.Reader, pass func() error) error {
	return s.gain.Passes(inPath, stdin, s.encoding, func(m *cli.Meter) error {
		s.meter = m
		return pass()
	})
}

// run runs the pipeline into the file and the device, and prints the summary. If the pass only measures, it runs the
// pipeline into the meter.
func (s *soundOutput) run(ctx context.Context, p stream.Pipeline, inPath string, options ...dsp.Option) error {
	f, err := p.OutFormat()
	if err != nil {
		return err
	}
	if s.meter != nil {
		p.Sink = s.meter
		_, err = p.Run(ctx)
		return err
	}
	gain, err := s.gain.Stages(f.Channels)
	if err != nil {
		return err
	}
	p.Stages = append(p.Stages, gain...)
	p.Sink = s.file
	if s.player != nil {
		if p.Sink, err = s.player.Along(s.file, f, s.samples(s.path), options...); err != nil {
			return err
		}
		if err := s.player.Measure(p.Stages, p.Source.Format().Rate); err != nil {
			return err
		}
	}
	_, err = s.player.Run(ctx, p, s.terminal)
	written := s.file != nil && s.file.Complete()
	if written {
		stats := s.file.Stats()
		seconds := float64(stats.Frames) / f.Rate.Float()
		if !s.quiet {
			cli.Summary(s.terminal.W, inPath, s.path, cli.Count(stats.Frames, "sample"), cli.Seconds(seconds),
				cli.Speed(seconds, time.Since(s.start)), s.gain.Summary(), cli.Peak(stats))
		}
		s.gain.Loss(inPath, s.path, stats, f.Channels, s.encoding).Report(s.terminal.W)
	}
	if !s.quiet {
		s.player.Summary(s.terminal.W, inPath)
	}
	if !written { // the device loses the same samples as the file
		s.player.Loss(s.terminal.W, inPath, err, s.gain.Cure)
	}
	return err
}
