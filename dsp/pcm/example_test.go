package pcm_test

import (
	"fmt"
	"log"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// A signal becomes 16-bit samples with dither, and float32 values again: off by at most a step and a half, of 2^-15.
func ExampleEncoder() {
	const channels = 2
	e, err := pcm.NewEncoder(pcm.S16, channels, true)
	if err != nil {
		log.Fatal(err)
	}
	signal := []float32{0, 0.25, -0.5, 0.75, 1, -1} // three stereo frames
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
