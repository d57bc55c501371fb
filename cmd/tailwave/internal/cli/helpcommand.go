package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// NewHelpCommand returns the command help. Cobra's own prints the help of the root for a command that does not exist.
func NewHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, word string) (names []string, _ cobra.ShellCompDirective) {
			if of, rest, err := cmd.Root().Find(args); err == nil && len(rest) == 0 {
				for _, c := range of.Commands() {
					if c.IsAvailableCommand() && strings.HasPrefix(c.Name(), word) {
						names = append(names, c.Name()+"\t"+c.Short)
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			of, rest, err := cmd.Root().Find(args)
			if err == nil {
				err = UnknownCommand(of, rest)
			}
			if err != nil {
				return UsageError{err}
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	}
}
