package cli

import (
	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
)

// InputFlags are the flags of commands that read sound.
type InputFlags struct {
	KeepPartial bool // a truncated IN ends where it breaks off
}

// Add defines the flags.
func (i *InputFlags) Add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&i.KeepPartial, "keep-partial", false, "if IN is truncated, use what it has instead of stopping with an error; the exit status is 1 in both cases")
}

// CheckWhole reports an array, which cannot be used in part.
func (i *InputFlags) CheckWhole(in *fileio.Sound) error {
	if i.KeepPartial && in.Content == fileio.Array {
		return Usagef("--keep-partial goes with WAV files and raw frames; %s is an array, which must be complete: leave out --keep-partial", in.Name)
	}
	return nil
}

// Reading returns how the input is read. copied says that its sound is written again.
func (i *InputFlags) Reading(cmd *cobra.Command, copied bool) fileio.Reading {
	report := func(message string) { Warn(cmd.ErrOrStderr(), message) }
	return fileio.Reading{KeepPartial: i.KeepPartial, Report: report, Copied: copied}
}
