package modelinfo

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/models/weights"
	"github.com/tailwave/tailwave/stream/wav"
)

// modelExtensions are those of files that hold models or weights by their names.
var modelExtensions = strings.Fields(
	".safetensors .pth .pt .ckpt .pkl .bin .th .tar .nemo .onnx .tflite .pb .h5 .hdf5 .keras .gguf .msgpack")

// IsModel tells a model, a file of weights or a folder, from sound and other files. A file without one of the usual
// extensions is one by its content.
func IsModel(path string) bool {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() || slices.Contains(modelExtensions, strings.ToLower(filepath.Ext(path))) {
		return true
	}
	if err != nil || !info.Mode().IsRegular() { // opening a pipe would wait for a writer
		return false
	}
	kind, err := recognize(path, info.Size())
	return err == nil && kind.Readable
}

// recognize says what a file is by its content.
func recognize(path string, size int64) (weights.Kind, error) {
	f, err := os.Open(path)
	if err != nil {
		return weights.Kind{}, err
	}
	defer f.Close()
	return weights.Recognize(f, size)
}

// Explain returns the error about a file that is no sound: what the file is, if it is known, may have to do with
// weights and is not called sound, or else err.
func Explain(path string, err error) error {
	if _, known := errors.AsType[*wav.FormatError](err); known {
		return err
	}
	info, e := os.Stat(path)
	if e != nil || !info.Mode().IsRegular() || info.Size() == 0 || strings.EqualFold(filepath.Ext(path), ".wav") {
		return err
	}
	kind, e := recognize(path, info.Size())
	if e != nil || kind.Readable || kind.Unknown {
		return err
	}
	for _, word := range []string{"sound", "NumPy"} { // err says more about these
		if strings.Contains(kind.Name, word) {
			return err
		}
	}
	return fileio.Name(path, fmt.Errorf("is %s: %s", kind.Name, kind.Next))
}

// Print describes the model at a path, and lists the tensors of a file of weights, also if no model can be made of it:
// then it says why. open opens the model.
func Print(w io.Writer, path string, open func(path string) (*models.Model, error)) error {
	m, err := open(path)
	info, e := os.Stat(path)
	isWeights := e == nil && info.Mode().IsRegular() && strings.ToLower(filepath.Ext(path)) != ".tflite"
	if !isWeights {
		if err != nil {
			return err
		}
		return PrintModel(w, m)
	}
	f, e := os.Open(path)
	if e != nil {
		return fileio.Name(path, e)
	}
	defer f.Close()
	file, e := weights.Open(f, info.Size())
	if e != nil {
		return fileio.Name(path, e)
	}
	if err != nil {
		fmt.Fprintf(w, "file      %s\nno model  %v\n", cli.Printable(path), err)
	} else if err := PrintModel(w, m); err != nil {
		return err
	}
	return printTensors(w, file)
}

// printTensors lists the dictionaries of a file and their tensors.
func printTensors(w io.Writer, file *weights.File) error {
	many := "with %d dictionaries of tensors"
	if len(file.Dictionaries) == 1 {
		many = "with %d dictionary of tensors"
	}
	fmt.Fprintf(w, "\n%s, "+many+"\n", file.Format, len(file.Dictionaries))
	for _, d := range file.Dictionaries {
		name := "under the key " + cli.Printable(d.Key)
		if d.Key == "" {
			name = "without a key"
		}
		fmt.Fprintf(w, "\n%s: %s, %s numbers\n", name,
			cli.Count(int64(len(d.Tensors)), "tensor"), cli.Thousands(d.Tensors.Elements()))
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, name := range slices.SortedFunc(maps.Keys(d.Tensors), compareNames) {
			tensor := d.Tensors[name]
			fmt.Fprintf(t, "  %s\t%s\t%v\n", cli.Printable(name), cli.Printable(tensor.Type), tensor.Shape)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}
