package resample_test

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/resample"
)

// A stereo stream is converted block by block. Flush appends what the last blocks held back.
func Example() {
	r, err := resample.New(44100, 48000, 2, resample.Filter{Quality: resample.High})
	if err != nil {
		fmt.Println(err)
		return
	}
	block := make([]float32, 4410*2) // a tenth of a second
	var out []float32
	for range 10 {
		out = r.Process(out, block)
	}
	out = r.Flush(out)
	fmt.Println(len(out)/2, "frames")
	// Output: 48000 frames
}
