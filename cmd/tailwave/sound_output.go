package main

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
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/stream/raw"
	"github.com/tailwave/tailwave/stream/wav"
)

// soundFlags are the flags of commands that make sound: where it goes, and how it is written.
type soundFlags struct {
	rate   int64
	format string
	raw    string
	play   bool
	device playback.Flags
	output cli.OutputFlags
	quiet  bool
}

// encoder returns what encodes the samples for the file at path.
func (o *soundFlags) encoder(cmd *cobra.Command, path string) (func(io.Writer) stream.Sink, error) {
	encoding, err := pcm.Parse(o.format)
	if err != nil {
		return nil, cli.Usagef("--format %q: must be pcm8, pcm16, pcm24, pcm32, f32 or f64", o.format)
	}
	array := fileio.IsArray(path)
	switch {
	case (o.raw != "" || array) && cmd.Flags().Changed("format"):
		return nil, cli.Usagef("--format goes with WAV output")
	case o.raw != "":
		samples, ok := deviceSamples[o.raw]
		if !ok {
			return nil, cli.Usagef("--raw %q: must be s16 or f32", o.raw)
		}
		if err := cli.CheckOut(cmd, path, fileio.BareSampleNames, "."+o.raw); err != nil {
			return nil, err
		}
		options := raw.Options{Encoding: samples, Dither: !samples.Float()}
		return func(w io.Writer) stream.Sink { return raw.NewWriter(w, options) }, nil
	}
	if err := cli.CheckOut(cmd, path, fileio.SoundOrArrayNames, ""); err != nil {
		return nil, err
	}
	if array {
		return func(w io.Writer) stream.Sink { return npy.NewWriter(w, npy.Options{Vector: true}) }, nil
	}
	options := wav.Options{Encoding: encoding, Dither: !encoding.Float() && encoding != pcm.S32}
	return func(w io.Writer) stream.Sink { return wav.NewWriter(w, options) }, nil
}

// samples returns the samples for the device: S16 if the file has S16, else F32.
func (o *soundFlags) samples(path string) pcm.Format {
	if o.raw == "s16" || o.raw == "" && !fileio.IsArray(path) && o.format == pcm.S16.String() {
		return pcm.S16
	}
	return pcm.F32
}

// A soundOutput is where the sound of a command goes: a file, a device, or both.
type soundOutput struct {
	*soundFlags
	terminal playback.Terminal
	player   *playback.Playback // nil if nothing is played
	path     string             // "" for no file
	file     *fileio.Sink       // nil for no file
	start    time.Time
}

// open checks the file, and opens the device if the sound is to be played. The caller closes the output.
func (o *soundFlags) open(ctx context.Context, a *app, cmd *cobra.Command, path string) (*soundOutput, error) {
	encode, err := o.encoder(cmd, path)
	if err != nil {
		return nil, err
	}
	if !o.play {
		if err := o.device.CheckUnused(cmd); err != nil {
			return nil, err
		}
	}
	if path == "" && o.output.Sync {
		return nil, cli.Usagef("--sync goes with OUT: name a file, or leave --sync out")
	}
	out := &soundOutput{soundFlags: o, terminal: a.terminal(cmd, o.quiet), path: path, start: time.Now()}
	if path != "" {
		d := a.destination(cmd, path, o.output)
		if err := d.Check(); err != nil {
			return nil, err
		}
		out.file = fileio.NewSink(d, encode)
	}
	if o.play {
		out.player, err = a.play(ctx, &o.device, out.start)
	}
	return out, err
}

func (s *soundOutput) close() { s.player.Close() }

// run sets the sink of the pipeline, runs it, and says how it went.
func (s *soundOutput) run(ctx context.Context, p stream.Pipeline, inPath string, options ...dsp.Option) error {
	f, err := p.OutFormat()
	if err != nil {
		return err
	}
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
	if s.quiet {
		return err
	}
	if s.file != nil && s.file.Complete() {
		stats := s.file.Stats()
		seconds := float64(stats.Frames) / f.Rate.Float()
		cli.Summary(s.terminal.W, inPath, s.path, cli.Count(stats.Frames, "sample"), cli.Seconds(seconds),
			cli.Speed(seconds, time.Since(s.start)), cli.Levels(stats))
	}
	s.player.Summary(s.terminal.W, inPath)
	return err
}
