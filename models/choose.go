package models

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/tailwave/tailwave/models/internal/file"
	"github.com/tailwave/tailwave/models/weights"
)

// A place is where the files of a model are.
type place struct {
	files   file.System
	codec   string   // the folder with the .tflite files of a codec; "" if there is none
	weights []string // the files of weights, at least one unless there is a codec; the preferred one first
}

// find looks for a model at a path, that of a file or of a folder.
func find(files file.System, path string) (place, error) {
	p := place{files: files}
	st, err := files.Stat(path)
	if err != nil {
		return p, err
	}
	if !st.IsDir() {
		if extension(path) == ".tflite" {
			p.codec = files.Dir(path)
		} else {
			p.weights = []string{path}
		}
		return p, nil
	}
	entries, err := files.ReadDir(path)
	if err != nil {
		return p, err
	}
	for _, kind := range []string{".safetensors", ".pth", ".pt"} {
		for _, e := range entries {
			if extension(e.Name()) == kind && !e.IsDir() {
				p.weights = append(p.weights, files.Join(path, e.Name()))
			}
		}
	}
	if p.weights != nil {
		return p, nil
	}
	for _, e := range entries {
		if extension(e.Name()) == ".tflite" && !e.IsDir() {
			p.codec = path
			return p, nil
		}
	}
	return p, fmt.Errorf("%s: is a folder without a .safetensors, .pth or .pt file, "+
		"and without the three .tflite files of a codec; if the file has another extension, give its path", path)
}

// extension returns that of a file's name, in lower case.
func extension(name string) string { return strings.ToLower(path.Ext(name)) }

// choose returns the first file of weights if it is the only one, or all are of the configuration.
func (p place) choose(a config) (string, error) {
	if len(p.weights) == 1 {
		return p.weights[0], nil
	}
	name, shape := a.first()
	others := false
	var list []string
	for _, path := range p.weights {
		var holds string
		err := p.withWeights(path, func(file *weights.File) error {
			set := file.Dictionaries[0].Tensors
			if slices.Equal(set.Layer(name), shape) {
				holds = "the " + a.info().Architecture + " of config.json"
				return nil
			}
			others = true
			holds = describe(set)
			return nil
		})
		if err != nil {
			others, holds = true, "no weights"
		}
		list = append(list, p.files.Base(path)+" ("+holds+")")
	}
	if others {
		return "", fmt.Errorf("%s: has files of different models, name the one that is meant: %s",
			p.files.Dir(p.weights[0]), strings.Join(list, ", "))
	}
	return p.weights[0], nil
}

// describe says what a file holds that is not of the configuration.
func describe(set weights.Set) string {
	for _, known := range []struct{ layer, name string }{{hifiGANFirst, "HiFi-GAN"}, {melGANFirst, "MelGAN"}} {
		if shape := set.Layer(known.layer); shape != nil {
			return fmt.Sprintf("another %s, its first layer has shape %v", known.name, shape)
		}
	}
	return "something else"
}

// withWeights opens a file of weights for as long as f runs. Errors begin with its path. A panic is an error too: what
// is read may come from anywhere.
func (p place) withWeights(path string, f func(*weights.File) error) (err error) {
	r, err := p.files.Open(path, maxWeights)
	if err != nil {
		return err
	}
	defer r.Close()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("reader failed, which is a bug: %v", v)
		}
		if err != nil {
			err = inFile(path, err)
		}
	}()
	file, err := weights.Open(r.ReaderAt, r.Size)
	if err != nil {
		return err
	}
	return f(file)
}
