package layer_test

import (
	"fmt"
	"log"
	"slices"

	"github.com/tailwave/tailwave/dsp/layer"
)

// A stream of stride 2 and three taps with SAME padding of TensorFlow. Its input arrives in two chunks; its output is
// that of one call over the whole input.
func ExampleConvTranspose1D() {
	g, err := layer.TransposeGeometry{In: 1, Out: 1, Kernel: 3, Stride: 2}.Same(0)
	if err != nil {
		log.Fatal(err)
	}
	up, err := layer.NewConvTranspose1D(g, []float32{1, 10, 100}, nil)
	if err != nil {
		log.Fatal(err)
	}
	s := up.NewStream()
	first := s.Process(nil, []float32{1, 2}) // final, because no later frame can add to them
	second := s.Process(nil, []float32{3})
	rest := s.Flush(nil)
	fmt.Println(first, second, rest)

	whole, err := up.Reference([]float32{1, 2, 3})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(slices.Equal(slices.Concat(first, second, rest), whole))
	// Output:
	// [1 10 102 20] [203 30] []
	// true
}

// Half the sum of each frame and its two neighbours. The last frame of a chunk waits for the next chunk, because it
// lacks its right neighbour.
func ExampleConv1D() {
	g, err := layer.ConvGeometry{In: 1, Out: 1, Kernel: 3, Padding: layer.Replicate}.Same()
	if err != nil {
		log.Fatal(err)
	}
	half := layer.PostActivation(layer.Scale(0.5))
	c, err := layer.NewConv1D(g, []float32{1, 1, 1}, nil, half)
	if err != nil {
		log.Fatal(err)
	}
	s := c.NewStream()
	fmt.Println(s.Process(nil, []float32{2, 4}))
	fmt.Println(s.Process(nil, []float32{6, 8}))
	fmt.Println(s.Flush(nil))
	// Output:
	// [4]
	// [6 9]
	// [11]
}
