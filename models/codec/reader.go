package codec

import (
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream"
)

// A Reader is a [stream.Source] of the latents in a .lyra file, 50 frames per second. It is a [stream.Sized]. Damage is
// not an error of Read: a damaged second becomes silence, and a file that ends early ends the stream. Every good frame
// is thus decoded first, and [Reader.Err] reports the damage afterwards.
type Reader struct {
	codec     *lyra.Codec
	reader    *lyra.Reader
	quantizer *lyra.Quantizer
	samples   int64 // number encoded, at the rate in the header, by a trailer that was read in advance; -1 without one
	frames    int64 // of latents, by that trailer; -1 without one

	pending  []float32 // pending[from:] is read and not returned
	from     int
	returned int64     // frames
	missing  int64     // frames of silence to return after pending, because the file has too few
	ended    bool      // the file has no more frames
	silence  []float32 // lyra.Codec.Silence, computed when it is needed
	damage   damage

	// exact is the number of samples that were encoded, by the trailer. It is -1 until the trailer is read, and remains
	// -1 without a valid trailer. It is set before the last frame is returned, because the last stage of Decode reads
	// it in its own goroutine and must know it before it emits that frame's samples.
	exact atomic.Int64
}

// NewReader reads the header of a .lyra file. If r is an io.ReaderAt and can seek, such as a regular file that is read
// from its beginning, NewReader also reads the trailer at its end, so that the Reader knows its length in advance. It
// fails if r is not a .lyra file or its header is damaged, or with the error of r.
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

// announced returns the number of samples in the trailer of a file that can seek, or -1. It keeps the position of r.
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

// Header returns the header of the file: the bitrate and the sample rate of the sound that was encoded.
func (r *Reader) Header() lyra.Header { return r.reader.Header() }

// Format returns a rate of 50 frames per second, and [lyra.Latents] channels.
func (r *Reader) Format() stream.Format {
	return stream.Format{Rate: stream.Hz(lyra.SampleRate / lyra.Hop), Channels: lyra.Latents}
}

// Frames returns the number of frames that are not read yet, or -1 if the number is not known before the end. It
// implements [stream.Sized].
func (r *Reader) Frames() int64 {
	if r.frames < 0 {
		return -1
	}
	return r.frames - r.returned
}

// Read reads frames into dst, as [stream.Source] requires. It holds the newest frame until it has read whether more
// follow, because only the trailer says how many samples of the last frame count. If the trailer was read in advance,
// Read returns exactly the number of frames in it: damage that leaves fewer is filled with silence, and further frames
// are dropped and reported by [Reader.Err].
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

// secondHops is the number of frames in a second.
const secondHops = lyra.SampleRate / lyra.Hop

// waiting returns the number of frames in pending[from:].
func (r *Reader) waiting() int64 { return int64(len(r.pending)-r.from) / lyra.Latents }

// nextSecond appends the frames of the next second to pending.
func (r *Reader) nextSecond() error {
	codes, err := r.reader.Next()
	if d, ok := errors.AsType[*lyra.DamageError](err); ok {
		r.damage.add(d)
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
		r.damage.broken = fmt.Errorf("has more than the %d hops that its trailer announces", r.frames)
		r.end()
	}
	return err
}

// end ends the file. If the trailer was read in advance, it drops pending frames or sets missing, so that the stream
// gets the announced number of frames.
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
		r.damage.broken = fmt.Errorf("has %d hops, %d fewer than its trailer announces", r.frames-r.missing, r.missing)
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

// Err returns what was wrong with the part of the file that was read: damaged seconds, stray bytes, or a missing end,
// in one line. It returns nil for an intact file. Do not call it while a pipeline reads r.
func (r *Reader) Err() error { return r.damage.err() }
