// Package cli holds what the commands share: checks of arguments and flags, the help, the words for numbers, the
// progress bar, and the lines of warnings and summaries.
package cli
