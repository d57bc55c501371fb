package playback

import (
	"fmt"
	"io"
	"strings"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/live"
)

// describe prints the device and its format, if verbose.
func (p *Playback) describe(w io.Writer) {
	if p.verbose {
		fmt.Fprintf(w, "device  %d %q of %s: %d Hz, %s, %s, buffer of %.1f ms\n",
			p.device.Index, cli.Printable(p.device.Name), p.device.API,
			p.format.Rate, cli.Count(int64(p.format.Channels), "channel"), p.format.Samples, 1000*p.latency.Seconds())
	}
}

// Summary writes one line about the playback, if the device played any sound.
func (p *Playback) Summary(w io.Writer, from string) {
	if p == nil || p.sink == nil {
		return
	}
	s := p.sink.Stats()
	if s.First.IsZero() {
		return
	}
	parts := []string{
		cli.Count(s.Frames, "frame"),
		cli.Seconds(float64(s.Frames) / float64(p.format.Rate)),
		"first sample after " + cli.Seconds(s.First.Sub(p.start).Seconds()),
		gaps(s),
		fmt.Sprintf("lowest buffer fill %.0f %% of %.0f ms", 100*s.Lowest.Seconds()/max(s.Buffer.Seconds(), 1e-9), 1000*s.Buffer.Seconds()),
	}
	if l := p.slowest(); l != nil {
		var shares []string
		for _, q := range []float64{0.5, 0.99, 0.999, 1} {
			shares = append(shares, fmt.Sprintf("%.3g", 100*l.Quantile(q)))
		}
		parts = append(parts, fmt.Sprintf("block time %s %% of its deadline (p50, p99, p99.9, max)", strings.Join(shares, ", ")))
	}
	cli.Summary(w, from, p.device.Name, parts...)
}

// Loss reports the loss of the samples for the device, if it played any and the run ended without an error or by an
// interrupt. cure returns what to do about clipped samples, as [cli.Gain.Cure] does.
func (p *Playback) Loss(w io.Writer, from string, err error, cure func(e cli.Encoding, peak float32) string) {
	if p == nil || p.sink == nil || err != nil && p.interrupted.Err() == nil {
		return
	}
	s := p.sink.Stats()
	if s.First.IsZero() {
		return
	}
	cli.Loss{In: from, Out: p.device.Name, Stats: pcm.Stats{Clipped: s.Clipped, NaNs: s.NaNs}, Zeros: true,
		Cure: cure(cli.Encoding{Samples: p.format.Samples, Dither: p.dither}, s.Peak)}.Report(w)
}

// gaps returns the number of underruns and their times in the sound.
func gaps(s live.Stats) string {
	text := cli.Count(s.Underruns, "underrun")
	if s.Underruns == 0 {
		return text
	}
	var at []string
	for _, gap := range s.Gaps {
		at = append(at, fmt.Sprintf("%.2f", gap.Seconds()))
	}
	if int64(len(at)) < s.Underruns {
		at = append(at, "...")
	}
	return fmt.Sprintf("%s (at %s s)", text, strings.Join(at, ", "))
}

// slowest returns the load of the stage that is nearest to being too slow; nil if no block was computed.
func (p *Playback) slowest() *live.Load {
	var most *live.Load
	for _, l := range p.loads {
		if l.Blocks() > 0 && (most == nil || l.Quantile(0.99) > most.Quantile(0.99)) {
			most = l
		}
	}
	return most
}
