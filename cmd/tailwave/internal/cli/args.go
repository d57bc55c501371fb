package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A UsageError reports a flag with a wrong value, or flags that do not go together or with this input.
type UsageError struct{ Err error }

// Error returns the text of Err.
func (e UsageError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e UsageError) Unwrap() error { return e.Err }

// Usagef formats a UsageError, as fmt.Errorf does.
func Usagef(format string, a ...any) error { return UsageError{fmt.Errorf(format, a...)} }

// folder is the name of an argument that is a folder, and cannot be a stream.
const folder = "FOLDER"

// Files returns a check that a command has exactly these arguments, not empty.
func Files(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return fmt.Errorf("needs %s, got %s", strings.Join(names, " and "), Count(int64(len(args)), "argument"))
		}
		for i, a := range args {
			switch {
			case names[i] == folder && a == "":
				return fmt.Errorf("%s is empty: name a folder", folder)
			case names[i] == folder && a == "-":
				return fmt.Errorf("%s - is not supported: name a folder", folder)
			case a == "":
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

// FlagError returns the error of the flag parser in words for users: what a value must be, or which flag is meant.
func FlagError(cmd *cobra.Command, err error) error {
	if e := misspelt(cmd, err); e != nil {
		return e
	}
	e, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err
	}
	f, must := e.GetFlag(), "true or false"
	switch kind := f.Value.Type(); {
	case errors.Is(err, strconv.ErrRange) && strings.HasPrefix(e.GetValue(), "-"):
		return fmt.Errorf("--%s %.80s: is too small: %s", f.Name, e.GetValue(), meaning(f))
	case errors.Is(err, strconv.ErrRange):
		return fmt.Errorf("--%s %.80s: is too large: %s", f.Name, e.GetValue(), meaning(f))
	case kind == "uint64" && strings.HasPrefix(e.GetValue(), "-"):
		must = "a whole number of at least 0: " + meaning(f)
	case kind == "int" || kind == "int64" || kind == "uint64":
		must = "a whole number: " + meaning(f)
	case kind == "float64":
		must = "a number: " + meaning(f)
	}
	return fmt.Errorf("--%s %.80q: must be %s", f.Name, e.GetValue(), must)
}

// meaning returns the first part of the usage of a flag, up to a semicolon. A part that begins with "or" names another
// value, and belongs to it up to a comma.
func meaning(f *pflag.Flag) string {
	_, usage := pflag.UnquoteUsage(f)
	first, more, _ := strings.Cut(usage, ";")
	if strings.HasPrefix(more, " or ") {
		value, _, _ := strings.Cut(more, ",")
		first += ";" + value
	}
	return first
}
