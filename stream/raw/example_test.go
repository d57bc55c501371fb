package raw_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/raw"
)

// Example reads 16-bit stereo, as from a pipe, and writes it as 32-bit floating point.
func Example() {
	in := bytes.NewReader([]byte{0x00, 0x40, 0x00, 0xC0, 0x00, 0x80, 0xFF, 0x7F}) // 2 frames
	source, err := raw.NewReader(in, stream.Format{Rate: stream.Hz(48000), Channels: 2}, pcm.S16)
	if err != nil {
		log.Fatal(err)
	}
	var out bytes.Buffer
	sink := raw.NewWriter(&out, raw.Options{Encoding: pcm.F32})
	if _, err := (stream.Pipeline{Source: source, Sink: sink}).Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d frames, peak %g: % x\n", sink.Stats().Frames, sink.Stats().Peak, out.Bytes())
	// Output:
	// 2 frames, peak 1: 00 00 00 3f 00 00 00 bf 00 00 80 bf 00 fe 7f 3f
}

// ExampleEncoder reads the samples of a source as bytes, which audio players, HTTP clients and commands consume.
func ExampleEncoder() {
	source := stream.FromSlice(stream.Format{Rate: stream.Hz(8000), Channels: 1}, []float32{0, 0.5, -0.5, -1})
	r, err := raw.NewEncoder(source, raw.Options{Encoding: pcm.S16})
	if err != nil {
		log.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("% x\n", b)
	// Output:
	// 00 00 00 40 00 c0 00 80
}

// FromBytes decodes input that is in memory as a whole, such as the body of a request. It rejects input that ends
// inside a frame before any frame is used.
func ExampleFromBytes() {
	stereo := stream.Format{Rate: stream.Hz(48000), Channels: 2}
	body := []byte{0x00, 0x40, 0x00, 0xC0, 0x00, 0x80}
	_, err := raw.FromBytes(body, stereo, pcm.S16)
	fmt.Println(err)

	source, err := raw.FromBytes(body[:4], stereo, pcm.S16)
	if err != nil {
		log.Fatal(err)
	}
	sound, err := stream.ReadAll(context.Background(), source)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sound.Samples)
	// Output:
	// ends inside a frame: 2 of its 4 bytes: get a complete copy of the samples
	// [0.5 -0.5]
}
