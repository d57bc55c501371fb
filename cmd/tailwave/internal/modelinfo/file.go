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

// modelExtensions are the extensions of files of models or weights.
var modelExtensions = strings.Fields(
	".safetensors .pth .pt .ckpt .pkl .bin .th .tar .nemo .onnx .tflite .pb .h5 .hdf5 .keras .gguf .msgpack")

// IsModel reports whether path is a model: a folder, or a file with the extension or the content of weights.
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

// recognize returns the kind of a file by its content.
func recognize(path string, size int64) (weights.Kind, error) {
	f, err := os.Open(path)
	if err != nil {
		return weights.Kind{}, err
	}
	defer f.Close()
	return weights.Recognize(f, size)
}

// What to do about a file: what package weights says of most files that are not weights, and what info says instead.
const (
	anyWeights = "use a .safetensors file or a PyTorch checkpoint"
	described  = "name a WAV file, a .lyra file or a model"
)

// Explain returns a better error than err for a file that is not sound: one that names the format of the file, if
// package weights recognises it. It returns err for a file named .wav, and if err already names the format.
func Explain(path string, err error) error {
	if path == "-" {
		return undescribed(path, err)
	}
	if _, known := errors.AsType[*wav.FormatError](err); known {
		return err
	}
	info, e := os.Stat(path)
	codes := fileio.Extension(path) == ".lyra"
	if codes && e == nil && info.Mode().IsRegular() && info.Size() == 0 {
		return fileio.Name(path, errors.New("is empty: need a .lyra file"))
	}
	if e != nil || !info.Mode().IsRegular() || info.Size() == 0 || strings.EqualFold(filepath.Ext(path), ".wav") {
		return err
	}
	kind, e := recognize(path, info.Size())
	switch {
	case e != nil || kind.Readable:
		return err
	case codes && kind.Unknown:
		return fileio.Name(path, errors.New("is not a .lyra file: it begins with other bytes: make one with tailwave codec encode"))
	case codes:
		name := kind.Name
		if k, ok := errors.AsType[*fileio.KindError](err); ok {
			name = k.Kind
		}
		return fileio.Name(path, fmt.Errorf("is %s, not a .lyra file: make one with tailwave codec encode", name))
	case kind.Unknown:
		return err
	}
	for _, word := range []string{"sound", "NumPy"} { // err already names these formats
		if strings.Contains(kind.Name, word) {
			return undescribed(path, err)
		}
	}
	if kind.Next == anyWeights { // the user did not ask for weights
		return fileio.Name(path, fmt.Errorf("is %s, which info does not describe: %s", kind.Name, described))
	}
	return fileio.Name(path, fmt.Errorf("is %s: %s", kind.Name, kind.Next))
}

// undescribed returns a better error than err for a file, or standard input, that info does not describe.
func undescribed(path string, err error) error {
	k, ok := errors.AsType[*fileio.KindError](err)
	switch {
	case !ok:
		return err
	case path != "-":
		return fileio.Name(path, fmt.Errorf("is %s, which info does not describe: %s", k.Kind, described))
	case k.Model:
		return fileio.Name("standard input", fmt.Errorf("is %s, which info reads only by its path: tailwave info FILE", k.Kind))
	}
	return fileio.Name("standard input", fmt.Errorf("is %s, which info does not describe: pipe a WAV file into it", k.Kind))
}

// Print describes the model at a path, which open opens. It also lists the tensors of a weights file. If that is not a
// model that open supports, Print prints the error of open instead of the description.
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
