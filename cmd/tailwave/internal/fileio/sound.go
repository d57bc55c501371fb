package fileio

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/stream/raw"
	"github.com/tailwave/tailwave/stream/wav"
)

// A Content is what an input holds.
type Content int

// The contents of a Sound.
const (
	BareFrames Content = iota // float32 values, frame by frame
	Array                     // a .npy file of frames
	WAVFile
)

// beginnings are the first bytes of arrays and WAV files.
var beginnings = map[string]Content{npy.Magic: Array, "RIFF": WAVFile, "RF64": WAVFile, "BW64": WAVFile}

// A Sound is an input of sound or of frames.
type Sound struct {
	*Input
	Content Content
	Unknown bool // a file with another beginning, read as a WAV file: the WAV reader names the format

	reading Reading
	wav     *WAV
}

// OpenSound opens the file at path, or stdin for "-", and recognises its content: a WAV file, a .npy file, or else, if
// it is a stream, bare frames.
func OpenSound(path string, stdin io.Reader, r Reading) (*Sound, error) {
	in, err := OpenInput(path, stdin)
	if err != nil {
		return nil, err
	}
	s := &Sound{Input: in, reading: r}
	if err := s.look(); err != nil {
		s.Close()
		return nil, Name(in.Name, err)
	}
	return s, nil
}

// look sets Content by the first bytes. A regular file is at its beginning again afterwards.
func (s *Sound) look() error {
	section := fileSection(s.Reader)
	b := bufio.NewReaderSize(s.Reader, 1<<16)
	var k *kind
	var err error
	if s.Content, k, err = recognize(b); err != nil {
		return err
	}
	if k != nil {
		return k.frames(s.Input)
	}
	if !IsRegular(s.File) {
		if s.Reader = b; s.Content != BareFrames && section != nil {
			s.Reader = section
		}
		return nil
	}
	if s.Content == BareFrames {
		s.Content, s.Unknown = WAVFile, true
		if IsArray(s.Name) {
			s.Content = Array
		}
	}
	_, err = s.File.Seek(0, io.SeekStart)
	return err
}

// fileSection returns the section of a regular file from its current position, which can be read in any order. It
// returns nil for other readers.
func fileSection(r io.Reader) *io.SectionReader {
	f, ok := r.(interface {
		io.ReaderAt
		io.Seeker
	})
	if !ok || !IsRegular(r) {
		return nil
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil
	}
	if _, err := f.Seek(at, io.SeekStart); err != nil {
		return nil
	}
	return io.NewSectionReader(f, at, max(0, end-at))
}

// recognize looks at the beginning byte by byte: waiting for more bytes than needed would delay bare frames.
func recognize(b *bufio.Reader) (Content, *kind, error) {
	for n := 1; ; n++ {
		head, err := b.Peek(n)
		if err != nil && err != io.EOF {
			return 0, nil, err
		}
		k, open := kindOf(head)
		if k != nil {
			return 0, k, nil
		}
		for begin, content := range beginnings {
			if string(head) == begin {
				return content, nil, nil
			}
			open = open || strings.HasPrefix(begin, string(head))
		}
		sound, more := otherSound(head)
		if sound {
			return WAVFile, nil, nil // the error of the WAV reader names the format
		}
		if open = open || more; !open || len(head) < n {
			return BareFrames, nil, nil
		}
	}
}

// WAV reads the header of a WAV file. The Sound stays the owner of the file.
func (s *Sound) WAV() (*WAV, error) {
	w, err := s.Input.wav(s.reading)
	if err != nil && s.Unknown {
		if e, ok := errors.AsType[*KindError](err); ok {
			return nil, &Error{s.Name, e.kind.frames(s.Input)}
		}
		if _, known := errors.AsType[*wav.FormatError](err); !known {
			err = &Error{s.Name, fmt.Errorf("%w, or a .npy file of frames", errors.Unwrap(err))}
		}
		return nil, err
	}
	s.wav = w
	return w, err
}

// Close finishes a WAV file that was read to its end, and closes the file. Standard input stays open.
func (s *Sound) Close() {
	if s.wav != nil {
		s.wav.Finish()
	}
	s.Input.Close()
}

// Frames returns the source of frames of the format: those of an array, or bare frames.
func (s *Sound) Frames(f stream.Format, l npy.Layout) (*Source, error) {
	source := &Source{Name: s.Name, KeepPartial: s.reading.KeepPartial}
	var err error
	if s.Content == Array {
		source.Source, err = openArray(s.Reader, f, l)
	} else {
		source.Source, err = raw.NewReader(s.Reader, f, pcm.F32)
	}
	return source, Name(s.Name, err)
}

// openArray reads the header of a .npy file, whose frames must be of the format.
func openArray(r io.Reader, f stream.Format, l npy.Layout) (stream.Source, error) {
	a, err := npy.NewReader(r, f.Rate, l)
	if err != nil || a.Format().Channels == f.Channels {
		return a, err
	}
	if a.Format().Channels == 1 { // of one dimension, or of two with a single mel
		return nil, singleMel(a.Frames(), f.Channels, l)
	}
	err = fmt.Errorf("has frames of %d values, the model takes %d: choose the model that the frames are for", a.Format().Channels, f.Channels)
	if a.Frames() == int64(f.Channels) {
		other := "frames-first"
		if l == npy.FramesFirst {
			other = "mels-first"
		}
		err = fmt.Errorf("%w, or set --layout %s", err, other)
	}
	return nil, err
}

// singleMel returns the error for an array of frames of one value where the model takes more. A single frame that lost
// a dimension has as many of them as the model takes values.
func singleMel(frames int64, mels int, l npy.Layout) error {
	shape, reshape := fmt.Sprintf("[%d, frames]", mels), fmt.Sprintf("mel.reshape(%d, 1)", mels)
	if l == npy.FramesFirst {
		shape, reshape = fmt.Sprintf("[frames, %d]", mels), fmt.Sprintf("mel.reshape(1, %d)", mels)
	}
	err := fmt.Errorf("has frames of 1 value, the model takes %d: save an array of shape %s", mels, shape)
	if frames == int64(mels) {
		err = fmt.Errorf("%w, for instance %s", err, reshape)
	}
	return err
}
