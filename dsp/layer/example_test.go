package layer_test

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/layer"
)

func ExampleConvTranspose1D() {
	// Stride 2, three taps, SAME padding: the example of the TensorFlow documentation's shape rules.
	g, err := layer.TransposeGeometry{In: 1, Out: 1, Kernel: 3, Stride: 2}.Same(0)
	if err != nil {
		fmt.Println(err)
		return
	}
	u, err := layer.NewConvTranspose1D(g, []float32{1, 10, 100}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	s := u.NewStream()
	fmt.Println(s.Process(nil, []float32{1, 2})) // final, because no later frame can add to them
	fmt.Println(s.Process(nil, []float32{3}))
	fmt.Println(s.Flush(nil))
	// Output:
	// [1 10 102 20]
	// [203 30]
	// []
}

func ExampleConv1D() {
	// Half the sum of each frame of one channel and its two neighbours.
	g, err := layer.ConvGeometry{In: 1, Out: 1, Kernel: 3, Padding: layer.Replicate}.Same()
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := layer.NewConv1D(g, []float32{1, 1, 1}, nil, layer.PostActivation(layer.Scale(0.5)))
	if err != nil {
		fmt.Println(err)
		return
	}
	s := c.NewStream()
	fmt.Println(s.Process(nil, []float32{2, 4, 6})) // the next frame is part of the third sum
	fmt.Println(s.Flush(nil))
	// Output:
	// [4 6]
	// [8]
}
