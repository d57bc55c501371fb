package command

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/modelinfo"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/vocoder"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream/wav"
)

func newInfoCommand() *cobra.Command {
	var flags vocoder.OpenFlags
	cmd := &cobra.Command{
		Use:   "info FILE",
		Short: "Say what a WAV file, a file of codes or a model holds",
		Long: `info prints what a file holds: of a WAV file the format, the length and the chunks, of a
file of codes the bit rate and the length, of a model what it takes and gives, its latency
and what it costs, and which keys of its configuration and which tensors it does not use.

Of a weights file it also lists the dictionaries of a checkpoint, and the tensors with
their types and shapes, even if there is no configuration or if it is no model that is
known: then it says why.`,
		Example: `  tailwave info in.wav
  tailwave info hifigan/
  tailwave info g_02500000`,
		Args: cli.Files("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cli.LineWriter(cmd.OutOrStdout())
			if modelinfo.IsModel(args[0]) {
				return modelinfo.Print(out, args[0], func(path string) (*models.Model, error) { return flags.Open(cmd, path) })
			}
			if err := flags.Reject(cmd, "goes with a model"); err != nil {
				return err
			}
			if isCodes(args[0]) {
				return printCodes(out, args[0])
			}
			in, err := fileio.OpenWAV(args[0], cmd.InOrStdin(), fileio.Reading{})
			if err != nil {
				return modelinfo.Explain(args[0], err)
			}
			defer in.Close()
			return printInfo(out, in)
		},
	}
	flags.Add(cmd, "of a model: ")
	return cmd
}

func printInfo(w io.Writer, in *fileio.WAV) error {
	i := in.Info()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "file\t%s\n", cli.Printable(in.Name))
	fmt.Fprintf(t, "format\t%v, %s\n", i.Container, encodingName(i))
	fmt.Fprintf(t, "rate\t%d Hz\n", i.Rate)
	fmt.Fprintf(t, "channels\t%d", i.Channels)
	if i.ChannelMask != 0 {
		fmt.Fprintf(t, " (mask 0x%X)", i.ChannelMask)
	}
	fmt.Fprintln(t)
	if i.Frames < 0 {
		fmt.Fprintf(t, "frames\tas many as come; the header does not say\n")
	} else {
		fmt.Fprintf(t, "frames\t%d\n", i.Frames)
		fmt.Fprintf(t, "duration\t%s\n", cli.Duration(i.Frames, i.Rate))
	}
	for _, n := range in.Reader.Notes() {
		fmt.Fprintf(t, "note\t%s\n", n)
	}
	if err := t.Flush(); err != nil || in.Input.File == nil {
		return err
	}
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "chunk\toffset\tbytes\t\n")
	for _, c := range in.Reader.Chunks() {
		fmt.Fprintf(t, "%q\t%d\t%d\t\n", c.ID, c.Offset, c.Size)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if e := in.Reader.Truncated(); e != nil {
		return fileio.Name(in.Name, e)
	}
	return nil
}

func encodingName(i wav.Info) string {
	s := i.Name()
	switch {
	case i.Coded():
		s += fmt.Sprintf(", read as %v", i.Encoding)
	case 8*i.Encoding.Bytes() != i.Bits:
		s += fmt.Sprintf(" in %d bytes", i.Encoding.Bytes())
	}
	if i.Ambisonic {
		s += ", ambisonic"
	}
	if i.Extensible {
		s += ", extensible header"
	}
	return s
}
