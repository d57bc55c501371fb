package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// files returns a check that the command has just these arguments, none of them empty.
func files(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return fmt.Errorf("needs %s, got %s", strings.Join(names, " and "), count(int64(len(args)), "argument"))
		}
		for i, a := range args {
			if a == "" {
				return fmt.Errorf("%s is empty: name a file, or - for a stream", names[i])
			}
		}
		return nil
	}
}

// noFiles is the check of a command without arguments.
func noFiles(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%q: takes no arguments", args[0])
	}
	return nil
}

// flagError puts into words what the flag parser says of a value.
func flagError(_ *cobra.Command, err error) error {
	if what, from, ok := strings.Cut(err.Error(), ": strconv."); ok {
		if strings.HasPrefix(from, "ParseFloat") {
			return fmt.Errorf("%s: must be a number", what)
		}
		return fmt.Errorf("%s: must be a whole number in range", what)
	}
	return err
}
