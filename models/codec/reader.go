package codec

import (
	"errors"
	"io"
	"sync/atomic"

	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream"
)

// A Reader is a [stream.Source] of the latents in a .lyra file, 50 frames per second. Damage does not end it: a damaged
// second becomes silence, and a file that breaks off ends the stream there. [Reader.Err] reports such damage, so that
// every good frame is decoded first.
type Reader struct {
	codec     *lyra.Codec
	reader    *lyra.Reader
	quantizer *lyra.Quantizer
	samples   int64 // encoded, at the rate in the header; -1 if not known before the end
	frames    int64 // of latents, not read yet; -1 if not known before the end

	pending []float32 // read, not returned yet
	from    int       // of pending
	ended   bool
	silence []float32 // latents of a hop amid silence, once needed
	damage  damage

	// exact is the number of samples once it is known, which is before the last frame is returned if at all; -1 until
	// then. The last stage of Decode reads it in another goroutine.
	exact atomic.Int64
}

// NewReader reads the header of a .lyra file. If r is an io.Seeker and an io.ReaderAt at its beginning, such as a
// regular file, the trailer at its end is read too, and the Reader knows its length in advance.
func NewReader(r io.Reader, c *lyra.Codec) (*Reader, error) {
	container, err := lyra.NewReader(r)
	if err != nil {
		return nil, err
	}
	s := &Reader{codec: c, reader: container, quantizer: c.NewQuantizer(), frames: -1}
	s.exact.Store(-1)
	if s.samples = announced(r, container.Header()); s.samples >= 0 {
		s.frames = container.Header().Hops(s.samples)
	}
	return s, nil
}

// announced returns the samples that the trailer of a file announces, or -1. Reading goes on where it was.
func announced(r io.Reader, h lyra.Header) int64 {
	file, ok := r.(interface {
		io.ReaderAt
		io.Seeker
	})
	if !ok {
		return -1
	}
	at, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return -1
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return -1
	}
	if _, err := file.Seek(at, io.SeekStart); err != nil {
		return -1
	}
	return h.Length(file, size)
}

// Header returns what the file holds.
func (r *Reader) Header() lyra.Header { return r.reader.Header() }

// Format returns 50 frames per second of [lyra.Latents] values.
func (r *Reader) Format() stream.Format {
	return stream.Format{Rate: stream.Hz(lyra.SampleRate / lyra.Hop), Channels: lyra.Latents}
}

// Frames returns the number of frames that are not read yet, or -1 if it is not known before the end. It implements
// [stream.Sized].
func (r *Reader) Frames() int64 { return r.frames }

// Read returns frames as [stream.Source] says. It holds the last frame back until it is known whether the stream ends
// there, and how many samples the frame then stands for.
func (r *Reader) Read(dst []float32) (frames int, err error) {
	for !r.ended && len(r.pending)-r.from <= lyra.Latents {
		r.pending = r.pending[:copy(r.pending, r.pending[r.from:])]
		r.from = 0
		if err := r.nextSecond(); err != nil {
			return 0, err
		}
	}
	end := len(r.pending)
	if !r.ended {
		end -= lyra.Latents
	}
	n := copy(dst, r.pending[r.from:end])
	r.from += n
	if r.frames >= 0 {
		r.frames -= int64(n / lyra.Latents)
	}
	if r.ended && r.from == len(r.pending) {
		return n / lyra.Latents, io.EOF
	}
	return n / lyra.Latents, nil
}

// nextSecond appends the frames of the next second to pending.
func (r *Reader) nextSecond() error {
	codes, err := r.reader.Next()
	if d, ok := errors.AsType[*lyra.DamageError](err); ok {
		r.damage.second(d)
		return r.appendSilence(d.Hops)
	}
	if _, broken := errors.AsType[*lyra.BrokenError](err); broken || err == io.EOF {
		if broken {
			r.damage.broken = err
		}
		r.ended = true
		r.exact.Store(r.reader.Samples())
		return nil
	}
	r.pending = r.quantizer.Decode(r.pending, codes, r.reader.Codebooks())
	return err
}

// appendSilence appends frames of silence to pending.
func (r *Reader) appendSilence(frames int) (err error) {
	if frames > 0 && r.silence == nil {
		if r.silence, err = r.codec.Silence(); err != nil {
			return err
		}
	}
	for range frames {
		r.pending = append(r.pending, r.silence...)
	}
	return nil
}

// Err returns what was wrong with the file as far as it has been read: damaged seconds, or an end that is missing. It
// is nil for a file in good order. It must not be called while a pipeline reads r.
func (r *Reader) Err() error { return r.damage.err() }
