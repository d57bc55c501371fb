package goaudio

import (
	"fmt"
	"io"
	"math"

	"github.com/go-audio/audio"
	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// The Close method of a go-audio encoder computes the sizes in the header from public fields:
//
//	size of the file = WrittenBytes - 8
//	size of the data = BitDepth/8 * NumChans * number of calls of WriteFrame
//
// A Sink calls WriteFrame once, without data, which begins the data chunk. It then appends blocks of any size with
// AddLE. Before Close it sets the fields so that the product is the number of bytes written.

const (
	encoderHeader = 44 // bytes: outer chunk, fmt chunk of 16 bytes, head of the data chunk
	tagPCM        = 1
	tagFloat      = 3
)

// encodingOf returns the encoding of the samples of e. It fails if the fields of e do not describe a WAV file.
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
		return refuse("%d-bit integers: must be 8, 16, 24 or 32 bits", bits)
	case tag == tagFloat:
		return refuse("%d-bit floats: must be 32 or 64 bits", bits)
	default:
		return refuse("audio format 0x%04X: must be 1 for integers or 3 for floats", tag)
	}
	frame := int64(e.NumChans) * int64(f.Bytes())
	switch {
	case e.NumChans < 1:
		return refuse("%d channels: must be at least 1", e.NumChans)
	case e.NumChans > math.MaxUint16 || frame > math.MaxUint16:
		return refuse("%d channels of %d bits: a frame must not exceed 65535 bytes", e.NumChans, e.BitDepth)
	case e.SampleRate < 1 || int64(e.SampleRate) > math.MaxUint32/frame:
		return refuse("sample rate %d Hz: must be positive, and one second at most 2^32-1 bytes", e.SampleRate)
	case e.WrittenBytes != 0:
		return refuse("has already written %d bytes: use a new encoder", e.WrittenBytes)
	}
	return f, nil
}

// beginData writes the header and the head of the data chunk.
func beginData(e *gowav.Encoder) error {
	// Write without samples writes the header and reports its failure, which WriteFrame would hide.
	if err := e.Write(&audio.IntBuffer{Format: &audio.Format{NumChannels: e.NumChans}}); err != nil {
		return err
	}
	if err := e.WriteFrame([]byte{}); err != nil {
		return err
	}
	if e.WrittenBytes != encoderHeader {
		return &RefusedError{"encoder", fmt.Sprintf("this version of go-audio/wav writes a header of %d bytes, not "+
			"%d: use v1.1.0", e.WrittenBytes, encoderHeader)}
	}
	return nil
}

// finish closes e, with data as the size of the data in bytes. The sizes must fit in 32 bits. One further Close of e,
// such as a deferred one, writes the same sizes again.
func finish(e *gowav.Encoder, data int64) error {
	e.BitDepth, e.NumChans = 8, int(data)
	err := e.Close()
	e.WrittenBytes -= 8 // Close has added the sizes that it replaced
	e.Metadata = nil    // a further Close would write it again
	if err != nil {
		return fmt.Errorf("completing the header: %w", err)
	}
	return nil
}

// spoil closes e with a size of the data that no file reaches, so that a reader which checks sizes finds the file
// truncated. The sizes that the encoder writes at first would make a short file look complete. So would sizes from
// 0xFFFF0000 on, which mean that the size is not known.
func spoil(e *gowav.Encoder, frameBytes int64) error {
	data := int64(0xFFFF0000-1) / (2 * frameBytes) * (2 * frameBytes)
	e.Metadata = nil
	e.WrittenBytes = int(encoderHeader + data)
	return finish(e, data)
}

// metadataBytes returns the number of bytes that Close appends for m.
func metadataBytes(m *gowav.Metadata) int64 {
	if m == nil {
		return 0
	}
	trial := gowav.NewEncoder(nowhere{}, 1, 8, 1, tagPCM)
	trial.Metadata = m
	_ = trial.Close() // cannot fail, because writes to nowhere never fail
	return int64(trial.WrittenBytes) - 4
}

// nowhere discards what is written.
type nowhere struct{}

func (nowhere) Write(p []byte) (int, error)    { return len(p), nil }
func (nowhere) Seek(int64, int) (int64, error) { return 0, nil }

var _ io.WriteSeeker = nowhere{}
