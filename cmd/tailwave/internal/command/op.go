package command

import (
	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase"
)

const opLong = `Reads cases of the transposed 1-D convolution from the standard input, one JSON object a line, and writes one
answer a line, in the same order.

A case names its operator in "op": tf.nn.conv1d_transpose (if absent), torch.conv_transpose1d or onnx.ConvTranspose.
Tensors are {"shape":[...]} with "data" (numbers), "f32" or "f64" (base64 of little-endian values). The answer is
{"id":...,"output":{"shape":[...],"f32":"..."}} or {"id":...,"error":"..."}. A case with "args" instead of tensors is
only checked. A field that the operator does not have is an error that names it. A line that cannot be read is answered
with an error too, and the run goes on.

With --stream the same numbers come from the stateful form, fed with the "chunks" of a case or with random ones.`

// newOpCommand returns the command `op` with its one operator.
func newOpCommand() *cobra.Command {
	op := &cobra.Command{
		Use:   "op",
		Short: "Run single operators on cases in JSON",
		Args:  cli.UnknownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var o opcase.Options
	transpose := &cobra.Command{
		Use:     "conv1d-transpose",
		Short:   "Transposed 1-D convolution, at once or streamed",
		Long:    opLong,
		Example: "  tailwave op conv1d-transpose --stream < cases.jsonl > results.jsonl",
		Args:    cli.NoFiles,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return opcase.Serve(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), o)
		},
	}
	transpose.Flags().BoolVar(&o.Stream, "stream", false, "compute with the stateful streaming form")
	transpose.Flags().Uint64Var(&o.Seed, "seed", 1, "seed of the random chunks of cases that give none")
	op.AddCommand(transpose)
	return op
}
