package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/models/weights"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

func newInfoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "info FILE",
		Short: "Say what a WAV file, a file of codes or a model holds",
		Args:  cli.Files("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cli.LineWriter(cmd.OutOrStdout())
			if isModel(args[0]) {
				m, err := models.Open(args[0])
				if err != nil {
					return err
				}
				return printModel(out, m)
			}
			if isCodes(args[0]) {
				return printCodes(out, args[0])
			}
			in, err := fileio.OpenWAV(args[0], cmd.InOrStdin(), fileio.Reading{})
			if err != nil {
				return err
			}
			defer in.Close()
			return printInfo(out, in)
		},
	}
}

// isModel tells a model, a weights file or a folder, from a WAV file.
func isModel(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".safetensors", ".pth", ".pt", ".tflite":
		return true
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return true
	}
	return weights.IsPth(fileio.Beginning(path, 4))
}

func printModel(w io.Writer, m *models.Model) error {
	i := m.Info()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "file\t%s\n", cli.Printable(i.Path))
	fmt.Fprintf(t, "model\t%s, %s parameters", i.Architecture, cli.Thousands(i.Parameters))
	if i.Unused > 0 {
		fmt.Fprintf(t, ", %s not used", cli.Count(int64(i.Unused), "tensor"))
	}
	fmt.Fprintln(t)
	what := "mels"
	if i.Latents {
		what = "latents"
	}
	fmt.Fprintf(t, "takes\tframes of %d %s, at least %d\n", i.Mels, what, i.MinFrames)
	if mel, err := m.FrontEnd(); err == nil {
		logarithm, normalised := "natural", ""
		if mel.Log10 {
			logarithm = "decimal"
		}
		if mel.Scale != nil {
			normalised = ", normalised"
		}
		high := mel.High
		if high == 0 {
			high = float64(mel.SampleRate) / 2
		}
		fmt.Fprintf(t, "made of\tsound at %d Hz: window of %d, %g to %g Hz, %s logarithms%s\n", mel.SampleRate, mel.Window, mel.Low, high, logarithm, normalised)
	}
	fmt.Fprintf(t, "gives\t%d samples per frame, at %d Hz\n", i.Hop, i.SampleRate)
	fmt.Fprintf(t, "latency\t%d samples: %.2f frames, %.1f ms\n", i.Latency, float64(i.Latency)/float64(i.Hop), 1000*float64(i.Latency)/float64(i.SampleRate))
	fmt.Fprintf(t, "depends\ta sample on up to %d frames\n", i.Receptive)
	fmt.Fprintf(t, "computes\t%s multiply-adds per second of sound\n", cli.Thousands(i.MACs))
	state, err := stateOf(m, memoryThreads)
	if err != nil {
		return err
	}
	fmt.Fprintf(t, "memory\t%s bytes of weights, %s for each stream of one thread, %s of %d\n",
		cli.Thousands(i.WeightBytes), cli.Thousands(i.StateBytes), cli.Thousands(state), memoryThreads)
	return t.Flush()
}

// memoryThreads is for how many threads info tells the memory besides one.
const memoryThreads = 2

// stateOf returns the bytes of a stream that the given number of threads compute.
func stateOf(m *models.Model, threads int) (int64, error) {
	pool := stream.NewPool(threads)
	defer pool.Close()
	p, err := m.NewStream(dsp.WithWorkers(pool))
	if err != nil {
		return 0, err
	}
	_, state := p.Memory()
	return state, nil
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
