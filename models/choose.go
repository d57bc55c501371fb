package models

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tailwave/tailwave/models/internal/file"
	"github.com/tailwave/tailwave/models/weights"
)

// weightsFiles returns path, or the files of weights in the folder path, at least one, the preferred first.
func weightsFiles(path string) ([]string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, file.PlainError(err)
	}
	if !st.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, file.PlainError(err)
	}
	var files []string
	for _, extension := range []string{".safetensors", ".pth", ".pt"} {
		for _, e := range entries {
			if strings.ToLower(filepath.Ext(e.Name())) == extension && !e.IsDir() {
				files = append(files, filepath.Join(path, e.Name()))
			}
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: is a folder without a .safetensors, .pth or .pt file, and without the three .tflite files of a codec; name the file if it is called otherwise", path)
	}
	return files, nil
}

// chooseWeights returns the first of files if it is the only one, or all are of the configuration.
func chooseWeights(files []string, a config) (string, error) {
	if len(files) == 1 {
		return files[0], nil
	}
	name, shape := a.first()
	others := false
	var list []string
	for _, file := range files {
		var holds string
		err := withWeights(file, func(w weights.Set) error {
			if slices.Equal(w.Layer(name), shape) {
				holds = "the " + a.info().Architecture + " of config.json"
				return nil
			}
			others = true
			holds = describe(w)
			return nil
		})
		if err != nil {
			others, holds = true, "no weights"
		}
		list = append(list, filepath.Base(file)+" ("+holds+")")
	}
	if others {
		return "", fmt.Errorf("%s: has files of different models, name the one that is meant: %s", filepath.Dir(files[0]), strings.Join(list, ", "))
	}
	return files[0], nil
}

// describe says what a file holds that is not of the configuration.
func describe(w weights.Set) string {
	for _, known := range []struct{ layer, name string }{{hifiGANFirst, "HiFi-GAN"}, {melGANFirst, "MelGAN"}} {
		if shape := w.Layer(known.layer); shape != nil {
			return fmt.Sprintf("another %s, its first layer has shape %v", known.name, shape)
		}
	}
	return "something else"
}

// withWeights opens a file of weights, whose errors then begin with its path. A panic of a reader is an error too: what it
// reads may come from anywhere.
func withWeights(path string, f func(weights.Set) error) (err error) {
	r, size, err := file.Open(path, maxWeights)
	if err != nil {
		return err
	}
	defer r.Close()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("reader failed, which is a bug: %v", v)
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", path, err)
		}
	}()
	w, err := weights.Open(r, size)
	if err != nil {
		return err
	}
	return f(w)
}
