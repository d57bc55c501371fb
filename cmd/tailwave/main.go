// Command tailwave converts, vocodes, plays and verifies sound as a stream of frames. Its output has the same bits for
// any chunk size and any number of threads. See tailwave --help.
package main

import (
	"os"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/command"
)

func main() { os.Exit(command.Main()) }
