package pcm_test

import (
	"fmt"
	"log"
	"slices"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// A signal is encoded as 16-bit samples with dither and decoded again. The difference is at most one and a half
// steps of 2^-15: less than one step of noise, and half a step of rounding.
func ExampleEncoder() {
	const channels = 2
	e, err := pcm.NewEncoder(pcm.S16, channels, true)
	if err != nil {
		log.Fatal(err)
	}
	signal := []float32{0, 0.25, -0.5, 0.75, 1, -1} // 3 stereo frames
	data := e.Encode(nil, signal)
	fmt.Println(len(data), "bytes")

	decoded := make([]float32, len(data)/pcm.S16.Bytes())
	pcm.Decode(decoded, data, pcm.S16)
	for i, v := range decoded {
		if d := v - signal[i]; d < -1.5/32768 || d > 1.5/32768 {
			fmt.Printf("sample %d is off by %v\n", i, d)
		}
	}
	stats := e.Stats()
	fmt.Println(stats.Frames, "frames,", stats.Clipped, "sample clipped") // +1 has no code
	// Output:
	// 12 bytes
	// 3 frames, 1 sample clipped
}

// The bytes of 24-bit samples become float32 values. An incomplete sample at the end, here one byte, is ignored.
func ExampleDecode() {
	data := []byte{0, 0, 0x40, 0, 0, 0x80, 0xFF}
	samples := make([]float32, 4)
	n := pcm.Decode(samples, data, pcm.S24)
	fmt.Println(samples[:n])
	// Output: [0.5 -1]
}

// A mono file of IMA ADPCM has a whole block and then a short one, which has no complete frames after its header.
func ExampleDecodeIMA() {
	const channels = 1
	data := []byte{0xE8, 0x03, 20, 0, 0x87, 0xF0, 0x34, 0x1A, 0x18, 0xFC, 20, 0, 0x87}
	const blockBytes = 8 // from the fmt chunk
	samples := make([]int16, pcm.IMAFrames(blockBytes, channels)*channels)
	for block := range slices.Chunk(data, blockBytes) {
		frames, err := pcm.DecodeIMA(samples, block, channels)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(samples[:frames*channels])
	}
	// Output:
	// [1000 1093 1080 1092 927 1140 1340 1210 1280]
	// [-1000]
}
