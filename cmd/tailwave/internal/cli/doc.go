// Package cli holds what the commands share: checks of arguments and flags, the help, the words for numbers, the
// progress bar, and the lines of warnings and summaries:
//
//	cmd.Args = cli.Files("IN", "OUT")
//	cmd.Flags().Int64Var(&rate, "rate", 0, "sample rate in `Hz`")
//	// when the command runs:
//	if err := cli.CheckRate(cmd, rate); err != nil {
//		return err // a UsageError: the exit status is 2
//	}
//
// A new flag needs a place in [FlagGroups], which sets its position in the help and in the manual page.
package cli
