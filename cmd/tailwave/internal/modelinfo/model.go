// Package modelinfo prints what models and files of weights hold, for tailwave info and tailwave models:
//
//	if modelinfo.IsModel(path) {
//		return modelinfo.Print(os.Stdout, path, func(path string) (*models.Model, error) { return models.Open(path) })
//	}
//	in, err := fileio.OpenWAV(path, os.Stdin, fileio.Reading{})
//	if err != nil {
//		return modelinfo.Explain(path, err) // names the format, such as that of an ONNX file
//	}
//
// [Print] lists the tensors of a weights file even if they are not a supported model.
package modelinfo

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream"
)

// PrintModel describes a model.
func PrintModel(w io.Writer, m *models.Model) error {
	i := m.Info()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "file\t%s\n", cli.Printable(i.Path))
	if i.WeightsKey != "" {
		fmt.Fprintf(t, "weights\tunder the key %s\n", cli.Printable(i.WeightsKey))
	}
	fmt.Fprintf(t, "model\t%s, %s parameters\n", i.Architecture, cli.Thousands(i.Parameters))
	what := "mels"
	if i.Latents {
		what = "latents"
	}
	fmt.Fprintf(t, "input\tframes of %d %s, at least %d\n", i.Mels, what, i.MinFrames)
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
		fmt.Fprintf(t, "front end\tsound at %d Hz: window of %d, %g to %g Hz, %s logarithms%s\n", mel.SampleRate, mel.Window, mel.Low, high, logarithm, normalised)
	}
	fmt.Fprintf(t, "output\t%d samples per frame, at %d Hz\n", i.Hop, i.SampleRate)
	fmt.Fprintf(t, "latency\t%d samples: %.2f frames, %.1f ms\n", i.Latency, float64(i.Latency)/float64(i.Hop), 1000*float64(i.Latency)/float64(i.SampleRate))
	fmt.Fprintf(t, "receptive field\t%d frames\n", i.Receptive)
	fmt.Fprintf(t, "cost\t%s multiply-adds per second of sound\n", cli.Thousands(i.MACs))
	state, err := stateOf(m, memoryThreads)
	if err != nil {
		return err
	}
	fmt.Fprintf(t, "memory\t%s bytes of weights, %s for each stream of one thread, %s of %d\n",
		cli.Thousands(i.WeightBytes), cli.Thousands(i.StateBytes), cli.Thousands(state), memoryThreads)
	printUnused(t, m.Unused())
	return t.Flush()
}

// printUnused lists the keys and tensors that the model does not use.
func printUnused(w io.Writer, u models.Unused) {
	for _, line := range []struct {
		what  string
		names []string
	}{
		{"unused keys", u.Keys},
		{"unknown keys", u.UnknownKeys},
		{"unused tensors", u.Tensors},
	} {
		if len(line.names) > 0 {
			fmt.Fprintf(w, "%s\t%d: %s\n", line.what, len(line.names), cli.Printable(strings.Join(line.names, " ")))
		}
	}
}

// memoryThreads is the number of threads for which PrintModel prints the memory of a stream, next to that of one
// thread.
const memoryThreads = 2

// stateOf returns the bytes of a stream that a number of threads compute.
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
