package models_test

import (
	"errors"
	"fmt"
	"log"
	"math"
	"os"
	"slices"
	"testing/fstest"

	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
)

// Open reads a folder with weights and config.json. Info says what the model consumes and emits.
func ExampleOpen() {
	model, err := models.Open("../testdata/hifigan-tiny")
	if err != nil {
		log.Fatal(err)
	}
	info := model.Info()
	fmt.Println(info.Architecture, "with", info.Parameters, "parameters")
	fmt.Println("frames of", info.Mels, "mels in,", info.Hop, "samples per frame out, at", info.SampleRate, "Hz")
	// Output:
	// HiFi-GAN with 1249 parameters
	// frames of 8 mels in, 64 samples per frame out, at 16000 Hz
}

// OpenFS reads a model from a file system: a folder, embedded files, or an archive.
func ExampleOpenFS() {
	model, err := models.OpenFS(os.DirFS("../testdata"), "hifigan-tiny")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.Info().Path)
	// Output:
	// hifigan-tiny/generator.safetensors
}

// A stream that is cut into chunks emits the samples that Synthesize returns for the whole input, bit for bit.
func ExampleModel_NewStream() {
	model, err := models.Open("../testdata/hifigan-tiny")
	if err != nil {
		log.Fatal(err)
	}
	mels := model.Info().Mels
	frames := make([]float32, 20*mels)
	for i := range frames {
		frames[i] = float32(math.Sin(float64(i)))
	}
	s, err := model.NewStream()
	if err != nil {
		log.Fatal(err)
	}
	var samples []float32
	for chunk := range slices.Chunk(frames, 3*mels) { // 3 frames at a time
		samples = s.Process(samples, chunk)
	}
	samples = s.Flush(samples)

	whole, err := model.Synthesize(frames)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(samples), "samples, equal to the whole:", slices.Equal(samples, whole))
	// Output:
	// 1280 samples, equal to the whole: true
}

// FrontEnd says how the frames of a model are computed from sound. [spectral.NewMelSpectrogram] computes them.
func ExampleModel_FrontEnd() {
	model, err := models.Open("../testdata/hifigan-tiny")
	if err != nil {
		log.Fatal(err)
	}
	mel, err := model.FrontEnd()
	if err != nil {
		log.Fatal(err)
	}
	spectrogram, err := spectral.NewMelSpectrogram(mel)
	if err != nil {
		log.Fatal(err)
	}
	second := make([]float32, mel.SampleRate) // of silence
	frames := spectrogram.Process(nil, second)
	frames = spectrogram.Flush(frames)
	fmt.Println(len(frames)/mel.Bands, "frames of", mel.Bands, "bands from", mel.Low, "to", mel.High, "Hz")
	// Output:
	// 250 frames of 8 bands from 0 to 8000 Hz
}

// CheckFrames finds frames that would spoil the sound, before a stream consumes them.
func ExampleModel_CheckFrames() {
	model, err := models.Open("../testdata/hifigan-tiny")
	if err != nil {
		log.Fatal(err)
	}
	mels := model.Info().Mels
	frames := make([]float32, 20*mels)
	frames[5*mels+2] = float32(math.NaN())
	bad, _ := errors.AsType[*models.FrameError](model.CheckFrames(frames))
	fmt.Println("NaN in frame", bad.Frame, "and band", bad.Band)
	// Output:
	// NaN in frame 5 and band 2
}

// An UnsupportedError names a file that is intact, but of a kind that this package does not read. Other errors are
// about files that are missing or damaged.
func ExampleUnsupportedError() {
	files := fstest.MapFS{
		"config.json":       {Data: []byte(`{"model_type": "melgan"}`)},
		"model.safetensors": {Data: []byte("<!DOCTYPE html><title>Sign in</title>")},
	}
	_, err := models.OpenFS(files, ".")
	if unsupported, ok := errors.AsType[*models.UnsupportedError](err); ok {
		fmt.Println("not supported:", unsupported.File)
		fmt.Println(unsupported.What)
	} else if err != nil {
		log.Fatal(err)
	}
	// Output:
	// not supported: model.safetensors
	// is a web page: download the weights file itself
}
