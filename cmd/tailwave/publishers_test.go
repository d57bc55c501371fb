package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"
)

// publisherThings are what the error about a publisher's model has to name, by the beginning of the case's name. The
// longest one counts. What is on no row has to open.
var publisherThings = map[string]string{
	"bigvgan":               `BigVGAN`,
	"dac":                   `\bDAC\b|(?i)descript`,
	"encodec":               `(?i)EnCodec`,
	"flashsr":               `(?i)FlashSR|ONNX`,
	"hifigan-coqui":         `(?i)coqui`,
	"hifigan-coqui-old":     `(?i)coqui`,
	"hifigan-hf":            `(?i)hugging face|transformers|SpeechT5|FastSpeech2|mean.*scale`,
	"hifigan-hf-vits":       `(?i)hugging face|transformers|VITS`,
	"hifigan-module-prefix": `DataParallel|module\.`,
	"hifigan-nemo":          `(?i)NeMo|\btar\b`,
	"hifigan-odd-padding":   `kernel size|padding`,
	"hifigan-pwg":           `(?i)ParallelWaveGAN|config\.yml`,
	"hifigan-speechbrain":   `(?i)SpeechBrain|hyperparams\.yaml`,
	"hifigan-vits":          `VITS|\bdec\.`,
	"hifigan-vits-speaker":  `VITS|(?i)speaker|\bdec\.`,
	"istftnet":              `(?i)iSTFTNet`,
	"mb-melgan-pwg":         `(?i)ParallelWaveGAN|config\.yml`,
	"melgan-pwg":            `(?i)ParallelWaveGAN|config\.yml`,
	"nsf":                   `NSF`,
	"nsf-rvc":               `NSF|RVC`,
	"onnx":                  `ONNX`,
	"refuse":                `ONNX`,
	"snac":                  `SNAC`,
	"vocos":                 `(?i)Vocos`,
}

// publisherCases calls do with the name, the folder and the frames of each model of golden/models.
func publisherCases(t *testing.T, do func(t *testing.T, dir, frames string, thing *regexp.Regexp)) {
	t.Helper()
	root := reference.File(t, "golden", "models")
	seen := 0
	for _, name := range names(t, root) {
		dir := filepath.Join(root, name)
		if !exists(filepath.Join(dir, "meta.json")) {
			continue
		}
		seen++
		longest := ""
		for prefix := range publisherThings {
			if strings.HasPrefix(name, prefix) && len(prefix) > len(longest) {
				longest = prefix
			}
		}
		thing := nothing
		if longest != "" {
			thing = regexp.MustCompile(publisherThings[longest])
		}
		t.Run(name, func(t *testing.T) { do(t, dir, publisherFrames(t, dir), thing) })
	}
	if seen != 68 {
		t.Errorf("got %d models, want 68", seen)
	}
}

// publisherFrames returns the path of what the network's first layer takes, or of frames for a model that takes
// something else and has to be refused.
func publisherFrames(t *testing.T, dir string) string {
	t.Helper()
	for _, name := range []string{"in_normalized.npy", "in.npy", "z.npy"} {
		if path := filepath.Join(dir, name); exists(path) && len(readNumbers(t, path).Shape) > 1 {
			return path
		}
	}
	return reference.File(t, "cases", "checkpoints", "jik_generator", "mel.npy")
}

// wantPublished checks the sound that a model made of its frames against the publisher's own.
func wantPublished(t *testing.T, v vocoding, model, dir, frames string) {
	t.Helper()
	var meta struct{ Tolerance map[string]closeness }
	if err := json.Unmarshal(readFile(t, filepath.Join(dir, "meta.json")), &meta); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"out64_from_in.npy", "audio64.npy", "out64.npy"} {
		if path := filepath.Join(dir, name); exists(path) {
			v.wantPlayed(t, readNumbers(t, path), meta.Tolerance[name])
			v.wantChunked(t, model, frames)
			return
		}
	}
	t.Errorf("got sound of %d samples, want an error: the model cannot be played", len(v.samples))
}

// wantPublishedOrRefused runs a model over its frames. It plays what its publisher's code does, or says what it is.
func wantPublishedOrRefused(t *testing.T, model, dir, frames string, thing *regexp.Regexp) {
	t.Helper()
	if v := vocoded(t, model, frames); v.code == exitDone {
		wantPublished(t, v, model, dir, frames)
	} else {
		v.wantRefused(t, dir, thing)
	}
}

// TestPublishersModels: each folder, as its publisher leaves it, is played within the tolerance or refused by name.
func TestPublishersModels(t *testing.T) {
	publisherCases(t, func(t *testing.T, dir, frames string, thing *regexp.Regexp) {
		wantPublishedOrRefused(t, dir, dir, frames, thing)
	})
}

// TestPublishersFiles is TestPublishersModels for the path of each file of weights.
func TestPublishersFiles(t *testing.T) {
	publisherCases(t, func(t *testing.T, dir, frames string, thing *regexp.Regexp) {
		for _, path := range weightsFiles(t, dir) {
			t.Run(filepath.Base(path), func(t *testing.T) {
				thing := thing
				if strings.HasPrefix(filepath.Base(path), "do_") {
					thing = training
				}
				wantPublishedOrRefused(t, path, dir, frames, thing)
			})
		}
	})
}

// TestPublishersInfo: info lists each file of weights, or its error names what it is.
func TestPublishersInfo(t *testing.T) {
	publisherCases(t, func(t *testing.T, dir, _ string, thing *regexp.Regexp) {
		for _, path := range weightsFiles(t, dir) {
			t.Run(filepath.Base(path), func(t *testing.T) {
				thing := thing
				if strings.HasPrefix(filepath.Base(path), "do_") {
					thing = training
				}
				wantInfo(t, path, dir, thing)
			})
		}
	})
}
