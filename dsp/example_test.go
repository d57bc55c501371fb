package dsp_test

import (
	"fmt"
	"log"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
)

// A gain is a Processor without state.
func ExampleMap() {
	gain := dsp.Map(1, 1, func(dst, src []float32) {
		for i, v := range src {
			dst[i] = 0.5 * v
		}
	})
	fmt.Println(gain.Process(nil, []float32{2, 4, 6}))
	// Output: [1 2 3]
}

// Stereo becomes mono, and then each frame becomes two. The chain is one Processor.
func ExampleNewChain() {
	mono, err := dsp.NewMixdown(2)
	if err != nil {
		log.Fatal(err)
	}
	g := layer.TransposeGeometry{In: 1, Out: 1, Kernel: 2, Stride: 2}
	twice, err := layer.NewConvTranspose1D(g, []float32{1, 1}, nil)
	if err != nil {
		log.Fatal(err)
	}
	chain, err := dsp.NewChain(0, mono, twice.NewStream()) // 0: blocks of the default length
	if err != nil {
		log.Fatal(err)
	}
	s := chain.Shape()
	fmt.Printf("%d channels to %d, %d/%d frames out per frame in\n", s.In, s.Out, s.Up, s.Down)
	out := chain.Process(nil, []float32{1, 3, 4, 6}) // two stereo frames
	out = chain.Flush(out)
	fmt.Println(out)
	// Output:
	// 2 channels to 1, 2/1 frames out per frame in
	// [2 2 5 5]
}

// A residual connection adds the input to what a layer makes of it. The layer waits for the next frame, so the Sum
// aligns the two.
func ExampleNewSum() {
	g, err := layer.ConvGeometry{In: 1, Out: 1, Kernel: 3}.Same()
	if err != nil {
		log.Fatal(err)
	}
	neighbours, err := layer.NewConv1D(g, []float32{1, 0, 1}, nil)
	if err != nil {
		log.Fatal(err)
	}
	residual, err := dsp.NewSum(0, []dsp.Processor{nil, neighbours.NewStream()}, nil) // nil is the identity
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(residual.Process(nil, []float32{1, 10, 100}))
	fmt.Println(residual.Flush(nil))
	// Output:
	// [11 111]
	// [110]
}
