package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// A UsageError reports a flag with a wrong value, or flags that do not go together or with this input.
type UsageError struct{ Err error }

// Error returns the text of Err.
func (e UsageError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e UsageError) Unwrap() error { return e.Err }

// Usagef formats a UsageError, as fmt.Errorf does.
func Usagef(format string, a ...any) error { return UsageError{fmt.Errorf(format, a...)} }

// Files returns a check that a command has exactly these arguments, not empty.
func Files(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return fmt.Errorf("needs %s, got %s", strings.Join(names, " and "), Count(int64(len(args)), "argument"))
		}
		for i, a := range args {
			if a == "" {
				return fmt.Errorf("%s is empty: name a file, or - for a stream", names[i])
			}
		}
		return nil
	}
}

// InputsAndOutput checks that a command has one IN or more, and OUT, all not empty.
func InputsAndOutput(cmd *cobra.Command, args []string) error {
	if len(args) < 2 {
		return Files("IN", "OUT")(cmd, args)
	}
	for i, arg := range args {
		if arg == "" {
			return fmt.Errorf("argument %d is empty: name a file, or - for a stream", i+1)
		}
	}
	return nil
}

// AtMostOne returns a check that a command has no argument or one with this name, not empty.
func AtMostOne(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return nil
		case 1:
			return Files(name)(cmd, args)
		}
		return fmt.Errorf("needs at most one %s, got %d arguments", name, len(args))
	}
}

// NoFiles checks that a command has no arguments.
func NoFiles(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("unexpected argument %q: %s takes no arguments", args[0], cmd.CommandPath())
	}
	return nil
}

// FlagError puts into words what the flag parser says about a value.
func FlagError(cmd *cobra.Command, err error) error {
	if e := misspelt(cmd, err); e != nil {
		return e
	}
	if what, from, ok := strings.Cut(err.Error(), ": strconv."); ok {
		if strings.HasPrefix(from, "ParseFloat") {
			return fmt.Errorf("%s: must be a number", what)
		}
		return fmt.Errorf("%s: must be a whole number in range", what)
	}
	return err
}
