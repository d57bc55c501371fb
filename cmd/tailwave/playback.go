package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/live"
)

// playFlags say where to play.
type playFlags struct {
	device  string
	latency string
	verbose bool
}

func (o *playFlags) add(cmd *cobra.Command, prefix string) {
	f := cmd.Flags()
	f.StringVar(&o.device, "device", "", prefix+"name, or part of it, or index, as \"tailwave devices\" lists them; if not given, the default one")
	f.StringVar(&o.latency, "latency", "high", prefix+"size of the device's buffer: low or high, as the device has it, or 1 to 2000 milliseconds")
	f.BoolVarP(&o.verbose, "verbose", "v", false, prefix+"say how, and let through what the sound system itself writes")
}

// A playback is a device, the sink that plays on it, and the measurements for its summary.
type playback struct {
	host    live.Host
	device  live.Device
	latency time.Duration
	verbose bool
	start   time.Time // of the command

	format live.Format
	sink   *live.Sink
	loads  []*live.Load
}

// answerTime is how long the sound system may take to say what there is.
const answerTime = 10 * time.Second

// openHost opens the sound system. A server that hangs is left to the end of the process.
func (a *app) openHost(verbose bool) (live.Host, error) {
	type answer struct {
		host live.Host
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		host, err := a.sound(verbose)
		got <- answer{host, err}
	}()
	select {
	case g := <-got:
		return g.host, g.err
	case <-time.After(answerTime):
		return nil, fmt.Errorf("the sound system has not answered for %v", answerTime)
	}
}

// open finds the device. The caller closes what it returns.
func (o *playFlags) open(a *app, start time.Time) (*playback, error) {
	p := &playback{verbose: o.verbose, start: start}
	var err error
	if p.host, err = a.openHost(o.verbose); err != nil {
		return nil, err
	}
	devices, err := p.host.Devices()
	if err == nil {
		p.device, err = live.Find(devices, o.device)
	}
	if err == nil {
		if p.latency, err = p.device.ParseLatency(o.latency); err != nil {
			err = usagef("--latency %q: %w", o.latency, err)
		}
	}
	if err != nil {
		p.close()
		return nil, err
	}
	// After an interrupt what the device has is heard to its end, twice as long if a server takes it from there.
	a.grace.Store(int64(2*time.Second + 2*p.latency))
	return p, nil
}

// close releases the sound system. p may be nil: nothing is played.
func (p *playback) close() {
	if p != nil {
		p.host.Close()
	}
}

// stdin returns a reader of standard input that an interrupt ends, so that there is time to finish. A regular file,
// which does not keep anybody waiting, stays what it is. p may be nil.
func (p *playback) stdin(ctx context.Context, r io.Reader) io.Reader {
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return r
		}
	}
	if p == nil {
		return r
	}
	return interruptible(ctx, r)
}

// choose settles the format in which frames of that rate are handed to the device. If exact, the rate must not change.
func (p *playback) choose(rate, channels int, samples pcm.Format, exact bool) (err error) {
	p.format, err = live.ChooseFormat(p.host, p.device, live.Format{Rate: rate, Channels: channels, Samples: samples}, exact)
	return err
}

// newSink makes the sink, which has to be given the rate chosen.
func (p *playback) newSink(ctx context.Context, dither bool) *live.Sink {
	p.sink = live.NewSink(ctx, p.host, live.Options{Device: p.device, Format: p.format, Latency: p.latency, Dither: dither})
	return p.sink
}

// A failFastSink cancels the run as soon as the device fails. It is for a device that is the only sink: after
// an error of Open or Write alone the run would end only when the source returns from its read, which may take long.
type failFastSink struct {
	*live.Sink
	fail context.CancelCauseFunc // cancels the run
}

func (s failFastSink) Open(f stream.Format, frames int64) error {
	return s.failFast(s.Sink.Open(f, frames))
}

func (s failFastSink) Write(frames []float32) error { return s.failFast(s.Sink.Write(frames)) }

// failFast cancels the run with err, unless that is nil.
func (s failFastSink) failFast(err error) error {
	if err != nil {
		s.fail(err)
	}
	return err
}

// measure times the blocks of stages that begin with frames of the given rate.
func (p *playback) measure(stages []stream.Stage, rate stream.Rate) error {
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

// describe says how it is going to be played.
func (p *playback) describe(w io.Writer) {
	if p.verbose && p.sink != nil {
		fmt.Fprintf(w, "device  %d %q of %s: %d Hz, %s, %s, buffer of %.1f ms\n",
			p.device.Index, printable(p.device.Name), p.device.API,
			p.format.Rate, count(int64(p.format.Channels), "channel"), p.format.Samples, 1000*p.latency.Seconds())
	}
}

// summary tells in one line how it went, if anything was heard. p may be nil.
func (p *playback) summary(w io.Writer, from string) {
	if p == nil || p.sink == nil {
		return
	}
	s := p.sink.Stats()
	if s.First.IsZero() {
		return
	}
	fmt.Fprintf(w, "%s -> %s: %s, %.3f s, first sample after %.3f s, %s, lowest buffer fill %.0f %% of %.0f ms",
		printable(from), printable(p.device.Name),
		count(s.Frames, "frame"), float64(s.Frames)/float64(p.format.Rate), s.First.Sub(p.start).Seconds(),
		gaps(s), 100*s.Lowest.Seconds()/max(s.Buffer.Seconds(), 1e-9), 1000*s.Buffer.Seconds())
	if l := p.slowest(); l != nil {
		var shares []string
		for _, q := range []float64{0.5, 0.99, 0.999, 1} {
			shares = append(shares, fmt.Sprintf("%.3g", 100*l.Quantile(q)))
		}
		fmt.Fprintf(w, ", block time %s %% of its deadline (p50, p99, p99.9, max)", strings.Join(shares, ", "))
	}
	if s.NaNs > 0 {
		fmt.Fprintf(w, ", %d NaN", s.NaNs)
	}
	fmt.Fprintln(w)
}

// gaps tells how often the device ran empty, and where in what was played.
func gaps(s live.Stats) string {
	said := count(s.Underruns, "underrun")
	if s.Underruns == 0 {
		return said
	}
	var at []string
	for _, gap := range s.Gaps {
		at = append(at, fmt.Sprintf("%.2f", gap.Seconds()))
	}
	if int64(len(at)) < s.Underruns {
		at = append(at, "...")
	}
	return fmt.Sprintf("%s (at %s s)", said, strings.Join(at, ", "))
}

// slowest returns the stage nearest to being too slow, or nil if there is none.
func (p *playback) slowest() *live.Load {
	var most *live.Load
	for _, l := range p.loads {
		if l.Blocks() > 0 && (most == nil || l.Quantile(0.99) > most.Quantile(0.99)) {
			most = l
		}
	}
	return most
}

// A completeOnInterrupt is a fileSink that keeps its file after an interrupt: the file holds the sound up to there.
// After any other failure the file is removed.
type completeOnInterrupt struct {
	*fileSink
	ctx context.Context
}

func (s completeOnInterrupt) Close(cause error) error {
	if s.ctx.Err() != nil {
		cause = nil
	}
	return s.fileSink.Close(cause)
}
