package npy_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
)

// Example writes frames as an array and reads them again. For a file, use an *os.File in place of the buffer.
func Example() {
	mel := stream.Format{Rate: stream.Rate{Num: 22050, Den: 256}, Channels: 3}
	var array bytes.Buffer
	write := stream.Pipeline{
		Source: stream.FromSlice(mel, []float32{1, 2, 3, 4, 5, 6}), // 2 frames
		Sink:   npy.NewWriter(&array, npy.Options{Layout: npy.ChannelsFirst}),
	}
	if _, err := write.Run(context.Background()); err != nil {
		log.Fatal(err)
	}

	whole, err := npy.Read(bytes.NewReader(array.Bytes()))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("shape", whole.Shape, "values", whole.Float32)

	source, err := npy.NewReader(&array, mel.Rate, npy.ChannelsFirst)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(source.Frames(), "frames of", source.Format().Channels, "channels")
	frames, err := stream.ReadAll(context.Background(), source)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(frames.Samples)
	// Output:
	// shape [3 2] values [1 4 2 5 3 6]
	// 2 frames of 3 channels
	// [1 2 3 4 5 6]
}
