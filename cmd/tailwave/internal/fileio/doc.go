// Package fileio opens the inputs of the commands and writes their outputs: there is one way to open a file, an output
// appears whole or not at all, and every error names the file that it concerns.
package fileio
