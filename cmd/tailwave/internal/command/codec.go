package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/vocoder"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/lyra"
)

func newCodecCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "codec",
		Short: "Encode speech at 3.2, 6.0 or 9.2 kbit/s, and decode it",
		Long: `codec encodes speech with the Lyra 1.2.0 codec at 3.2, 6.0 or 9.2 kbit/s, and
decodes it.

The codec works at 16 kHz, mono, in hops of 20 ms. --model is the folder of its
three TensorFlow Lite files; "tailwave models" lists where they are published.`,
		Example: `  tailwave codec encode speech.wav speech.lyra --model lyra/
  tailwave codec decode speech.lyra decoded.wav --model lyra/
  tailwave codec encode speech.wav - --model lyra/ | wc -c`,
		Args: cli.UnknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newEncodeCommand(a), newDecodeCommand(a))
	return cmd
}

// codecOptions are the flags that encode and decode share, except those of OUT and --quiet.
type codecOptions struct {
	model   string
	chunk   int
	threads cli.Threads
}

func (o *codecOptions) addFlags(cmd *cobra.Command, output *cli.OutputFlags, quiet *bool, quietUsage string) {
	f := cmd.Flags()
	f.StringVar(&o.model, "model", "", "`folder` of the codec's three .tflite files")
	f.IntVar(&o.chunk, "chunk", 10, "number of 20 ms hops per chunk")
	o.threads.AddFlag(cmd)
	output.Add(cmd)
	f.BoolVarP(quiet, "quiet", "q", false, quietUsage)
}

func (o *codecOptions) check() error {
	if err := vocoder.CheckCodec(o.model); err != nil {
		return err
	}
	if err := cli.CheckRange("chunk", o.chunk, 1, maxFrames); err != nil {
		return err
	}
	return o.threads.Check()
}

// run runs the jobs: a single job with all threads, several jobs concurrently with one thread each. If one of several
// fails, its error is written at once and the others continue. Lines that jobs write to standard error stay whole.
func (o *codecOptions) run(ctx context.Context, cmd *cobra.Command, jobs []cli.Job, do func(context.Context, *lyra.Codec, cli.Job, dsp.Workers) error) error {
	codec, err := vocoder.OpenCodec(o.model)
	if err != nil {
		return err
	}
	pool := o.threads.NewPool()
	defer pool.Close()
	if len(jobs) == 1 {
		return do(ctx, codec, jobs[0], pool)
	}
	cmd.SetErr(&lockedWriter{w: cmd.ErrOrStderr()})
	var group errgroup.Group
	group.SetLimit(pool.Size())
	var failed atomic.Int64
	for _, job := range jobs {
		group.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			if err := do(ctx, codec, job, nil); err != nil && !errors.Is(err, context.Canceled) {
				failed.Add(1)
				fmt.Fprintf(cmd.ErrOrStderr(), "tailwave: %s\n", oneLine(err))
			}
			return nil
		})
	}
	group.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if n := failed.Load(); n > 0 {
		return fmt.Errorf("%d of %d files failed: see the errors above", n, len(jobs))
	}
	return nil
}

// A lockedWriter serialises the writes of several goroutines, so that their lines do not mix.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
