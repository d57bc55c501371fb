package opcase

import (
	"bufio"
	"context"
	"fmt"
	"io"
)

// Serve writes one line to out for every line of in that is not blank, in the same order. It returns nil at the end of
// in, an error of in or out, or the cause of ctx. In every case it first writes the answers that were computed.
func Serve(ctx context.Context, in io.Reader, out io.Writer, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := bufio.NewWriterSize(out, 1<<16)
	if err := answerTo(ctx, w, readLines(ctx, in), o); err != nil {
		w.Flush()
		return err
	}
	return flush(w)
}

// answerTo writes answers until lines ends. It flushes them whenever it has to wait for the next line.
func answerTo(ctx context.Context, w *bufio.Writer, lines <-chan inputLine, o Options) error {
	for ctx.Err() == nil {
		var line inputLine
		var open bool
		select {
		case line, open = <-lines:
		default:
			if err := flush(w); err != nil {
				return err
			}
			select {
			case line, open = <-lines:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		var answer []byte
		switch {
		case !open:
			return context.Cause(ctx) // nil at the end of the input
		case line.err != nil:
			return fmt.Errorf("standard input: %w", line.err)
		case line.tooLong:
			answer = LineError(nil, line.number, fmt.Errorf("longer than %d bytes", maxLine))
		default:
			answer = Answer(nil, line.text, line.number, o)
		}
		if _, err := w.Write(append(answer, '\n')); err != nil {
			return fmt.Errorf("standard output: %w", err)
		}
	}
	return context.Cause(ctx)
}

func flush(w *bufio.Writer) error {
	if err := w.Flush(); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}
