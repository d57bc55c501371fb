package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/lyra"
)

func newCodecCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "codec",
		Short: "Encode speech in 3.2 to 9.2 kbit/s, and decode it",
		Long: `codec is the Lyra 1.2.0 speech codec: 16 kHz mono in hops of 20 ms, at 3200, 6000 or 9200
bits per second. --model names the folder of its three TensorFlow Lite files; tailwave
models says where they are published.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newEncodeCommand(a), newDecodeCommand(a))
	return cmd
}

// inputsAndOutput checks the arguments: one IN or more, and OUT. None may be empty.
func inputsAndOutput(cmd *cobra.Command, args []string) error {
	if len(args) < 2 {
		return files("IN", "OUT")(cmd, args)
	}
	for i, arg := range args {
		if arg == "" {
			return fmt.Errorf("argument %d is empty: name a file, or - for a stream", i+1)
		}
	}
	return nil
}

// A codecJob is a file to be encoded or decoded.
type codecJob struct{ in, out string }

// codecJobs pairs inputs with outputs: the last argument is a file for one input, or a folder, whose files get the
// names of the inputs with another extension.
func codecJobs(args []string, extension string) ([]codecJob, error) {
	ins, out := args[:len(args)-1], args[len(args)-1]
	info, err := os.Stat(out)
	if folder := err == nil && info.IsDir(); !folder && len(ins) == 1 {
		return []codecJob{{ins[0], out}}, nil
	} else if !folder {
		return nil, usagef("%s: must be a folder that exists, for %d files", out, len(ins))
	}
	var jobs []codecJob
	from := map[string]string{}
	for _, in := range ins {
		if in == "-" {
			return nil, usagef("standard input has no name to be given in %s: name OUT as a file", out)
		}
		name := filepath.Base(in)
		to := filepath.Join(out, strings.TrimSuffix(name, filepath.Ext(name))+extension)
		if other, ok := from[to]; ok {
			return nil, usagef("%s and %s would both become %s", other, in, to)
		}
		from[to] = in
		jobs = append(jobs, codecJob{in, to})
	}
	return jobs, nil
}

// codecOptions are the flags that encode and decode share, besides those of vocode that decode has.
type codecOptions struct {
	model   string
	chunk   int
	threads int
	force   bool
	quiet   bool

	mu sync.Mutex // held while a line is written: jobs run concurrently
}

// tell writes a line for the user.
func (o *codecOptions) tell(cmd *cobra.Command, format string, a ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	fmt.Fprintf(cmd.ErrOrStderr(), format+"\n", a...)
}

func (o *codecOptions) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.model, "model", "", "the codec: the folder of its three .tflite files")
	f.IntVar(&o.chunk, "chunk", 10, "hops of 20 ms that are computed at a time")
	f.IntVar(&o.threads, "threads", 0, "threads that compute, and so files at a time; 0 means one per processor")
	f.BoolVar(&o.force, "force", false, "overwrite an existing OUT")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no summary")
}

func (o *codecOptions) check() error {
	if o.model == "" {
		return usagef("--model is missing: the folder of the codec's three .tflite files")
	}
	if o.chunk < 1 || o.chunk > maxFrames {
		return usagef("--chunk %d: must be from 1 to %d", o.chunk, maxFrames)
	}
	if o.threads < 0 || o.threads > maxThreads {
		return usagef("--threads %d: must be from 0 to %d", o.threads, maxThreads)
	}
	return nil
}

// run does the jobs: a single job with all threads, several jobs concurrently with one thread each. If one of several
// fails, its error is written at once and the others continue.
func (o *codecOptions) run(ctx context.Context, cmd *cobra.Command, jobs []codecJob, do func(context.Context, *lyra.Codec, codecJob, dsp.Workers) error) error {
	codec, err := lyra.Open(o.model)
	if err != nil {
		return err
	}
	pool := newPool(o.threads)
	defer pool.Close()
	if len(jobs) == 1 {
		return do(ctx, codec, jobs[0], pool)
	}
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
				o.tell(cmd, "tailwave: %s", oneLine(err))
			}
			return nil
		})
	}
	group.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if n := failed.Load(); n > 0 {
		return fmt.Errorf("%d of %d files failed", n, len(jobs))
	}
	return nil
}
