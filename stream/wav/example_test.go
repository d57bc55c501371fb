package wav_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// A Reader is the source of a pipeline. Here the sink keeps the samples in memory.
func ExampleReader() {
	file, err := os.Open("../../testdata/speech.wav")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	source, err := wav.NewReader(file)
	if err != nil {
		log.Fatal(err)
	}
	info := source.Info()
	fmt.Println(info.Rate, "Hz,", info.Channels, "channel,", info.Encoding, info.Frames, "frames")

	var sound stream.Buffer
	if _, err := (stream.Pipeline{Source: source, Sink: &sound}).Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(sound.Samples), "samples")
	// Output:
	// 22050 Hz, 1 channel, pcm16 44753 frames
	// 44753 samples
}

// A Writer is the sink of a pipeline. A Reader reads its file again.
func ExampleWriter() {
	var file bytes.Buffer
	sink := wav.NewWriter(&file, wav.Options{Encoding: pcm.S24})
	format := stream.Format{Rate: stream.Hz(48000), Channels: 2}
	write := stream.Pipeline{
		Source: stream.FromSlice(format, []float32{0, 0.5, -0.25, -1, 2, 0}), // 3 frames
		Sink:   sink,
	}
	if _, err := write.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(file.Len(), "bytes,", sink.Stats().Clipped, "sample clipped")

	source, err := wav.NewReader(&file)
	if err != nil {
		log.Fatal(err)
	}
	var back stream.Buffer
	if _, err := (stream.Pipeline{Source: source, Sink: &back}).Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v, %d channels: %.3f\n", back.Format.Rate, back.Format.Channels, back.Samples)
	// Output:
	// 86 bytes, 1 sample clipped
	// 48000 Hz, 2 channels: [0.000 0.500 -0.250 -1.000 1.000 0.000]
}

// Chunks lists the chunks of a file. Notes reports what the Reader does not read: here an ID3 tag at the end.
func ExampleReader_Notes() {
	file, err := os.ReadFile("../../testdata/speech.wav")
	if err != nil {
		log.Fatal(err)
	}
	file = append(file, "TAG"...)
	file = append(file, make([]byte, 125)...)
	r, err := wav.NewReader(bytes.NewReader(file))
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range r.Chunks() {
		fmt.Printf("%q at byte %d, %d bytes\n", c.ID, c.Offset, c.Size)
	}
	for _, n := range r.Notes() {
		fmt.Println(n)
	}
	// Output:
	// "fmt " at byte 20, 16 bytes
	// "data" at byte 44, 89506 bytes
	// 128 bytes after the data, from byte 89550 on, an ID3v1 tag: not read
}
