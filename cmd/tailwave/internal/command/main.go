package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/playback"
	"github.com/tailwave/tailwave/stream/live"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// graceTime is how long the process waits, after an interrupt, for the command to return. The command may ask for more.
// A read from a silent pipe and a write to a stopped reader cannot be cancelled, and would keep the process for ever.
const graceTime = 40 * time.Millisecond

// Main runs the program with the arguments, the streams and the signals of the process, and returns its exit status.
func Main() int {
	stdout, stderr, err := fileio.Standard()
	if err != nil {
		fmt.Fprintf(os.Stderr, "tailwave: %s\n", oneLine(err))
		return exitFailed
	}
	return run(os.Args[1:], os.Stdin, stdout, stderr)
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return newApp().run(args, stdin, stdout, stderr)
}

func (a *app) run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	// Further signals change nothing: the process is about to end, and must first remove its temporary file.
	ctx, stop := signal.NotifyContext(context.Background(), endSignals()...)
	defer stop()
	root := newRootCommand(a)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	done := make(chan error, 1)
	go func() { done <- execute(ctx, a, root, args) }()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		select {
		case err = <-done:
		case <-time.After(time.Duration(a.grace.Load())):
			a.outputs.Discard()
			err = ctx.Err()
		}
	}
	if err == nil {
		return exitDone
	}
	a.line.Clear(stderr)
	interrupted := errors.Is(err, context.Canceled) && ctx.Err() != nil
	if interrupted {
		message := errors.New("interrupted")
		if d, ok := errors.AsType[*live.DeviceError](err); ok {
			message = fmt.Errorf("interrupted; %v", d) // the failure may be why the user interrupted
		}
		err = message
	}
	fmt.Fprintf(stderr, "tailwave: %s\n", oneLine(err))
	_, usage := errors.AsType[cli.UsageError](err)
	if _, sync := errors.AsType[*fileio.SyncError](err); usage || sync || !a.started.Load() && !interrupted {
		return exitUsage
	}
	return exitFailed
}

// endSignals are the signals that end a run in good order. SIGQUIT is one of them: the dump of goroutines by the
// runtime would leave temporary files. SIGHUP is not if the process was started to survive its terminal (nohup).
func endSignals() []os.Signal {
	list := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	return list
}

// execute runs the command. To an error in its flags or arguments, it adds which help explains them, unless the error
// suggests a correction.
func execute(ctx context.Context, a *app, root *cobra.Command, args []string) error {
	cmd, err := cli.SingleDash(root, args)
	if err == nil {
		cmd, err = root.ExecuteContextC(ctx)
	}
	err = cmp.Or(err, a.unwritten)
	if err != nil && !a.started.Load() && !strings.HasSuffix(err.Error(), "?") {
		err = fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	}
	return err
}

// An app is what the commands of one run share.
type app struct {
	started   atomic.Bool // flags and arguments were parsed: later errors are failures, not wrong usage
	line      cli.StatusLine
	unwritten error          // of help
	outputs   fileio.Outputs // to be removed if the process has to end at once

	grace atomic.Int64 // nanoseconds, see graceTime
	sound playback.Opener
}

func newApp() *app {
	a := &app{sound: live.PortAudio}
	a.grace.Store(int64(graceTime))
	return a
}

// terminal returns the terminal for the messages of a command.
func (a *app) terminal(cmd *cobra.Command, quiet bool) playback.Terminal {
	return playback.Terminal{W: cmd.ErrOrStderr(), Quiet: quiet, Line: &a.line}
}

// destination returns the output of a command.
func (a *app) destination(cmd *cobra.Command, path string, flags cli.OutputFlags) fileio.Destination {
	return fileio.Destination{
		Path: path, Stdout: cmd.OutOrStdout(), Force: flags.Force, Sync: flags.Sync, Outputs: &a.outputs,
	}
}

// play opens the sound device, and extends the grace time to the time that the device needs to end.
func (a *app) play(ctx context.Context, flags *playback.Flags, start time.Time) (*playback.Playback, error) {
	p, err := flags.Open(ctx, a.sound, start)
	if err == nil {
		a.grace.Store(int64(p.Grace()))
	}
	return p, err
}

// oneLine returns the message for the user. If err wraps the error of a file or a device, that is the message: errors
// around it name parts of the program.
func oneLine(err error) string {
	if f := fileio.Named(err); f != nil {
		err = f
	} else if d, ok := errors.AsType[*live.DeviceError](err); ok {
		err = d
	}
	return cli.ErrorLine(err.Error())
}
