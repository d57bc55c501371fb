package level_test

import (
	"fmt"
	"log"

	"github.com/tailwave/tailwave/dsp/level"
)

// A gain of -20 dB divides samples by 10.
func Example() {
	gain, err := level.NewGain(1, level.FromDecibels(-20))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(gain.Process(nil, []float32{1, -5}))
	// Output: [0.1 -0.5]
}

// Samples of up to 1.6 fit into the range up to 1 when they are multiplied by this factor.
func ExampleToFit() {
	fmt.Println(level.ToFit(1.6, 1), level.ToFit(0.5, 1))
	// Output: 0.625 1
}
