package command

import (
	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/completion"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/stream/live"
)

// Root returns the tree of all commands, for programs that document it.
func Root() *cobra.Command { return newRootCommand(newApp()) }

func newRootCommand(a *app) *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:   "tailwave",
		Short: "Streaming audio processing with the same bits however the stream is cut",
		Long: `tailwave converts audio through stateful transposed convolutions that carry their
overlap-add tail from chunk to chunk, so that a stream gives the bits of one call.

Exit status: 0 done, 1 failed, 2 wrong usage. SIGINT, SIGTERM, SIGHUP and SIGQUIT end a
run with 1; no temporary file is left.
The environment variable TAILWAVE_CPU=generic, avx2 or avx512 forces the instructions
that layers are computed with; without it, they are the fastest of this processor.
The result is the same.`,
		Args:          cli.UnknownCommand,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if _, err := dsp.CPU(); err != nil {
				return cli.UsageError{Err: err}
			}
			a.started.Store(true)
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				return printVersion(cmd.OutOrStdout())
			}
			return cmd.Help()
		},
	}
	root.Flags().BoolVar(&version, "version", false, "print the version, and what it runs on")
	root.SetFlagErrorFunc(cli.FlagError)
	root.SetHelpCommand(cli.NewHelpCommand())
	root.AddCommand(newUpsampleCommand(a), newMelCommand(a), newVocodeCommand(a), newCodecCommand(a), newPlayCommand(a), newDevicesCommand(a), newVerifyCommand(a), newInfoCommand(), newOpCommand(), newModelsCommand(), newVersionCommand(), completion.NewCommand())
	completion.Add(root, func(verbose bool) (live.Host, error) { return a.sound(verbose) })
	return root
}
