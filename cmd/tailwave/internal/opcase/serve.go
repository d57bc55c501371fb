package opcase

import (
	"bufio"
	"context"
	"fmt"
	"io"
)

// Serve answers every line of in that is not blank, one line of out each, in the same order. All answers that were
// computed are also written, whatever ends the run: the end of in (nil), an error of in or out, or ctx (its cause).
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

// answerTo writes answers until lines ends. Answers leave the buffer whenever the next line is not there yet.
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
			return fmt.Errorf("read cases: %w", line.err)
		case line.tooLong:
			answer = LineError(nil, line.number, fmt.Errorf("longer than %d bytes", maxLine))
		default:
			answer = Answer(nil, line.text, line.number, o)
		}
		if _, err := w.Write(append(answer, '\n')); err != nil {
			return fmt.Errorf("write results: %w", err)
		}
	}
	return context.Cause(ctx)
}

func flush(w *bufio.Writer) error {
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}
