package models

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// weightsExtensions are the extensions of weights files, the preferred one first.
var weightsExtensions = []string{".safetensors", ".pth", ".pt"}

// otherExtensions are the extensions of files that are not weights, whatever their content.
var otherExtensions = strings.Fields(".json .yml .yaml .txt .md .wav .flac .mp3 .ogg .npy .npz .py .log .png .jpg " +
	".csv .tflite .html")

// look finds the weights files in a folder. A file with another extension is one if its content is.
func (p *place) look(folder string) error {
	entries, err := p.files.ReadDir(folder)
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return e.IsDir() || strings.HasPrefix(e.Name(), ".")
	})
	if err := p.checkShards(folder, entries); err != nil {
		return err
	}
	byName := map[string][]string{}
	var byContent, others []string
	for _, e := range entries {
		name := p.files.Join(folder, e.Name())
		switch ext := extension(name); {
		case slices.Contains(weightsExtensions, ext), ext == ".tflite":
			byName[ext] = append(byName[ext], name)
		case slices.Contains(otherExtensions, ext):
		default:
			kind, err := p.kind(name)
			switch {
			case err != nil:
			case kind.Readable:
				byContent = append(byContent, name)
			case kind.Name != "":
				others = append(others, fmt.Sprintf("%.40q is %s: %s", e.Name(), kind.Name, kind.Next))
			}
		}
	}
	for _, ext := range weightsExtensions {
		p.weights = append(p.weights, byName[ext]...)
	}
	p.weights = append(p.weights, byContent...)
	switch {
	case p.weights != nil:
		return nil
	case byName[".tflite"] != nil:
		p.codec = folder
		return nil
	case others != nil:
		return fmt.Errorf("%s: is a folder without weights: %.300s", folder, others[0])
	}
	return fmt.Errorf("%s: is a folder without weights, must have a .safetensors file, a PyTorch checkpoint, "+
		"or the three .tflite files of a codec", folder)
}
