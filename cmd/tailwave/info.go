package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

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
		Args:  files("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if isModel(args[0]) {
				m, err := models.Open(args[0])
				if err != nil {
					return err
				}
				return printModel(cmd.OutOrStdout(), m)
			}
			if isCodes(args[0]) {
				return printCodes(cmd.OutOrStdout(), args[0])
			}
			in, err := openWAV(args[0], cmd.InOrStdin())
			if err != nil {
				return err
			}
			defer in.Close()
			return printInfo(cmd.OutOrStdout(), in)
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
	return weights.IsPth(beginning(path, 4))
}

// beginning returns the first bytes of a regular file, nil if it does not have them.
func beginning(path string, n int) []byte {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	head := make([]byte, n)
	if _, err := io.ReadFull(f, head); err != nil {
		return nil
	}
	return head
}

func printModel(w io.Writer, m *models.Model) error {
	i := m.Info()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "file\t%s\n", printable(i.Path))
	fmt.Fprintf(t, "model\t%s, %s parameters", i.Architecture, thousands(i.Parameters))
	if i.Unused > 0 {
		fmt.Fprintf(t, ", %s not used", count(int64(i.Unused), "tensor"))
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
	fmt.Fprintf(t, "computes\t%s multiply-adds per second of sound\n", thousands(i.MACs))
	state, err := stateOf(m, memoryThreads)
	if err != nil {
		return err
	}
	fmt.Fprintf(t, "memory\t%s bytes of weights, %s for each stream of one thread, %s of %d\n",
		thousands(i.WeightBytes), thousands(i.StateBytes), thousands(state), memoryThreads)
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

// thousands writes a number in groups of three digits.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

func printInfo(w io.Writer, in *wavInput) error {
	i := in.Info()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "file\t%s\n", in.name)
	fmt.Fprintf(t, "format\t%v, %s\n", i.Container, encodingName(i))
	fmt.Fprintf(t, "rate\t%d Hz\n", i.Rate)
	fmt.Fprintf(t, "channels\t%d", i.Channels)
	if i.ChannelMask != 0 {
		fmt.Fprintf(t, " (mask 0x%X)", i.ChannelMask)
	}
	fmt.Fprintln(t)
	frames, by := i.Frames, ""
	if frames < 0 && in.file != nil {
		if stat, err := in.file.Stat(); err == nil && stat.Mode().IsRegular() {
			frames, by = (stat.Size()-i.DataOffset)/int64(i.FrameBytes()), " by the length of the file; the header does not say"
		}
	}
	if frames < 0 {
		fmt.Fprintf(t, "frames\tas many as come; the header does not say\n")
	} else {
		fmt.Fprintf(t, "frames\t%d%s\n", frames, by)
		fmt.Fprintf(t, "duration\t%s\n", duration(frames, i.Rate))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if in.file == nil {
		return nil
	}
	return printChunks(w, in.file)
}

// printChunks lists the chunks of a file that can seek.
func printChunks(w io.Writer, f *os.File) error {
	stat, err := f.Stat()
	if err != nil || !stat.Mode().IsRegular() {
		return err
	}
	chunks, err := wav.Scan(f, stat.Size())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "chunk\toffset\tbytes\t\n")
	for _, c := range chunks {
		fmt.Fprintf(t, "%q\t%d\t%d\t\n", c.ID, c.Offset, c.Size)
	}
	if e := t.Flush(); err == nil {
		err = e
	}
	if err != nil {
		return &fileError{f.Name(), err}
	}
	return nil
}

func encodingName(i wav.Info) string {
	s := fmt.Sprintf("%d-bit integer PCM", i.Bits)
	if i.Encoding.Float() {
		s = fmt.Sprintf("%d-bit float", i.Bits)
	}
	if 8*i.Encoding.Bytes() != i.Bits {
		s += fmt.Sprintf(" in %d bytes", i.Encoding.Bytes())
	}
	if i.Extensible {
		s += ", extensible header"
	}
	return s
}

// duration formats a length as hours, minutes and seconds.
func duration(frames, rate int64) string {
	ms := (frames%rate*1000 + rate/2) / rate
	s := frames/rate + ms/1000
	ms %= 1000
	return fmt.Sprintf("%d:%02d:%02d.%03d", s/3600, s/60%60, s%60, ms)
}
