package fileio

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/tailwave/tailwave/stream/wav"
)

// A Reading says how an input of sound is read.
type Reading struct {
	KeepPartial bool                 // a truncated input ends where it breaks off
	Report      func(message string) // reports what is not read; nil for nothing
	Copied      bool                 // the sound is written again: chunks that are lost then are reported too
}

// A WAV is an open WAV file, or standard input.
type WAV struct {
	Source
	Reader  *wav.Reader
	Input   *Input
	reading Reading
	noted   int // notes that were reported
}

// OpenWAV opens the file at path, or stdin for "-", and reads the header.
func OpenWAV(path string, stdin io.Reader, r Reading) (*WAV, error) {
	in, err := OpenInput(path, stdin)
	if err != nil {
		return nil, err
	}
	w, err := in.wav(r)
	if err != nil {
		in.Close()
	}
	return w, err
}

// wav reads the header of an input.
func (in *Input) wav(reading Reading) (*WAV, error) {
	r, err := wav.NewReader(in.Reader)
	if err != nil {
		return nil, Name(in.Name, in.convertible(err))
	}
	w := &WAV{Source: Source{Source: r, Name: in.Name, KeepPartial: reading.KeepPartial}, Reader: r, Input: in, reading: reading}
	w.report()
	return w, nil
}

// convertible returns the error for a file of another format with a command that converts it.
func (in *Input) convertible(err error) error {
	var what string
	switch e := err.(type) {
	case *wav.FormatError:
		what = "not a WAV file: looks like " + e.Name
	case *wav.UnsupportedError:
		what = "unsupported WAV encoding: " + e.Name
	default:
		return err
	}
	if in.File == nil {
		return fmt.Errorf("%s: pipe it through ffmpeg -i - -f wav -", what)
	}
	return fmt.Errorf("%s: convert it first: ffmpeg -i %s -c:a pcm_f32le %s", what, QuotePath(in.Name),
		QuotePath(strings.TrimSuffix(in.Name, filepath.Ext(in.Name))+"-pcm.wav"))
}

// report reports the notes that are new.
func (w *WAV) report() {
	for _, n := range w.Reader.Notes()[w.noted:] {
		w.noted++
		w.tell("%s", n)
	}
}

// tell reports a message about the file.
func (w *WAV) tell(format string, a ...any) {
	if w.reading.Report != nil {
		w.reading.Report(w.Name + ": " + fmt.Sprintf(format, a...))
	}
}

// Info returns what the header says.
func (w *WAV) Info() wav.Info { return w.Reader.Info() }

// Finish reads what follows the samples, if those were read to their end, and reports what was not read, and what a
// copy of the samples loses.
func (w *WAV) Finish() {
	if err := w.Reader.ReadRest(); err != nil {
		w.tell("%v", err)
	}
	w.report()
	if lost := w.Reader.Metadata(); w.ended && w.reading.Copied && len(lost) > 0 {
		w.tell("metadata not copied to OUT: %s", strings.Join(lost, ", "))
	}
	w.reading.Report = nil
}

// Close finishes a WAV that was read to its end, and closes the file. Standard input stays open.
func (w *WAV) Close() {
	w.Finish()
	w.Input.Close()
}
