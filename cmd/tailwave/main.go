// Command tailwave converts sound: streams of frames in, streams of frames out, with the same bits however the stream is
// cut and however many threads compute it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// graceTime is how long a command may take to end after an interrupt before the process ends without it: reading a
// silent pipe, or writing to a reader that has stopped, cannot be cancelled.
const graceTime = 60 * time.Millisecond

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := new(app)
	root := newRootCommand(a)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	done := make(chan error, 1)
	go func() { done <- root.ExecuteContext(ctx) }()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		stop() // a second interrupt ends the process at once
		select {
		case err = <-done:
		case <-time.After(graceTime):
			a.outputs.discard()
			err = ctx.Err()
		}
	}
	if err == nil {
		return exitDone
	}
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		err = errors.New("interrupted; no output file was written")
	}
	fmt.Fprintf(stderr, "tailwave: %s\n", oneLine(err))
	var usage usageError
	if !a.started || errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// An app is what the commands of one run share.
type app struct {
	started bool    // flags and arguments were in order; errors from here on are failures, not wrong usage
	outputs outputs // to be removed if the process has to end at once
}

// A usageError reports flags that are each legal but not together, or not with this input.
type usageError struct{ error }

func usagef(format string, a ...any) error { return usageError{fmt.Errorf(format, a...)} }

// A fileError is an error with the file it concerns. It is what the user is told; what lies around it says where inside
// the program it passed.
type fileError struct {
	path string
	err  error
}

func (e *fileError) Error() string { return e.path + ": " + e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// oneLine returns the message for the user.
func oneLine(err error) string {
	var f *fileError
	if errors.As(err, &f) {
		err = f
	}
	b := []byte(err.Error())
	for i, c := range b {
		if c == '\n' || c == '\r' {
			b[i] = ' '
		}
	}
	return string(b)
}
