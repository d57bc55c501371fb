package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
)

// A frameSource hands on frames for a model: those of an array, or float32 values as they arrive.
type frameSource struct {
	format stream.Format
	name   string // for messages

	array *npy.Reader // nil if frames arrive

	r       io.Reader
	pending []byte // bytes of a frame that is not complete
	buf     []byte

	keepPartial bool   // if bare frames end inside one, that is the end
	partial     error  // what it would have been otherwise
	hint        string // what else to do about it, "" for nothing
}

// A content is what an input holds.
type content int

const (
	bareFrames content = iota
	npyArray
	wavFile
)

// beginnings are what arrays and WAV files start with.
var beginnings = map[string]content{npy.Magic: npyArray, "RIFF": wavFile, "RF64": wavFile, "BW64": wavFile}

// A soundInput is an opened input of sound or of frames.
type soundInput struct {
	name string // for messages
	r    io.Reader
	file *os.File // nil for standard input
	content
	unknown bool // a file that begins like none of them, taken for a WAV file

	keepPartial bool         // what breaks off has ended there
	hint        string       // what else to do about that, "" for nothing
	partial     func() error // what it would have been otherwise; nil if it cannot be
}

// openSound opens path, or stdin for "-", and finds out what it holds: a WAV file, a .npy file, or else, of a stream,
// bare frames.
func openSound(path string, stdin io.Reader) (*soundInput, error) {
	in := &soundInput{name: path, r: stdin}
	if path == "-" {
		in.name = "standard input"
	} else {
		var err error
		if in.file, err = openFile(path); err != nil {
			return nil, err
		}
		in.r = in.file
	}
	if err := in.look(); err != nil {
		in.Close()
		return nil, &fileError{in.name, err}
	}
	return in, nil
}

// look finds out what the input holds. A regular file stands at its beginning again.
func (in *soundInput) look() error {
	regular := false
	if in.file != nil {
		info, err := in.file.Stat()
		regular = err == nil && info.Mode().IsRegular()
	}
	section := fileSection(in.r)
	b := bufio.NewReaderSize(in.r, 1<<16)
	if err := in.recognize(b); err != nil {
		return err
	}
	if !regular {
		if in.r = b; in.content == npyArray && section != nil {
			in.r = section
		}
		return nil
	}
	if in.content == bareFrames {
		in.content, in.unknown = wavFile, true // the reader of which says what it is instead
		if strings.EqualFold(filepath.Ext(in.name), ".npy") {
			in.content = npyArray
		}
	}
	_, err := in.file.Seek(0, io.SeekStart)
	return err
}

// fileSection returns what is left of a regular file, from where it stands: that can be read in any order. It returns
// nil for other readers.
func fileSection(r io.Reader) *io.SectionReader {
	f, ok := r.(*os.File)
	if !ok {
		return nil
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil
	}
	return io.NewSectionReader(f, at, max(0, info.Size()-at))
}

// recognize looks for the beginnings byte by byte: bare frames must not wait for more than shows that they are.
func (in *soundInput) recognize(b *bufio.Reader) error {
	for n := 1; ; n++ {
		head, err := b.Peek(n)
		if err != nil && err != io.EOF {
			return withoutPath(err)
		}
		open := false
		for begin, content := range beginnings {
			if string(head) == begin {
				in.content = content
				return nil
			}
			open = open || len(head) == n && strings.HasPrefix(begin, string(head))
		}
		if !open {
			return nil
		}
	}
}

// Close closes the file; standard input stays open.
func (in *soundInput) Close() {
	if in.file != nil {
		in.file.Close()
	}
}

// frames returns the frames of an array or of a stream.
func (in *soundInput) frames(format stream.Format, melsFirst bool) (*frameSource, error) {
	s := &frameSource{format: format, name: in.name, r: in.r, keepPartial: in.keepPartial, hint: in.hint}
	in.partial = func() error { return s.partial }
	if in.content == npyArray {
		if err := s.openArray(in.r, melsFirst); err != nil {
			return nil, &fileError{s.name, err}
		}
	}
	return s, nil
}

// openArray reads the header of a .npy file, whose frames must be of the format.
func (s *frameSource) openArray(r io.Reader, melsFirst bool) (err error) {
	layout := npy.FramesFirst
	if melsFirst {
		layout = npy.ChannelsFirst
	}
	if s.array, err = npy.NewReader(r, s.format.Rate, layout); err != nil {
		return err
	}
	channels := s.array.Format().Channels
	if channels == s.format.Channels {
		return nil
	}
	err = fmt.Errorf("has frames of %d values, the model takes %d", channels, s.format.Channels)
	if s.array.Frames() == int64(s.format.Channels) {
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
	return s.array.Frames()
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
		err = fmt.Errorf("ends inside a frame: %d of its %d bytes", len(s.pending), size)
		if s.keepPartial {
			s.partial = keptPartial(s.name, err)
			return whole / size, io.EOF
		}
		if s.hint != "" {
			err = fmt.Errorf("%w, %s", err, s.hint)
		}
		return 0, &fileError{s.name, err}
	}
	if err != nil && err != io.EOF {
		err = &fileError{s.name, err}
	}
	return whole / size, err
}

// checkLayout reports --layout if what the input holds has none. Of an unknown file its reader has more to say.
func (in *soundInput) checkLayout(cmd *cobra.Command) error {
	if in.content == npyArray || in.unknown || !cmd.Flags().Changed("layout") {
		return nil
	}
	what := "is a WAV file"
	if in.content == bareFrames {
		what = "holds bare frames, one after the other"
	}
	return usagef("--layout goes with an array of frames; %s %s", in.name, what)
}

var errLayout = errors.New("must be mels-first or frames-first")

// A layout says which dimension of an array comes first. The empty one is usual for the model: mels-first, but
// frames-first for the latents of a codec.
type layout string

// parseLayout returns the layout of that name.
func parseLayout(name string) (layout, error) {
	switch name {
	case "", "mels-first", "frames-first":
		return layout(name), nil
	}
	return "", errLayout
}

// melsFirst returns whether the first dimension is that of the mels, or of the latents.
func (l layout) melsFirst(latents bool) bool { return l == "mels-first" || l == "" && !latents }
