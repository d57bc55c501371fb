package models

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/tailwave/tailwave/models/internal/file"
	"github.com/tailwave/tailwave/models/weights"
)

// A place is the paths of the files of a model.
type place struct {
	files   file.System
	codec   string   // the folder with the .tflite files of a codec; "" if there is none
	weights []string // the weights files, the preferred one first; at least one unless there is a codec
}

// find looks for a model at the path of a file or a folder.
func find(files file.System, path string) (place, error) {
	p := place{files: files}
	st, err := files.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, fmt.Errorf("%w: check the path", err)
	} else if err != nil {
		return p, err
	}
	if !st.IsDir() {
		if extension(path) == ".tflite" {
			p.codec = files.Dir(path)
			return p, nil
		}
		p.weights = []string{path}
		return p, p.checkShard(path)
	}
	return p, p.look(path)
}

// kind returns the kind of a file by its content.
func (p *place) kind(path string) (weights.Kind, error) {
	r, err := p.files.Open(path, maxWeights)
	if err != nil {
		return weights.Kind{}, err
	}
	defer r.Close()
	return weights.Recognize(r.ReaderAt, r.Size)
}

// extension returns the extension of a file's name in lower case.
func extension(name string) string { return strings.ToLower(path.Ext(name)) }

// withWeights opens a weights file while f runs. Errors begin with the path. A panic becomes an error: a hostile file
// must not end a server.
func (p place) withWeights(path string, f func(*weights.File) error) (err error) {
	r, err := p.files.Open(path, maxWeights)
	if err != nil {
		return err
	}
	defer r.Close()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the reader failed, which is a bug in tailwave: %v", v)
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
