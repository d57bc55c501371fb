package command

import (
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/build"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/dsp"
)

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long: `version prints the version of tailwave, the platform, the CPU instructions in
use, and the Go version of the build.`,
		Example: `  tailwave version
  tailwave --version
  TAILWAVE_CPU=generic tailwave version`,
		Args: cli.NoFiles,
		RunE: func(cmd *cobra.Command, _ []string) error { return printVersion(cmd.OutOrStdout()) },
	}
}

// printVersion writes the line of version and --version: version, revision, platform, instructions and Go.
func printVersion(w io.Writer) error {
	cpu, err := dsp.CPU()
	if err != nil {
		return cli.UsageError{Err: err}
	}
	_, err = fmt.Fprintf(w, "tailwave %s %s/%s %s %s\n", build.Version(), runtime.GOOS, runtime.GOARCH, cpu, runtime.Version())
	return err
}
