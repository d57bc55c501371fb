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

// largestError returns the largest difference between got and want. It leaves out edge frames at either end, where the
// tone starts and stops.
func largestError(got, want []float32, edge int) float64 {
	most := 0.0
	for i := edge; i < len(want)-edge; i++ {
		most = max(most, math.Abs(float64(got[i])-float64(want[i])))
	}
	return most
}

// One call converts a signal in memory. A tone stays the same tone.
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

// A stream is converted chunk by chunk. Flush appends the frames that the Converter still holds.
func ExampleConverter() {
	c, err := resample.New(44100, 48000, 1, resample.Filter{Quality: resample.High})
	if err != nil {
		log.Fatal(err)
	}
	in := tone(1000, 44100, 44100)
	var out []float32
	for len(in) > 0 {
		n := min(1000, len(in)) // chunks of any length
		out = c.Process(out, in[:n])
		in = in[n:]
	}
	fmt.Println(len(out), "frames, and", int(c.OutFrames(44100))-len(out), "held")
	out = c.Flush(out)
	fmt.Println(len(out), "frames")
	fmt.Println("same tone:", largestError(out, tone(1000, 48000, 48000), 500) < 1e-6)
	// Output:
	// 47393 frames, and 607 held
	// 48000 frames
	// same tone: true
}

// Equal rates are valid, so a program needs no special case for them.
func ExampleNew_equalRates() {
	c, err := resample.New(48000, 48000, 2, resample.Filter{})
	if err != nil {
		log.Fatal(err)
	}
	out := c.Flush(c.Process(nil, []float32{0.5, -0.5, 1, -1}))
	fmt.Println(out, "latency", c.Shape().Latency)
	// Output: [0.5 -0.5 1 -1] latency 0
}
