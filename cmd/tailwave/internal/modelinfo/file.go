package modelinfo

import (
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
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	kind, err := weights.Recognize(f, info.Size())
	return err == nil && kind.Readable
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
