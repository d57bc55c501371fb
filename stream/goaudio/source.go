package goaudio

import (
	"fmt"
	"io"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// A Source is a [stream.Source] of the frames of a go-audio decoder. It is [stream.Sized]. The frames do not depend on
// how the decoder's reader cuts its data. After NewSource nothing is allocated.
type Source struct {
	r *wav.Reader
}

var (
	_ stream.Source = (*Source)(nil)
	_ stream.Sized  = (*Source)(nil)
)

// NewSource returns a source of the frames of d, which wav.NewDecoder of go-audio must have created, with a reader that
// is not nil. It reads what [wav.Reader] reads, in the same way: integers of 1 to 32 bits, floats of 32 and 64 bits,
// G.711 and ADPCM.
//
// Pass a new decoder where possible. This package then parses the header, no size in it leads to a large allocation,
// and the reader need not be able to seek. A decoder that has read a header may already have allocated what a damaged
// one claims, up to 8 GiB.
//
// A decoder that has been read from continues where it is, and its reader must be able to seek. After ReadInfo or
// ReadMetadata the source begins with the first frame. After FwdToPCM, Rewind, PCMBuffer or Seek it begins with the
// frame at the offset of the reader; NewSource reads and drops the frames before it. The file is assumed to begin at
// offset 0 of the reader, as Rewind does.
//
// The error is a *RefusedError if d is nil, if its offset is inside a frame or outside the data, if its header is not
// that of the file, or if its reader cannot seek but has to. It is also a *RefusedError, with the text of the reader's
// error, if the reader fails at the first 8 bytes, because the decoder does not keep that error. Other errors are those
// of [wav.NewReader] and never wrap io.EOF: *wav.UnsupportedError for an unknown codec, and one that wraps
// io.ErrUnexpectedEOF if the file ends inside the header.
//
// NewSource sets the fields of d that ReadInfo sets. From then on only the Source may use d. Nothing is closed.
func NewSource(d *gowav.Decoder) (*Source, error) {
	if d == nil {
		return nil, &RefusedError{"decoder", "is nil"}
	}
	raw, position, err := takeReader(d)
	if err != nil {
		return nil, err
	}
	r, err := wav.NewReader(raw)
	if err != nil {
		return nil, fmt.Errorf("go-audio decoder: %w", err)
	}
	s := &Source{r: r}
	i := r.Info()
	if begun(d) {
		if int(d.NumChans) != i.Channels || int64(d.SampleRate) != i.Rate {
			return nil, &RefusedError{"decoder", fmt.Sprintf("has read a header of %d channels at %d Hz, but the file "+
				"at byte 0 of its reader has %d at %d Hz: use a new decoder",
				d.NumChans, d.SampleRate, i.Channels, i.Rate)}
		}
		if d.WasPCMAccessed() {
			if err := s.skipTo(position); err != nil {
				return nil, err
			}
		}
		return s, nil
	}
	d.NumChans, d.SampleRate, d.BitDepth, d.WavAudioFormat = uint16(i.Channels), uint32(i.Rate), uint16(i.Bits), i.Tag
	if i.Extensible {
		d.BitDepth, d.WavAudioFormat = uint16(8*i.Encoding.Bytes()), 0xFFFE
	}
	d.AvgBytesPerSec = uint32(i.Rate * int64(i.FrameBytes()))
	return s, nil
}

// skipTo reads and drops the frames before an offset in the file.
func (s *Source) skipTo(position int64) error {
	i := s.r.Info()
	align := int64(i.FrameBytes())
	offset := position - i.DataOffset
	atEnd := i.DataBytes >= 0 && (offset == i.DataBytes || offset == i.DataBytes+i.DataBytes%2)
	switch {
	case atEnd:
	case offset < 0 || i.DataBytes >= 0 && offset > i.DataBytes:
		return &RefusedError{"decoder", fmt.Sprintf("its reader is at byte %d, outside the data: rewind it", position)}
	case i.Coded() && offset != 0:
		return &RefusedError{"decoder", fmt.Sprintf("its reader is at byte %d of coded samples: rewind it", offset)}
	case offset%align != 0:
		return &RefusedError{"decoder", fmt.Sprintf("its reader is at byte %d of the data, inside a frame of %d "+
			"bytes: rewind it, or read whole frames", offset, align)}
	}
	target := offset / align
	if atEnd {
		target = i.Frames
	}
	scratch := make([]byte, min(target, max(1<<16/align, 1))*align)
	for skipped := int64(0); skipped < target; {
		n, err := s.r.ReadRaw(scratch[:min(int64(len(scratch)), (target-skipped)*align)])
		skipped += int64(n) / align
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("go-audio decoder: %w", err)
		}
	}
	return nil
}

// Format returns the frame rate and the number of channels.
func (s *Source) Format() stream.Format { return s.r.Format() }

// Frames returns the number of frames that have not been read yet, according to the header, or -1 if the header does
// not contain their number.
func (s *Source) Frames() int64 { return s.r.Frames() }

// Info returns what the header says about the whole file. It contains more than the fields of the decoder: the valid
// bits, the loudspeakers and the encoding of an extensible header.
func (s *Source) Info() wav.Info { return s.r.Info() }

// Read decodes up to len(dst)/channels frames to dst, and returns their number. The error is io.EOF at the end of
// complete data. After the last frame of incomplete data it is a [*wav.TruncatedError], which wraps
// io.ErrUnexpectedEOF. It is io.ErrShortBuffer if dst is shorter than a frame. Any other error wraps that of the
// decoder's reader.
func (s *Source) Read(dst []float32) (frames int, err error) { return s.r.Read(dst) }
