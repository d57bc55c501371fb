package goaudio_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/go-audio/audio"
	"github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/goaudio"
)

// double writes the mono WAV file in at twice its rate to out, block frames at a time: a transposed convolution of
// stride 2 whose filter interpolates linearly.
func double(in io.ReadSeeker, out io.WriteSeeker, block int) error {
	dec := wav.NewDecoder(in)
	src, err := goaudio.NewSource(dec)
	if err != nil {
		return err
	}
	g, err := layer.TransposeGeometry{In: 1, Out: 1, Kernel: 3, Stride: 2}.Same(0)
	if err != nil {
		return err
	}
	up, err := layer.NewConvTranspose1D(g, []float32{0.5, 1, 0.5}, nil)
	if err != nil {
		return err
	}
	sink, err := goaudio.NewSink(wav.NewEncoder(out, 2*int(dec.SampleRate), 16, 1, 1))
	if err != nil {
		return err
	}
	_, err = stream.Pipeline{
		Source:      src,
		Stages:      []stream.Stage{{Name: "double", Processor: up.NewStream()}},
		Sink:        sink,
		BlockFrames: block,
	}.Run(context.Background())
	return err
}

// Example reads and writes with go-audio. However the stream is cut, the samples are the same.
func Example() {
	in, err := os.CreateTemp("", "in-*.wav")
	if err != nil {
		log.Fatal(err)
	}
	defer os.Remove(in.Name())
	defer in.Close()
	enc := wav.NewEncoder(in, 8000, 16, 1, 1)
	err = enc.Write(&audio.IntBuffer{
		Format: &audio.Format{NumChannels: 1, SampleRate: 8000},
		Data:   []int{0, 1000, 2000, -2000},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := enc.Close(); err != nil {
		log.Fatal(err)
	}

	for _, block := range []int{1, 3, 4096} {
		if _, err := in.Seek(0, io.SeekStart); err != nil {
			log.Fatal(err)
		}
		out, err := os.CreateTemp("", "out-*.wav")
		if err != nil {
			log.Fatal(err)
		}
		defer os.Remove(out.Name())
		defer out.Close()
		if err := double(in, out, block); err != nil {
			log.Fatal(err)
		}
		if _, err := out.Seek(0, io.SeekStart); err != nil {
			log.Fatal(err)
		}
		result, err := wav.NewDecoder(out).FullPCMBuffer()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(result.Format.SampleRate, "Hz:", result.Data)
	}
	// Output:
	// 16000 Hz: [0 0 500 1000 1500 2000 0 -2000]
	// 16000 Hz: [0 0 500 1000 1500 2000 0 -2000]
	// 16000 Hz: [0 0 500 1000 1500 2000 0 -2000]
}

// A pipeline reads a go-audio buffer of integers, and writes one of floats.
func ExampleBufferSink() {
	source, err := goaudio.NewBufferSource(&audio.IntBuffer{
		Format:         &audio.Format{NumChannels: 1, SampleRate: 8000},
		Data:           []int{0, 8192, -16384},
		SourceBitDepth: 16,
	})
	if err != nil {
		log.Fatal(err)
	}
	var sink goaudio.BufferSink
	if _, err := (stream.Pipeline{Source: source, Sink: &sink}).Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(sink.Buffer().Format.SampleRate, "Hz:", sink.Buffer().Data)
	// Output: 8000 Hz: [0 0.25 -0.5]
}
