package playback

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/stream/live"
)

// Flags are the flags for the sound device.
type Flags struct {
	device  string
	latency string
	verbose bool
}

// Add defines the flags. The usage of --verbose begins with when, the condition under which the flags have an effect.
func (o *Flags) Add(cmd *cobra.Command, when string) {
	f := cmd.Flags()
	f.StringVar(&o.device, "device", "", "`device` to play on: its index, its name or a part of its name, from the list of \"tailwave devices\" (default: the system's default device)")
	f.StringVar(&o.latency, "latency", "high", "`size` of the device's buffer: low or high, as the device defines them, or milliseconds from 1 to 2000, such as 50")
	f.BoolVarP(&o.verbose, "verbose", "v", false, when+"print how the sound is played, and the sound system's own messages")
}

// CheckUnused returns an error if one of the flags is set, for a command that does not play.
func (o *Flags) CheckUnused(cmd *cobra.Command) error {
	for _, name := range []string{"device", "latency", "verbose"} {
		if cmd.Flags().Changed(name) {
			return cli.Usagef("--%s goes with --play: set --play, or leave out --%s", name, name)
		}
	}
	return nil
}

// An Opener opens the sound system. With verbose, the messages of the system itself are not suppressed.
type Opener func(verbose bool) (live.Host, error)

// answerTime is how long the sound system may take to open.
const answerTime = 10 * time.Second

// Host opens the sound system. The goroutine of a system that hangs lasts until the process ends.
func (open Opener) Host(verbose bool) (live.Host, error) {
	type answer struct {
		host live.Host
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		host, err := open(verbose)
		got <- answer{host, err}
	}()
	select {
	case g := <-got:
		return g.host, g.err
	case <-time.After(answerTime):
		return nil, fmt.Errorf("the sound system has not answered for %v: restart the sound server", answerTime)
	}
}

// Open finds the device that the flags name. start is when the command started. The caller closes the playback.
func (o *Flags) Open(ctx context.Context, open Opener, start time.Time) (*Playback, error) {
	host, err := open.Host(o.verbose)
	if err != nil {
		return nil, err
	}
	p := newPlayback(ctx, host)
	p.verbose, p.start = o.verbose, start
	devices, err := host.Devices()
	if err == nil {
		p.device, err = live.Find(devices, o.device)
	}
	if err == nil {
		if p.latency, err = p.device.ParseLatency(o.latency); err != nil {
			err = cli.Usagef("--latency %q: %w", o.latency, err)
		}
	}
	if err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}
