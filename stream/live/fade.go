package live

import (
	"encoding/binary"
	"math"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// fadeOut scales the frames p in place, along a straight line that reaches silence in the last frame.
func fadeOut(p []byte, f Format) {
	size := f.Samples.Bytes()
	frames := len(p) / size / f.Channels
	for i := range frames * f.Channels {
		sample := p[i*size:][:size]
		left := frames - 1 - i/f.Channels
		if f.Samples == pcm.S16 {
			v := int64(int16(binary.LittleEndian.Uint16(sample))) * int64(left) / int64(frames)
			binary.LittleEndian.PutUint16(sample, uint16(v))
			continue
		}
		v := math.Float32frombits(binary.LittleEndian.Uint32(sample)) * (float32(left) / float32(frames))
		if v != v { // an infinity times 0: NaN becomes silence, as in Sink.spread
			v = 0
		}
		binary.LittleEndian.PutUint32(sample, math.Float32bits(v))
	}
}

// peakOf returns the largest absolute value of a channel of the frames p, relative to full scale.
func peakOf(p []byte, f Format, channel int) float32 {
	size := f.Samples.Bytes()
	var peak float32
	for at := channel * size; at < len(p); at += size * f.Channels {
		var v float32
		if f.Samples == pcm.S16 {
			v = float32(int16(binary.LittleEndian.Uint16(p[at:]))) / (1 << 15)
		} else {
			v = math.Float32frombits(binary.LittleEndian.Uint32(p[at:]))
		}
		peak = max(peak, v, -v)
	}
	return peak
}
