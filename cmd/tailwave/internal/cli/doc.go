// Package cli holds what the commands share: checks of arguments and flags, the words for numbers, the progress bar,
// and the lines of a summary.
package cli
