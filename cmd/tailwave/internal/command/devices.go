package command

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
)

func newDevicesCommand(a *app) *cobra.Command {
	var verbose bool
	cmd := &cobra.Command{
		Use:   "devices",
		Short: "List the sound devices that can play",
		Long: `devices lists the sound devices that can play.

In the table, * marks the default device. --device of other commands accepts an
INDEX, or a DEVICE name or a part of it. RATE is the usual sample rate of the
device. LOW and HIGH are the buffer sizes that --latency low and --latency high
select.`,
		Example: `  tailwave devices
  tailwave devices --verbose
  tailwave play in.wav --latency low`,
		Args: cli.NoFiles,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			host, err := a.sound.Host(verbose)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, host.Close()) }()
			devices, err := host.Devices()
			if err != nil {
				return err
			}
			if len(devices) == 0 {
				return errors.New("no sound device that plays: connect one, or start the sound server")
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "  INDEX\tDEVICE\tSYSTEM\tCHANNELS\tRATE\tLOW\tHIGH")
			for _, d := range devices {
				mark := " "
				if d.Default {
					mark = "*"
				}
				fmt.Fprintf(w, "%s %d\t%s\t%s\t%d\t%d Hz\t%.1f ms\t%.1f ms\n",
					mark, d.Index, cli.Printable(d.Name), d.API, d.Channels, d.Rate,
					1000*d.Low.Seconds(), 1000*d.High.Seconds())
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "print the sound system's own messages too")
	return cmd
}
