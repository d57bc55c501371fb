package goaudio

import (
	"errors"
	"fmt"
	"math"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// blockBytes is about how much is written at a time.
const blockBytes = 64 << 10

// A Sink is a stream.Sink that writes through a go-audio encoder: integers of 8, 16, 24 and 32 bits with
// WavAudioFormat 1, floats of 32 and 64 bits with WavAudioFormat 3. Samples are converted as by pcm.Encoder: rounded to
// nearest even, saturated, NaN to 0 in integers.
//
// Encoder.Write allocates for every sample, Encoder.WriteFrame for every frame, and it calls the underlying writer each
// time. A Sink hands blocks of 64 KiB to Encoder.AddLE, which passes them on as they are: it takes the time of the
// conversion, about a seventh of that of Write and, to files, a hundredth of that of WriteFrame, and after Open
// allocates nothing.
//
// The encoder's writer must be at the beginning of an empty file and really seek, for the encoder completes the header
// at its byte 4. The header is the encoder's: a fmt chunk of 16 bytes, which for floats and for more than 2 channels is
// less than the standard asks for, but what readers accept.
type Sink struct {
	// Dither adds triangular noise of two steps peak to peak before rounding to integers. Floats ignore it. It is to be
	// set before Open.
	Dither bool

	e     *gowav.Encoder
	limit int64 // largest size of the outer chunk, lower in tests

	enc      *pcm.Encoder
	channels int
	frame    int64 // bytes
	room     int64 // data bytes that the sizes in the header can still count
	data     int64 // bytes passed to the encoder
	buf      []byte
	open     bool
	err      error // of the first write that failed
}

var _ stream.Sink = (*Sink)(nil)

// NewSink returns a Sink that writes through e, which must be made by go-audio's wav.NewEncoder. The error is a
// *RefusedError if e is nil, has been written with, or has fields that make no file: formats other than those above, no
// channels, no rate, frames of more than 65535 bytes, more than 2^32-1 bytes per second.
//
// e belongs to the Sink until Close. Its Metadata must be set before Open.
func NewSink(e *gowav.Encoder) (*Sink, error) {
	if e == nil {
		return nil, &RefusedError{"encoder", "nil"}
	}
	if _, err := encodingOf(e); err != nil {
		return nil, err
	}
	return &Sink{e: e, limit: math.MaxUint32}, nil
}

// Stats returns the frames encoded and what encoding them met, such as the number of clipped samples.
func (s *Sink) Stats() pcm.Stats {
	if s.enc == nil {
		return pcm.Stats{}
	}
	return s.enc.Stats()
}

// Open writes the header. The error is a *RefusedError if the encoder's fields do not fit f, or if the frames and the
// encoder's metadata make more than the 4 GiB that the header can count. Otherwise it has the text of the error of the
// underlying writer, which the encoder does not always wrap.
func (s *Sink) Open(f stream.Format, frames int64) error {
	encoding, err := encodingOf(s.e)
	if err != nil {
		return err
	}
	have, err := Format(f)
	if err != nil {
		return err
	}
	if have.SampleRate != s.e.SampleRate || have.NumChannels != s.e.NumChans {
		return &RefusedError{"encoder", fmt.Sprintf("made for %d channels at %d Hz, but the stream has %d at %d Hz",
			s.e.NumChans, s.e.SampleRate, have.NumChannels, have.SampleRate)}
	}
	s.channels, s.frame = f.Channels, int64(f.Channels*encoding.Bytes())
	s.room = s.limit - (encoderHeader - 8) - metadataBytes(s.e.Metadata) - 1 // pad byte
	if frames > s.room/s.frame {
		return s.tooLong(frames)
	}
	if s.enc, err = pcm.NewEncoder(encoding, f.Channels, s.Dither); err != nil {
		return &RefusedError{"encoder", err.Error()}
	}
	s.buf = make([]byte, 0, blockBytes/s.frame*s.frame)
	if err := beginData(s.e); err != nil {
		return fmt.Errorf("go-audio encoder: %w", err)
	}
	s.open = true
	return nil
}

func (s *Sink) tooLong(frames int64) error {
	return &RefusedError{"encoder", fmt.Sprintf("%d frames of %d bytes and the header exceed %d bytes, the most a WAV file can count; use the Writer of stream/wav",
		frames, s.frame, s.limit)}
}

// Write encodes frames, whose length must be a whole number of frames. The error is a *RefusedError if the file would
// pass 4 GiB, none of these frames then being written, or wraps that of the encoder's writer; later calls repeat it.
func (s *Sink) Write(frames []float32) error {
	if !s.open {
		return errors.New("go-audio encoder: not open")
	}
	if len(frames)%s.channels != 0 {
		return fmt.Errorf("go-audio encoder: %d samples are not a whole number of frames of %d channels", len(frames), s.channels)
	}
	n := int64(len(frames) / s.channels)
	if s.err == nil && n > s.room/s.frame {
		s.err = s.tooLong(s.enc.Stats().Frames + n)
	}
	if s.err != nil {
		return s.err
	}
	s.room -= n * s.frame
	size := s.enc.Format().Bytes()
	for len(frames) > 0 && s.err == nil {
		k := min((cap(s.buf)-len(s.buf))/size, len(frames))
		s.buf = s.enc.Encode(s.buf, frames[:k])
		frames = frames[k:]
		if len(s.buf) == cap(s.buf) {
			s.flush()
		}
	}
	return s.err
}

// flush hands what is buffered to the encoder.
func (s *Sink) flush() {
	if s.err != nil || len(s.buf) == 0 {
		return
	}
	if err := s.e.AddLE(s.buf); err != nil {
		s.err = fmt.Errorf("go-audio encoder: writing at byte %d of the data: %w", s.data, err)
		return
	}
	s.data += int64(len(s.buf))
	s.buf = s.buf[:0]
}

// Close ends the file; a second Close does nothing. With a nil cause it writes what is buffered and the pad byte of odd
// data, and closes the encoder, which completes the header. The error is that of a Write that failed, or wraps that of
// the encoder, which may have only the text of the writer's.
//
// With another cause, and after a Write that failed, the header is made to claim more data than can follow, so that a
// reader that checks finds the file truncated; it has no other way to discard a file. The error is then only that of
// doing so, or of the Write.
//
// One later Close of the encoder itself, such as a deferred one, changes nothing; further ones would spoil the size of
// the file, as they always do. Its fields BitDepth and NumChans no longer mean anything. The underlying writer is not
// closed.
func (s *Sink) Close(cause error) error {
	if !s.open {
		return nil
	}
	s.open = false
	if cause == nil {
		s.flush()
		if s.err == nil && s.data%2 == 1 {
			if err := s.e.AddLE([]byte{0}); err != nil {
				s.err = fmt.Errorf("go-audio encoder: writing the pad byte: %w", err)
			}
		}
		if s.err == nil {
			err := finish(s.e, s.data)
			if err == nil {
				return nil
			}
			s.err = fmt.Errorf("go-audio encoder: %w", err)
		}
	}
	err := spoil(s.e, s.frame)
	switch {
	case cause == nil:
		return s.err
	case err != nil:
		return fmt.Errorf("go-audio encoder: %w", err)
	}
	return nil
}
