package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/tailwave/tailwave/models/npy"
	"github.com/tailwave/tailwave/stream"
)

// A frameSource hands on frames for a model: those of an array, or float32 values as they arrive.
type frameSource struct {
	format stream.Format
	name   string // for messages

	array *npy.Frames // nil if frames arrive

	r       io.Reader
	pending []byte // bytes of a frame that is not complete
	buf     []byte
}

// openFrames opens the input of a model: a .npy file, or "-" for standard input, which holds a .npy file or else bare
// little-endian float32 values, frame by frame. The caller closes what it returns.
func openFrames(path string, stdin io.Reader, format stream.Format, melsFirst bool) (*frameSource, io.Closer, error) {
	s := &frameSource{format: format, name: path}
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
		r, closer = f, f
	}
	err := s.openArray(r, melsFirst)
	if err != nil {
		closer.Close()
		return nil, nil, &fileError{s.name, err}
	}
	return s, closer, nil
}

// openArray reads the header of a .npy file, whose frames must be of the format.
func (s *frameSource) openArray(r io.Reader, melsFirst bool) (err error) {
	if s.array, err = npy.NewFrames(r, melsFirst); err != nil || s.array.Channels == s.format.Channels {
		return err
	}
	err = fmt.Errorf("has frames of %d values, the model takes %d", s.array.Channels, s.format.Channels)
	if s.array.Total == int64(s.format.Channels) {
		other := "mels-first"
		if melsFirst {
			other = "frames-first"
		}
		err = fmt.Errorf("%w; is it --layout %s?", err, other)
	}
	return err
}

func (s *frameSource) Format() stream.Format { return s.format }

// Frames is stream.Sized.Frames.
func (s *frameSource) Frames() int64 {
	if s.array == nil {
		return -1
	}
	return s.array.Total
}

func (s *frameSource) Read(dst []float32) (int, error) {
	if s.array != nil {
		n, err := s.array.Read(dst)
		if err != nil && err != io.EOF {
			err = &fileError{s.name, err}
		}
		return n, err
	}
	size := 4 * s.format.Channels
	if len(s.buf) < 4*len(dst) {
		s.buf = make([]byte, 4*len(dst))
	}
	have := copy(s.buf, s.pending)
	n, err := s.r.Read(s.buf[have : 4*len(dst)])
	have += n
	whole := have / size * size
	for i := range whole / 4 {
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(s.buf[4*i:]))
	}
	s.pending = append(s.pending[:0], s.buf[whole:have]...)
	if err == io.EOF && len(s.pending) > 0 {
		err = &fileError{s.name, fmt.Errorf("ends inside a frame: %d of its %d bytes", len(s.pending), size)}
		return 0, err
	}
	if err != nil && err != io.EOF {
		err = &fileError{s.name, err}
	}
	return whole / size, err
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
