package goaudio_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/goaudio"
)

// convert writes the WAV file in to out, at another sample rate and with 16 bits.
func convert(in io.ReadSeeker, out io.WriteSeeker, rate int) error {
	source, err := goaudio.NewSource(wav.NewDecoder(in))
	if err != nil {
		return err
	}
	info := source.Info()
	converter, err := resample.New(int(info.Rate), rate, info.Channels, resample.Filter{})
	if err != nil {
		return err
	}
	sink, err := goaudio.NewSink(wav.NewEncoder(out, rate, 16, info.Channels, 1)) // 1: PCM
	if err != nil {
		return err
	}
	_, err = stream.Pipeline{
		Source: source,
		Stages: []stream.Stage{{Name: "resample", Processor: converter}},
		Sink:   sink,
	}.Run(context.Background())
	return err
}

// A pipeline reads from a go-audio decoder, and writes to a go-audio encoder at another sample rate.
func Example_resample() {
	in, err := os.Open("../../testdata/speech.wav")
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	out, err := os.CreateTemp("", "out-*.wav")
	if err != nil {
		log.Fatal(err)
	}
	defer os.Remove(out.Name())
	defer out.Close()

	if err := convert(in, out, 48000); err != nil {
		log.Fatal(err)
	}
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		log.Fatal(err)
	}
	result, err := wav.NewDecoder(out).FullPCMBuffer()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Format.SampleRate, "Hz,", result.NumFrames(), "frames")
	// Output:
	// 48000 Hz, 97422 frames
}
