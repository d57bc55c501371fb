package command

import (
	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase"
)

const opLong = `conv1d-transpose computes transposed 1-D convolutions, one per case in JSON.

Standard input has one case, a JSON object, on each line. Standard output has
one answer on each line, in the same order.

A case names its operator in "op": tf.nn.conv1d_transpose (the default),
torch.conv_transpose1d or onnx.ConvTranspose. A tensor is
{"shape":[...],"data":[...]}. In place of "data", "f32" or "f64" holds the
little-endian values in base64. If a case has "args" instead of tensors, only
its arguments are checked.

An answer is {"id":...,"output":{"shape":[...],"f32":"..."}}. If a line is
malformed, a field is unknown, or values do not fit together, it is
{"id":...,"error":"..."}; the run continues with the next line, and the exit
status is 0.

With --stream, the streaming form computes the same numbers chunk by chunk. The
field "chunks" of a case sets the sizes; without it they are random.

Notes:
The documentation of package opcase lists all fields. To read it in a clone, run
go doc ./cmd/tailwave/internal/opcase`

// newOpCommand returns the command `op` with its one operator.
func newOpCommand() *cobra.Command {
	op := &cobra.Command{
		Use:   "op",
		Short: "Run a single operator on tensors in JSON",
		Long:  "op runs a single operator on tensors in JSON, one case per line.",
		Example: `  tailwave op conv1d-transpose < cases.jsonl > results.jsonl
  tailwave op conv1d-transpose --stream < cases.jsonl > streamed.jsonl
  echo '{"args":{"strides":2}}' | tailwave op conv1d-transpose`,
		Args: cli.UnknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
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
	transpose.Flags().Uint64Var(&o.Seed, "seed", 1, "seed of the random sizes, for cases without \"chunks\"")
	op.AddCommand(transpose)
	return op
}
