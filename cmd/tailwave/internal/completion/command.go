package completion

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
)

// shells has the name, the instructions and the script of each shell.
var shells = []struct {
	name, title, long, example string
	script                     func(root *cobra.Command, w io.Writer) error
}{
	{"bash", "bash", `bash prints the script that completes command lines in bash.

The script needs the package bash-completion. For one session:

  source <(tailwave completion bash)

For all sessions, write it to the first of these files on Linux, or to the
second with Homebrew:

  /etc/bash_completion.d/tailwave
  $(brew --prefix)/etc/bash_completion.d/tailwave`,
		"  tailwave completion bash > tailwave.bash",
		func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
	{"zsh", "zsh", `zsh prints the script that completes command lines in zsh.

For one session:

  source <(tailwave completion zsh)

For all sessions, write it to a file named _tailwave in a folder of $fpath.
The line "autoload -U compinit; compinit" in ~/.zshrc turns completion on.`,
		"  tailwave completion zsh > _tailwave",
		func(root *cobra.Command, w io.Writer) error { return root.GenZshCompletion(w) }},
	{"fish", "fish", `fish prints the script that completes command lines in fish.

For one session:

  tailwave completion fish | source

For all sessions, write it to ~/.config/fish/completions/tailwave.fish.`,
		"  tailwave completion fish > tailwave.fish",
		func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
	{"powershell", "PowerShell", `powershell prints the script that completes command lines in PowerShell.

For one session:

  tailwave completion powershell | Out-String | Invoke-Expression

For all sessions, add this line to your PowerShell profile.`,
		"  tailwave completion powershell > tailwave.ps1",
		func(root *cobra.Command, w io.Writer) error { return root.GenPowerShellCompletionWithDesc(w) }},
}

// NewCommand returns the command that prints the script of a shell.
func NewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "completion",
		Short: "Print the script that completes command lines in a shell",
		Long: `completion prints the script that completes command lines in a shell.

With it, the Tab key completes commands, flags and their values, sound devices
and files. "tailwave completion bash --help" and so on say where to put the
script of a shell.`,
		Example: `  tailwave completion bash > tailwave.bash
  tailwave completion zsh > _tailwave
  tailwave completion fish > tailwave.fish`,
		Args: cli.UnknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, s := range shells {
		cmd.AddCommand(&cobra.Command{
			Use:     s.name,
			Short:   "Print the script for " + s.title,
			Long:    s.long,
			Example: s.example,
			Args:    cli.NoFiles,
			RunE:    func(cmd *cobra.Command, _ []string) error { return s.script(cmd.Root(), cmd.OutOrStdout()) },
		})
	}
	return cmd
}
