package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream"
)

// A codeSource is a container of codes as a source of latents. Where a second is damaged it has silence; where the
// container breaks off it ends. It keeps what is wrong for later, so that every good frame is decoded.
type codeSource struct {
	name      string
	reader    *lyra.Reader
	quantizer *lyra.Quantizer
	silence   func() ([]float32, error)
	frames    int64 // -1 if not known before the end
	length    int64 // samples at the rate in the header; -1 if not known before the end

	pending []float32 // read, not yet given
	from    int       // of pending
	ended   bool
	silent  []float32    // latents of a hop amid silence, once needed
	damage  error        // the first
	damaged int64        // how many there are
	missing bool         // sound of one of them
	broken  error        // why the container cannot be read to its end
	exact   atomic.Int64 // samples, once known; before the last frame is given, if at all. -1 for not known
}

// openCodes opens a container, or standard input for "-". The caller closes what it returns.
func openCodes(path string, stdin io.Reader, codec *lyra.Codec) (*codeSource, io.Closer, error) {
	s := &codeSource{name: path, silence: codec.Silence, frames: -1, length: -1}
	s.exact.Store(-1)
	var closer io.Closer = io.NopCloser(nil)
	r := stdin
	var file *os.File
	if path == "-" {
		s.name = "standard input"
	} else {
		var err error
		if file, err = os.Open(path); err != nil {
			return nil, nil, &fileError{fmt.Sprintf("%q", path), withoutPath(err)}
		}
		r, closer = file, file
	}
	if err := s.open(r, file, codec); err != nil {
		closer.Close()
		return nil, nil, &fileError{s.name, err}
	}
	return s, closer, nil
}

func (s *codeSource) open(r io.Reader, file *os.File, codec *lyra.Codec) (err error) {
	size := int64(-1)
	if file != nil {
		info, err := file.Stat()
		switch {
		case err == nil && info.IsDir():
			return errors.New("is a folder; name a file")
		case err == nil && info.Mode().IsRegular():
			size = info.Size()
		}
	}
	if s.reader, err = lyra.NewReader(r); err != nil {
		return withoutPath(err)
	}
	if size >= 0 {
		if s.length = s.reader.Header().Length(file, size); s.length >= 0 {
			s.frames = s.reader.Header().Hops(s.length)
		}
	}
	s.quantizer = codec.NewQuantizer()
	return nil
}

func (s *codeSource) Format() stream.Format {
	return stream.Format{Rate: stream.Hz(lyra.SampleRate / lyra.Hop), Channels: lyra.Latents}
}

// Frames is stream.Sized.Frames.
func (s *codeSource) Frames() int64 { return s.frames }

// Read holds back the last frame that it has, until it is known whether the stream ends there and how many samples the
// frame then has.
func (s *codeSource) Read(dst []float32) (int, error) {
	for !s.ended && len(s.pending)-s.from <= lyra.Latents {
		s.pending = s.pending[:copy(s.pending, s.pending[s.from:])]
		s.from = 0
		if err := s.next(); err != nil {
			return 0, &fileError{s.name, err}
		}
	}
	end := len(s.pending)
	if !s.ended {
		end -= lyra.Latents
	}
	n := copy(dst, s.pending[s.from:end])
	s.from += n
	if s.ended && s.from == len(s.pending) {
		return n / lyra.Latents, io.EOF
	}
	return n / lyra.Latents, nil
}

// next takes in a second.
func (s *codeSource) next() error {
	codes, err := s.reader.Next()
	if damage, ok := errors.AsType[*lyra.DamageError](err); ok {
		return s.damagedSecond(damage)
	}
	_, broken := errors.AsType[*lyra.BrokenError](err)
	if broken {
		s.broken = err
	}
	if broken || err == io.EOF {
		s.ended = true
		s.exact.Store(s.reader.Samples())
		return nil
	}
	s.pending = s.quantizer.Decode(s.pending, codes, s.reader.Codebooks())
	return err
}

// damagedSecond puts silence where a second is damaged.
func (s *codeSource) damagedSecond(damage *lyra.DamageError) (err error) {
	if s.damaged++; s.damage == nil {
		s.damage = damage
	}
	if damage.Hops == 0 {
		return nil
	}
	s.missing = true
	if s.silent == nil {
		if s.silent, err = s.silence(); err != nil {
			return err
		}
	}
	for range damage.Hops {
		s.pending = append(s.pending, s.silent...)
	}
	return nil
}

// wrong returns what is wrong with the container, of which all has been read.
func (s *codeSource) wrong() error {
	if s.damage == nil && s.broken == nil {
		return nil
	}
	var text []string
	if s.damage != nil {
		what := s.damage.Error()
		if s.damaged > 1 {
			what += fmt.Sprintf(", and %d more", s.damaged-1)
		}
		text = append(text, what)
	}
	if s.broken != nil {
		text = append(text, s.broken.Error())
	}
	switch {
	case s.missing && s.damaged > 1:
		text = append(text, "they are silent, all else has been decoded")
	case s.missing:
		text = append(text, "it is silent, all else has been decoded")
	default:
		text = append(text, "what was there has been decoded")
	}
	return &fileError{s.name, errors.New(strings.Join(text, "; "))}
}

// A trimSink drops the samples beyond those that were encoded: the codec filled up the last hop.
type trimSink struct {
	stream.Sink
	source *codeSource
	rate   int // of the samples
	frames int64
}

func (t *trimSink) Open(f stream.Format, _ int64) error {
	frames := t.source.length
	if frames >= 0 {
		frames = t.source.reader.Header().Samples(frames, t.rate)
	}
	return t.Sink.Open(f, frames)
}

func (t *trimSink) Write(samples []float32) error {
	if n := t.source.exact.Load(); n >= 0 {
		left := t.source.reader.Header().Samples(n, t.rate) - t.frames
		samples = samples[:max(0, min(left, int64(len(samples))))]
	}
	t.frames += int64(len(samples))
	return t.Sink.Write(samples)
}
