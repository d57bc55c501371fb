package completion

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/playback"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/vocoder"
)

// Add sets the completion of arguments and flags for every command below root; open is called to list devices.
func Add(root *cobra.Command, open playback.Opener) {
	for _, cmd := range root.Commands() {
		_, path, _ := strings.Cut(cmd.CommandPath(), " ")
		if !cmd.HasSubCommands() {
			cmd.ValidArgsFunction = arguments[path].complete
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.NoOptDefVal == "" {
				// The error is that of a flag which the command does not have, or of a second function for one.
				if err := cmd.RegisterFlagCompletionFunc(f.Name, flag(path, f.Name, open)); err != nil {
					panic(err)
				}
			}
		})
		Add(cmd, open)
	}
}

// Plain removes the backticks around placeholders from the usages of all flags if cmd is the hidden command that
// completes. Cobra prints these usages unchanged, and zsh and fish show them.
func Plain(root, cmd *cobra.Command) {
	if cmd.Name() == cobra.ShellCompRequestCmd {
		plain(root)
	}
}

func plain(cmd *cobra.Command) {
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) { _, f.Usage = pflag.UnquoteUsage(f) })
	for _, c := range cmd.Commands() {
		plain(c)
	}
}

// flag returns how the value of a flag of the command at a path, such as "codec encode", is completed.
func flag(path, name string, open playback.Opener) cobra.CompletionFunc {
	values := cli.Values(name)
	switch name {
	case "format":
		switch path {
		case "play":
			values = cli.Values("raw")
		case "upsample":
			values = append([]string{"same"}, values...)
		}
	case "mel-in":
		values = vocoder.Scales()
	case "latency":
		values = []string{"low", "high"}
	case "bitrate":
		values = []string{"3200", "6000", "9200"}
	case "device":
		return devices(open)
	case "filter":
		return files(".npy")
	case "model":
		if strings.HasPrefix(path, "codec ") {
			return folders
		}
		return weights
	}
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}
