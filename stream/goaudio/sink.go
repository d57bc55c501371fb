package goaudio

import (
	"errors"
	"fmt"
	"math"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// blockBytes is about the number of bytes per write.
const blockBytes = 64 << 10

// A Sink is a [stream.Sink] that writes a WAV file through a go-audio encoder. WavAudioFormat 1 writes integers of 8,
// 16, 24 or 32 bits, WavAudioFormat 3 floats of 32 or 64 bits. Samples are converted as by [pcm.Encoder]: rounded to
// nearest even and saturated, with NaN as 0 in integers.
//
// The encoder's writer must be at the beginning of an empty file, and must be able to seek, because Close completes the
// header from byte 4 on. The header is that of go-audio: a fmt chunk of 16 bytes. The standard asks for a longer one
// for floats and for more than 2 channels, but readers accept it.
//
// A Sink passes blocks of 64 KiB to Encoder.AddLE, which writes them unchanged. After Open it allocates nothing. It
// needs about 1/7 of the time of Encoder.Write, which allocates for each sample, and for files 1/100 of the time of
// Encoder.WriteFrame, which allocates for each frame and writes it on its own.
type Sink struct {
	// Dither adds triangular noise, two steps peak to peak, before rounding to integers. Floats get none. Set it before
	// Open.
	Dither bool

	e     *gowav.Encoder
	limit int64 // largest size of the outer chunk, lower in tests

	enc      *pcm.Encoder
	channels int
	frame    int64 // bytes
	room     int64 // further bytes of data that the sizes in the header can count
	data     int64 // bytes passed to the encoder
	buf      []byte
	open     bool
	err      error // first error of Write or Close
}

var _ stream.Sink = (*Sink)(nil)

// NewSink returns a Sink that writes through e, which wav.NewEncoder of go-audio must have created. The error is a
// *RefusedError if e is nil, if e has written before, or if its fields do not describe a file that it can write: a
// format not listed at [Sink], no channels, no rate, frames of more than 65535 bytes, or more than 2^32-1 bytes per
// second.
//
// Only the Sink may use e until Close. Set e.Metadata before Open.
func NewSink(e *gowav.Encoder) (*Sink, error) {
	if e == nil {
		return nil, &RefusedError{"encoder", "is nil"}
	}
	if _, err := encodingOf(e); err != nil {
		return nil, err
	}
	return &Sink{e: e, limit: math.MaxUint32}, nil
}

// Stats returns the number of frames encoded, and the losses of encoding them, such as the number of clipped samples.
func (s *Sink) Stats() pcm.Stats {
	if s.enc == nil {
		return pcm.Stats{}
	}
	return s.enc.Stats()
}

// Open writes the header. The error is a *RefusedError if the encoder was created for another rate or number of
// channels than f has, or if frames and the encoder's metadata exceed the 4 GiB that the header can count. For a
// failure of the underlying writer, the error has its text, but does not always wrap it, because the encoder does not.
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
		return &RefusedError{"encoder", fmt.Sprintf("created for %d channels at %d Hz, but the stream has %d at %d "+
			"Hz: create it for those", s.e.NumChans, s.e.SampleRate, have.NumChannels, have.SampleRate)}
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

// tooLong is the error for more frames than the sizes in the header can count.
func (s *Sink) tooLong(frames int64) error {
	return &RefusedError{"encoder", fmt.Sprintf("%d frames of %d bytes and the header exceed %d bytes, the most that "+
		"a header of go-audio can count: use the Writer of stream/wav", frames, s.frame, s.limit)}
}

// Write encodes frames, which must be a whole number of frames. The error is a *RefusedError if the file would exceed 4
// GiB; these frames are then not written. Any other error wraps that of the encoder's writer. Every later call returns
// the same error.
func (s *Sink) Write(frames []float32) error {
	if !s.open {
		return errors.New("go-audio encoder: not open: call Write between Open and Close")
	}
	if len(frames)%s.channels != 0 {
		return fmt.Errorf("go-audio encoder: %d samples: not a whole number of frames of %d channels", len(frames),
			s.channels)
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

// flush passes the buffered bytes to the encoder.
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

// Close ends the file. It does not close the underlying writer. A second Close does nothing.
//
// If cause is nil, Close writes the buffered samples and the pad byte of odd data, and closes the encoder, which
// completes the header. The error is that of an earlier Write, or wraps that of the encoder. The encoder may keep only
// the text of its writer's error.
//
// If cause is not nil, or if a Write has failed, the sizes in the header become larger than the data, so that a reader
// which checks them finds the file truncated. A Sink cannot delete the file. The error is then that of writing these
// sizes, or that of the Write.
//
// After Close, one call of Encoder.Close, such as a deferred one, changes nothing. A second one makes the size of the
// file wrong, as with any encoder of go-audio. The fields BitDepth and NumChans of the encoder have lost their meaning.
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
