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
		Short: "Print what a WAV file, a .lyra file or a model holds",
		Long: `info prints what a WAV file, a .lyra file or a model holds.

FILE is one of these:
  - a WAV file, or "-" for standard input: its format, length and RIFF chunks
  - a .lyra file: its bit rate and length
  - a model, which is a weights file or its folder: its input and output, its
    latency, how much computation it needs, and the configuration keys and
    tensors that it does not use

info also lists the dictionaries and tensors of a weights file. If the file is
not a supported model, info prints the reason, and the exit status is 1.`,
		Example: `  tailwave info in.wav
  tailwave info speech.lyra
  tailwave info hifigan/
  tailwave info hifigan/generator.safetensors`,
		Args: cli.Files("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cli.LineWriter(cmd.OutOrStdout())
			if modelinfo.IsModel(args[0]) {
				return modelinfo.Print(out, args[0], func(path string) (*models.Model, error) { return flags.Open(cmd, path) })
			}
			if err := flags.Reject(cmd, "a model"); err != nil {
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
	flags.Add(cmd)
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
		fmt.Fprintf(t, "frames\tnot known: the header does not say\n")
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
