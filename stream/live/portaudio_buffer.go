//go:build portaudio

package live

import (
	"encoding/binary"
	"math"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// bufferFrames is the most frames that one call passes to PortAudio.
const bufferFrames = 4096

// A paBuffer is the memory from which PortAudio writes. Only the slice of the sample type in use is set. PortAudio
// writes as many frames as its length says.
type paBuffer struct {
	s16 []int16
	f32 []float32
	all int // full length of the slice: bufferFrames frames
}

// start allocates the slice for the format, and returns the pointer to it that PortAudio needs.
func (b *paBuffer) start(f Format) any {
	b.all = bufferFrames * f.Channels
	if f.Samples == pcm.S16 {
		b.s16 = make([]int16, b.all)
		return &b.s16
	}
	b.f32 = make([]float32, b.all)
	return &b.f32
}

// load copies samples from p, up to the full length of the slice, sets its length to their number, and returns the
// number of bytes copied.
func (b *paBuffer) load(p []byte) int {
	if b.s16 != nil {
		n := min(len(p)/2, b.all)
		b.s16 = b.s16[:n]
		for i := range b.s16 {
			b.s16[i] = int16(binary.LittleEndian.Uint16(p[2*i:]))
		}
		return 2 * n
	}
	n := min(len(p)/4, b.all)
	b.f32 = b.f32[:n]
	for i := range b.f32 {
		b.f32[i] = math.Float32frombits(binary.LittleEndian.Uint32(p[4*i:]))
	}
	return 4 * n
}
