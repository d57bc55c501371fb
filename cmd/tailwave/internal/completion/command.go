package completion

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
)

// shells has the name, the instructions and the script of each shell.
var shells = []struct {
	name, title, long string
	script            func(root *cobra.Command, w io.Writer) error
}{
	{"bash", "bash", `Prints the script that completes command lines in bash. It needs the package
bash-completion. For this session:

  source <(tailwave completion bash)

For every session on Linux, and on macOS with Homebrew:

  tailwave completion bash > /etc/bash_completion.d/tailwave
  tailwave completion bash > $(brew --prefix)/etc/bash_completion.d/tailwave`,
		func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
	{"zsh", "zsh", `Prints the script that completes command lines in zsh. For this session:

  source <(tailwave completion zsh)

For every session, in a folder of $fpath:

  tailwave completion zsh > "${fpath[1]}/_tailwave"

Completion must be on in zsh: "autoload -U compinit; compinit" in ~/.zshrc does that.`,
		func(root *cobra.Command, w io.Writer) error { return root.GenZshCompletion(w) }},
	{"fish", "fish", `Prints the script that completes command lines in fish. For this session:

  tailwave completion fish | source

For every session:

  tailwave completion fish > ~/.config/fish/completions/tailwave.fish`,
		func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
	{"powershell", "PowerShell", `Prints the script that completes command lines in PowerShell. For this session:

  tailwave completion powershell | Out-String | Invoke-Expression

For every session, add this line to your PowerShell profile.`,
		func(root *cobra.Command, w io.Writer) error { return root.GenPowerShellCompletionWithDesc(w) }},
}

// NewCommand returns the command that prints the script of a shell.
func NewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "completion",
		Short: "Print the script that completes command lines in a shell",
		Long: `completion prints a script for bash, zsh, fish or PowerShell. With it, the Tab key
completes commands, flags, their values, sound devices and files. The help of each
shell's command says where the script belongs.`,
		Example: "  source <(tailwave completion bash)",
		Args:    cli.UnknownCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, s := range shells {
		cmd.AddCommand(&cobra.Command{
			Use:   s.name,
			Short: "Print the script for " + s.title,
			Long:  s.long,
			Args:  cli.NoFiles,
			RunE:  func(cmd *cobra.Command, _ []string) error { return s.script(cmd.Root(), cmd.OutOrStdout()) },
		})
	}
	return cmd
}
