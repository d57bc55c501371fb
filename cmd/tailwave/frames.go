package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tailwave/tailwave/models/npy"
	"github.com/tailwave/tailwave/stream"
)

// openFrames opens the input of a model: a .npy file, or "-" for standard input, which holds a .npy file or else bare
// little-endian float32 values, frame by frame. The caller closes what it returns.
func openFrames(path string, stdin io.Reader, format stream.Format, melsFirst bool) (*frameSource, io.Closer, error) {
	s := &frameSource{format: format, name: path, total: -1}
	var closer io.Closer = io.NopCloser(nil)
	r := stdin
	if path == "-" {
		s.name = "standard input"
		// The magic string is looked for byte by byte: bare frames must not wait for more than shows that they are.
		b := bufio.NewReaderSize(stdin, 1<<16)
		n, matches := 0, true
		for matches && n < len(npy.Magic) {
			n++
			head, err := b.Peek(n)
			if err != nil && err != io.EOF {
				return nil, nil, &fileError{s.name, err}
			}
			matches = string(head) == npy.Magic[:n]
		}
		if !matches {
			s.r = b
			return s, closer, nil
		}
		r = b
	} else {
		f, err := os.Open(path)
		if err != nil {
			return nil, nil, &fileError{fmt.Sprintf("%q", path), reason(err)}
		}
		r, closer = bufio.NewReaderSize(f, 1<<16), f
	}
	a, err := npy.Read(r)
	if err == nil {
		s.array, err = frames(a, format.Channels, melsFirst)
	}
	if err != nil {
		closer.Close()
		return nil, nil, &fileError{s.name, err}
	}
	s.total = int64(len(s.array) / format.Channels)
	return s, closer, nil
}

// frames returns the values of a two-dimensional array, frame by frame. A leading dimension of 1 is passed over.
func frames(a *npy.Array, channels int, melsFirst bool) ([]float32, error) {
	shape := a.Shape
	if len(shape) == 3 && shape[0] == 1 {
		shape = shape[1:]
	}
	if len(shape) != 2 {
		return nil, fmt.Errorf("array of shape %v: must have two dimensions, mels and frames", a.Shape)
	}
	mels, n := shape[0], shape[1]
	other := "frames-first"
	if !melsFirst {
		mels, n, other = n, mels, "mels-first"
	}
	if mels != channels {
		err := fmt.Errorf("array of shape %v has frames of %d values, the model takes %d", a.Shape, mels, channels)
		if n == channels {
			err = fmt.Errorf("%w; is it --layout %s?", err, other)
		}
		return nil, err
	}
	values := a.Float32
	if values == nil {
		values = make([]float32, len(a.Float64))
		for i, v := range a.Float64 {
			values[i] = float32(v)
		}
	}
	if !melsFirst {
		return values, nil
	}
	out := make([]float32, len(values))
	for m := range mels {
		for f, v := range values[m*n:][:n] {
			out[f*mels+m] = v
		}
	}
	return out, nil
}

var errLayout = errors.New("must be mels-first or frames-first")

// parseLayout returns whether the first dimension is that of the mels.
func parseLayout(name string) (melsFirst bool, err error) {
	switch name {
	case "mels-first":
		return true, nil
	case "frames-first":
		return false, nil
	}
	return false, errLayout
}
