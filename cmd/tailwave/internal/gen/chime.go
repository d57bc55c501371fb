package main

import (
	"bytes"
	"encoding/binary"
)

// chimePath is a WAV file for trying the program: 16-bit stereo at 44100 Hz.
const chimePath = "testdata/chime.wav"

const (
	chimeRate   = 44100
	chimeFrames = 44100
)

// A partial is a decaying sine, made by the recurrence y[n] = a*y[n-1] - b*y[n-2]: with a = 2*r*cos(w) and b = r*r it
// rings at the angular frequency w and fades by r per frame. Each operation is rounded by itself, so that the samples
// are the same wherever they are made.
type partial struct {
	start float64 // first frame
	level float64 // of the excitation, y[0]
	a, b  float64
	pan   float64 // 0 left, 1 right
}

// chimePartials are three strokes of three partials each, in the ratios of a struck tube: 1 : 2.756 : 5.404.
var chimePartials = []partial{
	// 523 Hz, 1442 Hz, 2828 Hz
	{0, 1100, 1.994345, 0.99990, 0.2}, {0, 1500, 1.957600, 0.99980, 0.3}, {0, 1600, 1.839500, 0.99960, 0.1},
	// 659 Hz, 1817 Hz, 3562 Hz
	{9000, 1300, 1.991090, 0.99990, 0.8}, {9000, 1600, 1.933010, 0.99980, 0.7}, {9000, 1700, 1.747900, 0.99960, 0.9},
	// 784 Hz, 2161 Hz, 4237 Hz, and a fourth near 11 kHz
	{18000, 1500, 1.987420, 0.99990, 0.5}, {18000, 1700, 1.905400, 0.99980, 0.4}, {18000, 1800, 1.646900, 0.99960, 0.6},
	{18000, 900, 0.000100, 0.99930, 0.5},
}

// chime returns the file. Its header does not come from the module's own writer.
func chime() []byte {
	left, right := make([]float64, chimeFrames), make([]float64, chimeFrames)
	for _, p := range chimePartials {
		y1, y2 := p.level, 0.0
		for n := int(p.start); n < chimeFrames; n++ {
			left[n] += float64(y1 * (1 - p.pan))
			right[n] += float64(y1 * p.pan)
			y1, y2 = float64(p.a*y1)-float64(p.b*y2), y1
		}
	}
	samples := make([]int16, 0, 2*chimeFrames)
	for n := range chimeFrames {
		samples = append(samples, int16(left[n]), int16(right[n]))
	}
	return wavFile(chimeRate, 2, samples)
}

// wavFile returns a WAV file of interleaved samples.
func wavFile(rate, channels int, samples []int16) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF")
	_ = binary.Write(&b, binary.LittleEndian, uint32(36+2*len(samples)))
	b.WriteString("WAVEfmt ")
	_ = binary.Write(&b, binary.LittleEndian, struct {
		Size                    uint32
		Tag, Channels           uint16
		Rate, BytesPerSecond    uint32
		BytesPerFrame, BitDepth uint16
	}{16, 1, uint16(channels), uint32(rate), uint32(2 * channels * rate), uint16(2 * channels), 16})
	b.WriteString("data")
	_ = binary.Write(&b, binary.LittleEndian, uint32(2*len(samples)))
	_ = binary.Write(&b, binary.LittleEndian, samples)
	return b.Bytes()
}
