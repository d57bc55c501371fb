//go:build portaudio

package live

import (
	"encoding/binary"
	"math"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// bufferFrames is the most frames that PortAudio is given at once.
const bufferFrames = 4096

// A paBuffer is the memory that PortAudio writes from: the one slice of the sample type in use, whose length says how
// much.
type paBuffer struct {
	s16 []int16
	f32 []float32
	all int // length of the slice at first: whole frames
}

// start makes room for frames of f and returns the pointer that PortAudio wants.
func (b *paBuffer) start(f Format) any {
	b.all = bufferFrames * f.Channels
	if f.Samples == pcm.S16 {
		b.s16 = make([]int16, b.all)
		return &b.s16
	}
	b.f32 = make([]float32, b.all)
	return &b.f32
}

// load takes samples from p, as many as there is room for, and returns the number of bytes taken.
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
