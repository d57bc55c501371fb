package codec

import (
	"errors"
	"fmt"
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
	samples   int64 // encoded, at the rate in the header, by a trailer that was read in advance; -1 without one
	frames    int64 // of latents, by that trailer; -1 without one

	pending  []float32 // read, not returned yet
	from     int       // of pending
	returned int64     // frames
	missing  int64     // frames of silence that are to follow pending, because damage has left too few
	ended    bool
	silence  []float32 // latents of a hop amid silence, once needed
	damage   damage

	// exact is the number of samples that were encoded, by the trailer: -1 until the trailer is read, which is before
	// the last frame is returned, and for good if there is no valid trailer. The last stage of Decode reads it in
	// another goroutine.
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
func (r *Reader) Frames() int64 {
	if r.frames < 0 {
		return -1
	}
	return r.frames - r.returned
}

// Read returns frames as [stream.Source] says. It holds the last frame back until it is known whether the stream ends
// there, and how many samples the frame then stands for. If the trailer announced a number of frames, Read returns that
// number, also if damage leaves fewer or more of them.
func (r *Reader) Read(dst []float32) (frames int, err error) {
	for !r.ended && r.waiting() <= 1 {
		r.pending = r.pending[:copy(r.pending, r.pending[r.from:])]
		r.from = 0
		if err := r.nextSecond(); err != nil {
			return 0, err
		}
	}
	if r.ended && r.waiting() == 0 && r.missing > 0 {
		n := min(r.missing, secondHops)
		r.pending, r.from, r.missing = r.pending[:0], 0, r.missing-n
		if err := r.appendSilence(int(n)); err != nil {
			return 0, err
		}
	}
	end := len(r.pending)
	if !r.ended {
		end -= lyra.Latents
	}
	n := copy(dst, r.pending[r.from:end])
	r.from += n
	r.returned += int64(n / lyra.Latents)
	if r.ended && r.waiting() == 0 && r.missing == 0 {
		return n / lyra.Latents, io.EOF
	}
	return n / lyra.Latents, nil
}

// secondHops is how many frames a second has.
const secondHops = lyra.SampleRate / lyra.Hop

// waiting returns the frames that are read and not returned yet.
func (r *Reader) waiting() int64 { return int64(len(r.pending)-r.from) / lyra.Latents }

// nextSecond appends the frames of the next second to pending.
func (r *Reader) nextSecond() error {
	codes, err := r.reader.Next()
	if d, ok := errors.AsType[*lyra.DamageError](err); ok {
		r.damage.second(d)
		if r.frames >= 0 {
			d.Hops = int(min(int64(d.Hops), r.frames-r.returned-r.waiting()))
		}
		return r.appendSilence(max(0, d.Hops))
	}
	if _, broken := errors.AsType[*lyra.BrokenError](err); broken || err == io.EOF {
		if broken {
			r.damage.broken = err
		}
		r.exact.Store(r.reader.Samples())
		r.end()
		return nil
	}
	r.pending = r.quantizer.Decode(r.pending, codes, r.reader.Codebooks())
	if r.frames >= 0 && r.returned+r.waiting() > r.frames {
		r.damage.broken = fmt.Errorf("has more than the %d hops that its trailer says", r.frames)
		r.end()
	}
	return err
}

// end ends the stream after as many frames as were announced.
func (r *Reader) end() {
	r.ended = true
	if r.frames < 0 {
		return
	}
	r.missing = r.frames - r.returned - r.waiting()
	if r.missing < 0 {
		r.pending = r.pending[:len(r.pending)+int(r.missing)*lyra.Latents]
		r.missing = 0
	}
	if r.missing > 0 && r.damage.broken == nil {
		r.damage.broken = fmt.Errorf("has %d hops, %d fewer than its trailer says", r.frames-r.missing, r.missing)
	}
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
