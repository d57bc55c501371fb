package weights_test

import (
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/weights"
)

// Open reads names and shapes. The numbers of a tensor are read when they are taken.
func ExampleOpen() {
	file, err := os.Open("../../testdata/hifigan-tiny/generator.safetensors")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		log.Fatal(err)
	}
	opened, err := weights.Open(file, stat.Size())
	if err != nil {
		log.Fatal(err)
	}
	set := opened.Dictionaries[0].Tensors // a .safetensors file has one dictionary
	for _, name := range slices.Sorted(maps.Keys(set))[:4] {
		fmt.Println(name, set[name].Shape)
	}
	bias, err := set.Take("ups.0.bias", 4)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(bias), "numbers taken,", len(set), "tensors left")
	// Output:
	// conv_post.bias [1]
	// conv_post.weight [1 2 7]
	// conv_pre.bias [8]
	// conv_pre.weight [8 8 7]
	// 4 numbers taken, 15 tensors left
}

// Recognize says what a file is that has only the name of a checkpoint.
func ExampleRecognize() {
	page := strings.NewReader("<!DOCTYPE html><title>Google Drive - Quota exceeded</title>")
	kind, err := weights.Recognize(page, page.Size())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("generator.pth is %s: %s\n", kind.Name, kind.Next)
	// Output:
	// generator.pth is a web page: download the weights file itself
}

// Conv reads a convolution in the order that layer.NewConv1D takes.
func ExampleSet_Conv() {
	file, err := os.Open("../../testdata/hifigan-tiny/generator.safetensors")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		log.Fatal(err)
	}
	opened, err := weights.Open(file, stat.Size())
	if err != nil {
		log.Fatal(err)
	}
	set := opened.Dictionaries[0].Tensors
	const name, in, out, taps = "conv_pre", 8, 8, 7
	filters, bias, err := set.Conv(name, out, in, taps)
	if err != nil {
		log.Fatal(err)
	}
	g, err := layer.ConvGeometry{In: in, Out: out, Kernel: taps}.Same()
	if err != nil {
		log.Fatal(err)
	}
	conv, err := layer.NewConv1D(g, filters, bias)
	if err != nil {
		log.Fatal(err)
	}
	shape := conv.NewStream().Shape()
	fmt.Println(shape.In, "channels in,", shape.Out, "out")
	// Output:
	// 8 channels in, 8 out
}
