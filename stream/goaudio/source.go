package goaudio

import (
	"fmt"
	"io"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// A Source is a stream.Source of the frames of a go-audio decoder, and a stream.Sized. How the decoder's reader cuts
// its data changes nothing. After NewSource nothing is allocated.
type Source struct {
	r *wav.Reader
}

var (
	_ stream.Source = (*Source)(nil)
	_ stream.Sized  = (*Source)(nil)
)

// NewSource returns the frames of d, which must be made by go-audio's wav.NewDecoder with a reader that is not nil. It
// reads integer PCM of 1 to 32 bits and float of 32 and 64 bits, everything a wav.Reader of stream/wav reads and in the
// same way.
//
// A new decoder is best: its header is parsed here, and no claim in it makes anything allocate. Its reader need not
// really seek then. A decoder that has read its header may have allocated already what a damaged one claims, up to 8
// GiB.
//
// A decoder that has read more continues: after ReadInfo and ReadMetadata with the first frame; after FwdToPCM, Rewind,
// PCMBuffer or Seek, with the frame its reader stands at, which in a long file takes the time to read what comes
// before. Its file is taken to begin at byte 0 of its reader, as Rewind does. A *RefusedError is returned for a decoder
// that is nil, that stands inside a frame or outside the data, whose file is another one, or whose reader cannot seek.
//
// Other errors are those of wav.NewReader in stream/wav, never io.EOF: *wav.UnsupportedError for a codec, one that
// wraps io.ErrUnexpectedEOF if the file ends inside the header. The decoder hides the cause if its reader fails at the
// very first bytes; it is then a *RefusedError with the text.
//
// d has the fields that ReadInfo sets, and belongs to the Source from then on. Nothing is closed.
func NewSource(d *gowav.Decoder) (*Source, error) {
	if d == nil {
		return nil, &RefusedError{"decoder", "nil"}
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
			return nil, &RefusedError{"decoder", fmt.Sprintf("has read a header of %d channels at %d Hz, but the file at byte 0 of its reader has %d at %d Hz",
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

// skipTo passes over the frames that lie before the given byte of the file.
func (s *Source) skipTo(position int64) error {
	i := s.r.Info()
	align := int64(i.FrameBytes())
	offset := position - i.DataOffset
	atEnd := i.DataBytes >= 0 && (offset == i.DataBytes || offset == i.DataBytes+i.DataBytes%2)
	switch {
	case atEnd:
	case offset < 0 || i.DataBytes >= 0 && offset > i.DataBytes:
		return &RefusedError{"decoder", fmt.Sprintf("its reader stands at byte %d, outside the data; rewind it", position)}
	case i.Coded() && offset != 0:
		return &RefusedError{"decoder", fmt.Sprintf("its reader stands at byte %d of coded samples; rewind it", offset)}
	case offset%align != 0:
		return &RefusedError{"decoder", fmt.Sprintf("its reader stands at byte %d of the data, inside a frame of %d bytes; rewind it, or read whole frames",
			offset, align)}
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

// Frames returns the number of frames that are not read yet, by the header, or -1 if the header promises no number.
func (s *Source) Frames() int64 { return s.r.Frames() }

// Info returns what the header says, of the whole file. The decoder has less: not the valid bits, the loudspeakers and
// the encoding of an extensible header.
func (s *Source) Info() wav.Info { return s.r.Info() }

// Read decodes up to len(dst)/channels frames and returns how many. The error is io.EOF at the end of complete data, a
// *wav.TruncatedError of stream/wav, which wraps io.ErrUnexpectedEOF, after the frames of incomplete data, or wraps
// that of the decoder's reader. A dst shorter than a frame is io.ErrShortBuffer.
func (s *Source) Read(dst []float32) (frames int, err error) { return s.r.Read(dst) }
