package main

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase"
)

const opLong = `Reads cases of the transposed 1-D convolution from the standard input, one JSON object a line, and writes one
answer a line, in the same order.

A case names its operator in "op": tf.nn.conv1d_transpose (if absent), torch.conv_transpose1d or onnx.ConvTranspose.
Tensors are {"shape":[...]} with "data" (numbers), "f32" or "f64" (base64 of little-endian values). The answer is
{"id":...,"output":{"shape":[...],"f32":"..."}} or {"id":...,"error":"..."}. A case with "args" instead of tensors is
only checked. A line that cannot be read is answered with an error too, and the run goes on.

With --stream the same numbers come from the stateful form, fed with the "chunks" of a case or with random ones.`

// newOpCommand returns the command `op` with its one operator.
func newOpCommand() *cobra.Command {
	op := &cobra.Command{
		Use:   "op",
		Short: "Run single operators on cases in JSON",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var o opcase.Options
	transpose := &cobra.Command{
		Use:     "conv1d-transpose",
		Short:   "Transposed 1-D convolution, at once or streamed",
		Long:    opLong,
		Example: "  tailwave op conv1d-transpose --stream < cases.jsonl > results.jsonl",
		Args:    noFiles,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return answerLines(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), o)
		},
	}
	transpose.Flags().BoolVar(&o.Stream, "stream", false, "compute with the stateful streaming form")
	transpose.Flags().Uint64Var(&o.Seed, "seed", 1, "seed of the random chunks of cases that give none")
	op.AddCommand(transpose)
	return op
}

// answerLines answers every line of in that is not blank. What is answered is also written, whatever ends the run:
// the end of in (nil), an error of in or out, or ctx (its cause).
func answerLines(ctx context.Context, in io.Reader, out io.Writer, o opcase.Options) error {
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
func answerTo(ctx context.Context, w *bufio.Writer, lines <-chan inputLine, o opcase.Options) error {
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
			answer = opcase.LineError(nil, line.number, fmt.Errorf("longer than %d bytes", maxLine))
		default:
			answer = opcase.Answer(nil, line.text, line.number, o)
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
