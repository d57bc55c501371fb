package goaudio

import (
	"fmt"
	"io"
	"math"

	"github.com/go-audio/audio"
	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// An encoder exposes the bytes it writes (AddLE, WrittenBytes) and, in its public fields, the factors from which its
// Close computes the sizes in the header:
//
//	size of the file  WrittenBytes - 8
//	size of the data  BitDepth/8 * NumChans * frames, frames counting the calls of WriteFrame
//
// So one call of WriteFrame without data opens the data, AddLE appends blocks of any size, and the fields are set to
// the bytes written before Close multiplies them.

const (
	encoderHeader = 44 // bytes: outer chunk, fmt chunk of 16 bytes, head of the data chunk
	tagPCM        = 1
	tagFloat      = 3
)

// encodingOf returns how the samples of e are encoded, or why they cannot be.
func encodingOf(e *gowav.Encoder) (pcm.Format, error) {
	refuse := func(why string, a ...any) (pcm.Format, error) {
		return 0, &RefusedError{"encoder", fmt.Sprintf(why, a...)}
	}
	var f pcm.Format
	switch tag, bits := e.WavAudioFormat, e.BitDepth; {
	case tag == tagPCM && bits >= 8 && bits <= 32 && bits%8 == 0:
		f = [...]pcm.Format{pcm.U8, pcm.S16, pcm.S24, pcm.S32}[bits/8-1]
	case tag == tagFloat && bits == 32:
		f = pcm.F32
	case tag == tagFloat && bits == 64:
		f = pcm.F64
	case tag == tagPCM:
		return refuse("%d-bit integers: use 8, 16, 24 or 32 bits", bits)
	case tag == tagFloat:
		return refuse("%d-bit floats: use 32 or 64 bits", bits)
	default:
		return refuse("audio format 0x%04X: use 1 for integers or 3 for floats; the encoder cannot write the header of others", tag)
	}
	frame := int64(e.NumChans) * int64(f.Bytes())
	switch {
	case e.NumChans < 1:
		return refuse("%d channels: need at least 1", e.NumChans)
	case e.NumChans > math.MaxUint16 || frame > math.MaxUint16:
		return refuse("%d channels of %d bits: a frame must not exceed 65535 bytes", e.NumChans, e.BitDepth)
	case e.SampleRate < 1 || int64(e.SampleRate) > math.MaxUint32/frame:
		return refuse("sample rate %d Hz: must be positive, and a second at most 2^32-1 bytes", e.SampleRate)
	case e.WrittenBytes != 0:
		return refuse("%d bytes have been written with it already; hand over a new encoder", e.WrittenBytes)
	}
	return f, nil
}

// beginData makes e write its header and the head of the data chunk.
func beginData(e *gowav.Encoder) error {
	// Write reports a failure of the header, WriteFrame does not.
	if err := e.Write(&audio.IntBuffer{Format: &audio.Format{NumChannels: e.NumChans}}); err != nil {
		return err
	}
	if err := e.WriteFrame([]byte{}); err != nil {
		return err
	}
	if e.WrittenBytes != encoderHeader {
		return &RefusedError{"encoder", fmt.Sprintf("this version of go-audio/wav writes a header of %d bytes, not %d", e.WrittenBytes, encoderHeader)}
	}
	return nil
}

// finish closes e with the given size of the data. The sizes must fit in 32 bits. One more Close, as by a deferred
// call, then writes the same again.
func finish(e *gowav.Encoder, data int64) error {
	e.BitDepth, e.NumChans = 8, int(data)
	err := e.Close()
	e.WrittenBytes -= 8 // it counted the sizes it replaced
	e.Metadata = nil    // it would be written twice
	if err != nil {
		return fmt.Errorf("completing the header: %w", err)
	}
	return nil
}

// spoil closes e so that its header claims more data than there are: a reader that checks finds the file truncated. The
// sizes that the encoder puts there at first would make a short file look whole, and so would those from 0xFFFF0000 on,
// which mean that the size is unknown.
func spoil(e *gowav.Encoder, frameBytes int64) error {
	data := int64(0xFFFF0000-1) / (2 * frameBytes) * (2 * frameBytes)
	e.Metadata = nil
	e.WrittenBytes = int(encoderHeader + data)
	return finish(e, data)
}

// metadataBytes returns how much Close appends for m.
func metadataBytes(m *gowav.Metadata) int64 {
	if m == nil {
		return 0
	}
	trial := gowav.NewEncoder(nowhere{}, 1, 8, 1, tagPCM)
	trial.Metadata = m
	_ = trial.Close() // cannot fail: nowhere does not
	return int64(trial.WrittenBytes) - 4
}

// nowhere takes everything.
type nowhere struct{}

func (nowhere) Write(p []byte) (int, error)    { return len(p), nil }
func (nowhere) Seek(int64, int) (int64, error) { return 0, nil }

var _ io.WriteSeeker = nowhere{}
