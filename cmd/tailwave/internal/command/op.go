package command

import (
	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase"
)

const opLong = `conv1d-transpose computes the transposed 1-D convolution on cases in JSON.

Standard input has one case, a JSON object, on each line. Standard output has
one answer on each line, in the same order.

A case names its operator in "op": tf.nn.conv1d_transpose (the default),
torch.conv_transpose1d or onnx.ConvTranspose. A tensor is {"shape":[...]} with
"data" (numbers), "f32" or "f64" (base64 of little-endian values). A case with
"args" instead of tensors is only checked.

An answer is {"id":...,"output":{"shape":[...],"f32":"..."}}, or
{"id":...,"error":"..."} if a line is malformed, a field is unknown, or the case
is wrong. The run then continues with the next line.

With --stream, the streaming form computes the same numbers, in the "chunks" of
the case or else in random chunks.

Notes:
The documentation of package opcase lists all fields of a case:
go doc github.com/tailwave/tailwave/cmd/tailwave/internal/opcase`

// newOpCommand returns the command `op` with its one operator.
func newOpCommand() *cobra.Command {
	op := &cobra.Command{
		Use:     "op",
		Short:   "Run a single operator on tensors in JSON",
		Long:    "op runs a single operator on tensors in JSON, one case per line.",
		Example: "  tailwave op conv1d-transpose < cases.jsonl > results.jsonl",
		Args:    cli.UnknownCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var o opcase.Options
	transpose := &cobra.Command{
		Use:   "conv1d-transpose",
		Short: "Compute the transposed 1-D convolution",
		Long:  opLong,
		Example: `  tailwave op conv1d-transpose < cases.jsonl > results.jsonl
  tailwave op conv1d-transpose --stream < cases.jsonl > streamed.jsonl
  tailwave op conv1d-transpose --stream --seed 7 < cases.jsonl | head -n 1`,
		Args: cli.NoFiles,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return opcase.Serve(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), o)
		},
	}
	transpose.Flags().BoolVar(&o.Stream, "stream", false, "use the streaming form")
	transpose.Flags().Uint64Var(&o.Seed, "seed", 1, "seed of the random chunks of cases without chunks")
	op.AddCommand(transpose)
	return op
}
