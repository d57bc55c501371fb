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
		Short: "Convert, vocode and play sound as a stream, with the same bits for any chunk size",
		Long: `tailwave converts sample rates, turns mel frames into sound, encodes speech, and
plays sound. It works in chunks, and the result has the same bits for any chunk
size and any number of threads.

IN and OUT are files, or "-" for standard input and standard output. An OUT file
appears only when it is finished.

Notes:
The exit status is 0 if the command succeeded, 1 if it failed or was interrupted
(SIGINT, SIGTERM, SIGHUP or SIGQUIT), and 2 if its arguments are wrong.

With status 1, OUT is usually not written. It is written if --keep-partial used
a truncated IN, if codec decode read a damaged or truncated file, or if an
interrupt or a failure of the device ended --play. With several IN, each file
that succeeded is written.

The environment variable TAILWAVE_CPU selects the CPU instructions: generic,
avx2 or avx512. The default is the fastest set that the processor supports. The
choice does not change the result.

How tailwave treats symbolic links, permissions and pipes, and what a killed run
leaves, is in the documentation of the program. To read it in a clone, run
go doc ./cmd/tailwave`,
		Example: `  tailwave upsample in.wav out.wav --rate 48000
  tailwave vocode speech.wav robot.wav --robot
  tailwave play in.wav
  tailwave verify in.wav --rate 96000`,
		Args:          cli.UnknownCommand,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.started.Store(true)
			completion.Plain(cmd.Root(), cmd)
			if _, err := dsp.CPU(); err != nil {
				return cli.Usagef("%w; see %s --help", err, cmd.Root().Name()) // only that help names the variable
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				return printVersion(cmd.OutOrStdout())
			}
			return cmd.Help()
		},
	}
	root.Flags().BoolVar(&version, "version", false, "same as the command version")
	root.SetFlagErrorFunc(cli.FlagError)
	root.SetHelpCommand(cli.NewHelpCommand())
	cli.SetHelp(root, func(err error) { a.unwritten = err; a.started.Store(true) })
	for _, g := range []struct {
		title    string
		commands []*cobra.Command
	}{
		{"Convert", []*cobra.Command{newUpsampleCommand(a), newCodecCommand(a)}},
		{"Vocode", []*cobra.Command{newVocodeCommand(a), newMelCommand(a), newModelsCommand()}},
		{"Play", []*cobra.Command{newPlayCommand(a), newDevicesCommand(a)}},
		{"Check", []*cobra.Command{newInfoCommand(), newVerifyCommand(a), newOpCommand()}},
	} {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, c := range g.commands {
			c.GroupID = g.title
			root.AddCommand(c)
		}
	}
	root.AddCommand(newVersionCommand(), completion.NewCommand())
	completion.Add(root, func(verbose bool) (live.Host, error) { return a.sound(verbose) })
	return root
}
