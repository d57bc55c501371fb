package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// A wavInput is an opened WAV file or standard input.
type wavInput struct {
	*wav.Reader
	name string // for messages
	file *os.File
	hint string // what else to do about a truncated file, "" for nothing
}

// openWAV opens path, or stdin for "-", and reads the header.
func openWAV(path string, stdin io.Reader) (*wavInput, error) {
	if path == "-" {
		return readWAV("standard input", stdin, nil)
	}
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	return readWAV(path, f, f)
}

// openFile opens path for reading.
func openFile(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &fileError{path, withoutPath(err)}
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, &fileError{path, errors.New("is a folder; name a file")}
	}
	return f, nil
}

// readWAV reads the header of what r holds. The file that it is, or nil, is closed with the input, or if this fails.
func readWAV(name string, r io.Reader, file *os.File) (*wavInput, error) {
	in := &wavInput{name: name, file: file}
	var err error
	if in.Reader, err = wav.NewReader(r); err != nil {
		in.Close()
		return nil, &fileError{in.name, err}
	}
	return in, nil
}

// Read is stream.Source.Read; errors name the file.
func (in *wavInput) Read(dst []float32) (int, error) {
	n, err := in.Reader.Read(dst)
	return n, in.named(err)
}

// named adds the file's name, and to the error of a truncated one the hint.
func (in *wavInput) named(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	if isTruncated(err) && in.hint != "" {
		err = fmt.Errorf("%w, %s", err, in.hint)
	}
	return &fileError{in.name, err}
}

// Close closes the file; standard input stays open.
func (in *wavInput) Close() {
	if in.file != nil {
		in.file.Close()
	}
}

// A partialSource ends where its source breaks off, as if that were the end, and keeps the error for later. It is not
// stream.Sized, for the length that the header gives is not the one to come.
type partialSource struct {
	in  *wavInput
	err error
}

func (p *partialSource) Format() stream.Format { return p.in.Format() }

func (p *partialSource) Read(dst []float32) (int, error) {
	n, err := p.in.Reader.Read(dst)
	if isTruncated(err) {
		p.err = keptPartial(p.in.name, err)
		return n, io.EOF
	}
	return n, p.in.named(err)
}

// partialHint is what else to do about a truncated input.
const partialHint = "or convert what is there with --keep-partial"

// keptPartial returns the error of a run that converted the good frames of a truncated input.
func keptPartial(name string, err error) error {
	return &fileError{name, fmt.Errorf("%w; what was there has been converted", err)}
}
