package vocode_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"

	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/models/vocode"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/stream/wav"
)

// Sound becomes the frames of a model, and the model makes sound of them, here converted to 48 kHz.
func ExampleVocoder_FromSound() {
	model, err := models.Open("../../testdata/hifigan-tiny")
	if err != nil {
		log.Fatal(err)
	}
	file, err := os.Open("../../testdata/speech.wav")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	source, err := wav.NewReader(file)
	if err != nil {
		log.Fatal(err)
	}
	p, err := vocode.New(model).FromSound(source, vocode.Options{Rate: 48000})
	if err != nil {
		log.Fatal(err)
	}
	var sound stream.Buffer
	p.Sink = &sound
	if _, err := p.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(source.Info().Frames, "samples at", source.Format().Rate)
	for _, stage := range p.Stages {
		fmt.Println(stage.Name)
	}
	fmt.Println(len(sound.Samples), "samples at", sound.Format.Rate)
	// Output:
	// 44753 samples at 22050 Hz
	// resample
	// mel
	// vocode
	// resample
	// 97344 samples at 48000 Hz
}

// Frames in memory become the sound of a model. Their format is that of FrameFormat.
func ExampleVocoder_FromFrames() {
	model, err := models.Open("../../testdata/hifigan-tiny")
	if err != nil {
		log.Fatal(err)
	}
	vocoder := vocode.New(model)
	format := vocoder.FrameFormat()
	fmt.Println("frames of", format.Channels, "values at", format.Rate)
	frames := make([]float32, 100*format.Channels)
	p, err := vocoder.FromFrames(stream.FromSlice(format, frames), vocode.Options{})
	if err != nil {
		log.Fatal(err)
	}
	var sound stream.Buffer
	p.Sink = &sound
	if _, err := p.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(sound.Samples), "samples at", sound.Format.Rate)
	// Output:
	// frames of 8 values at 250 Hz
	// 6400 samples at 16000 Hz
}

// The vocoder without weights doubles the length of a sound, and keeps its pitch.
func ExampleBuiltin() {
	vocoder, err := vocode.Builtin(spectral.Effects{Stretch: 2})
	if err != nil {
		log.Fatal(err)
	}
	second := stream.FromSlice(stream.Format{Rate: stream.Hz(8000), Channels: 1}, make([]float32, 8000)) // of silence
	p, err := vocoder.FromSound(second, vocode.Options{})
	if err != nil {
		log.Fatal(err)
	}
	var sound stream.Buffer
	p.Sink = &sound
	if _, err := p.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(sound.Samples), "samples at", sound.Format.Rate)
	// Output:
	// 16000 samples at 8000 Hz
}

// ToFrames computes the frames that a model takes, here for a file of mel frames.
func ExampleVocoder_ToFrames() {
	model, err := models.Open("../../testdata/hifigan-tiny")
	if err != nil {
		log.Fatal(err)
	}
	file, err := os.Open("../../testdata/speech.wav")
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	source, err := wav.NewReader(file)
	if err != nil {
		log.Fatal(err)
	}
	p, err := vocode.New(model).ToFrames(source)
	if err != nil {
		log.Fatal(err)
	}
	var array bytes.Buffer
	p.Sink = npy.NewWriter(&array, npy.Options{})
	stats, err := p.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stats.FramesOut, "frames,", array.Len(), "bytes")
	// Output:
	// 507 frames, 16352 bytes
}
