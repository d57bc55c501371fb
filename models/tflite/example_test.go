package tflite_test

import (
	"fmt"
	"log"

	"github.com/tailwave/tailwave/models/tflite"
)

// Read returns the graphs of a file. Operators refer to tensors by their index, and constants hold their values.
func ExampleRead() {
	model, err := tflite.Read(smallFile()) // the bytes of a .tflite file, as returned by os.ReadFile
	if err != nil {
		log.Fatal(err)
	}
	graph := model.Graphs[0]
	for _, o := range graph.Operators {
		fmt.Println(o.Kind)
		for _, i := range o.Inputs {
			fmt.Printf("  in:  %s: %v\n", graph.Tensors[i].Name, graph.Tensors[i])
		}
		for _, i := range o.Outputs {
			fmt.Printf("  out: %s: %v\n", graph.Tensors[i].Name, graph.Tensors[i])
		}
	}
	gains, err := graph.Tensors[1].Float32s()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(gains)
	// Output:
	// MUL
	//   in:  x: float32 [1, 3], computed
	//   in:  gains: float32 [3]
	//   out: y: float32 [1, 3], computed
	// [0.5 1 2]
}
