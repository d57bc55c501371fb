package resample_test

import (
	"fmt"
	"log"
	"math"

	"github.com/tailwave/tailwave/dsp/resample"
)

// tone returns n mono frames of a sine at a sample rate. Its frequency and the rate are in Hz.
func tone(frequency float64, rate, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(0.5 * math.Sin(2*math.Pi*frequency*float64(i)/float64(rate)))
	}
	return x
}

// largestError returns the largest difference between got and want, apart from the edge frames at either end, where
// silence meets the tone.
func largestError(got, want []float32, edge int) float64 {
	most := 0.0
	for i := edge; i < len(want)-edge; i++ {
		most = max(most, math.Abs(float64(got[i])-float64(want[i])))
	}
	return most
}

// A signal in memory is converted in one call: a tone stays the same tone.
func ExampleSlice() {
	in := tone(1000, 44100, 44100) // a second of 1 kHz
	out, err := resample.Slice(in, 44100, 48000, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(out), "frames")
	fmt.Println("same tone:", largestError(out, tone(1000, 48000, 48000), 500) < 1e-6)
	// Output:
	// 48000 frames
	// same tone: true
}

// A stream is converted block by block. Flush appends what the last blocks held back.
func ExampleConverter() {
	c, err := resample.New(44100, 48000, 1, resample.Filter{Quality: resample.High})
	if err != nil {
		log.Fatal(err)
	}
	in := tone(1000, 44100, 44100)
	var out []float32
	for len(in) > 0 {
		n := min(1000, len(in)) // blocks of any length
		out = c.Process(out, in[:n])
		in = in[n:]
	}
	fmt.Println(len(out), "frames, and", int(c.OutFrames(44100))-len(out), "that wait")
	out = c.Flush(out)
	fmt.Println(len(out), "frames")
	fmt.Println("same tone:", largestError(out, tone(1000, 48000, 48000), 500) < 1e-6)
	// Output:
	// 47390 frames, and 610 that wait
	// 48000 frames
	// same tone: true
}

// Equal rates are legal, so a program needs no case of its own for them.
func ExampleNew_equalRates() {
	c, err := resample.New(48000, 48000, 2, resample.Filter{})
	if err != nil {
		log.Fatal(err)
	}
	out := c.Flush(c.Process(nil, []float32{0.5, -0.5, 1, -1}))
	fmt.Println(out, "latency", c.Shape().Latency)
	// Output: [0.5 -0.5 1 -1] latency 0
}
