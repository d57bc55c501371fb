package fileio

import (
	"io"

	"github.com/tailwave/tailwave/stream/wav"
)

// A WAV is an open WAV file, or standard input.
type WAV struct {
	Source
	Reader *wav.Reader
	Input  *Input
}

// OpenWAV opens the file at path, or stdin for "-", and reads the header.
func OpenWAV(path string, stdin io.Reader) (*WAV, error) {
	in, err := OpenInput(path, stdin)
	if err != nil {
		return nil, err
	}
	w, err := in.wav()
	if err != nil {
		in.Close()
	}
	return w, err
}

// wav reads the header of an input.
func (in *Input) wav() (*WAV, error) {
	r, err := wav.NewReader(in.Reader)
	if err != nil {
		return nil, Name(in.Name, err)
	}
	return &WAV{Source: Source{Source: r, Name: in.Name}, Reader: r, Input: in}, nil
}

// Info returns what the header says.
func (w *WAV) Info() wav.Info { return w.Reader.Info() }

// Close closes the file. Standard input stays open.
func (w *WAV) Close() { w.Input.Close() }
