package command

import (
	"encoding/json"
	"os"
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
	"onnx-piper-whole":      `ONNX|Piper`,
	"refuse":                `ONNX`,
	"snac":                  `SNAC`,
	"vocos":                 `(?i)Vocos`,
}

// A published model comes from a folder of golden/models.
type published struct {
	dir       string         // with the publisher's files alone
	reference string         // with all files
	frames    string         // path of what the network's first layer takes
	thing     *regexp.Regexp // that an error has to name
}

// publisherCases calls do with each model of golden/models.
func publisherCases(t *testing.T, do func(t *testing.T, p published)) {
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
		t.Run(name, func(t *testing.T) {
			do(t, published{publisherFolder(t, dir), dir, publisherFrames(t, dir), thing})
		})
	}
	if seen != 68 {
		t.Errorf("got %d models, want 68", seen)
	}
}

// publisherFolder copies the files that the publisher has in a model's folder to another.
func publisherFolder(t *testing.T, from string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "model")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range names(t, from) {
		data := filepath.Ext(name) == ".npy" && name != "stats.npy"
		if !data && name != "meta.json" && filepath.Ext(name) != ".txt" {
			writeFile(t, filepath.Join(dir, name), readFile(t, filepath.Join(from, name)))
		}
	}
	return dir
}

// thingOf returns what the error about a file of the model has to name.
func (p published) thingOf(path string) *regexp.Regexp {
	if strings.HasPrefix(filepath.Base(path), "do_") {
		return training
	}
	return p.thing
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

// wantSound checks the sound that the model, under its path, made of its frames against the publisher's own.
func (p published) wantSound(t *testing.T, v vocoding, path string) {
	t.Helper()
	var meta struct{ Tolerance map[string]closeness }
	if err := json.Unmarshal(readFile(t, filepath.Join(p.reference, "meta.json")), &meta); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"out64_from_in.npy", "audio64.npy", "out64.npy"} {
		if want := filepath.Join(p.reference, name); exists(want) {
			v.wantPlayed(t, readNumbers(t, want), meta.Tolerance[name])
			v.wantChunked(t, path, p.frames)
			return
		}
	}
	t.Errorf("got sound of %d samples, want an error: the model cannot be played", len(v.samples))
}

// wantSoundOrReason runs the model, under its path. It plays what its publisher's code does, or says what it is.
func (p published) wantSoundOrReason(t *testing.T, path string) {
	t.Helper()
	if v := vocoded(t, path, p.frames); v.code == exitDone {
		p.wantSound(t, v, path)
	} else {
		v.wantRefused(t, p.dir, p.thingOf(path))
	}
}

// TestPublishersModels: each folder, as its publisher leaves it, is played within the tolerance or refused by name.
func TestPublishersModels(t *testing.T) {
	publisherCases(t, func(t *testing.T, p published) { p.wantSoundOrReason(t, p.dir) })
}

// TestPublishersFiles is TestPublishersModels for the path of each file of weights.
func TestPublishersFiles(t *testing.T) {
	publisherCases(t, func(t *testing.T, p published) {
		for _, path := range weightsFiles(t, p.dir) {
			t.Run(filepath.Base(path), func(t *testing.T) { p.wantSoundOrReason(t, path) })
		}
	})
}

// TestPublishersInfo: info lists each file of weights, or its error names what it is.
func TestPublishersInfo(t *testing.T) {
	publisherCases(t, func(t *testing.T, p published) {
		for _, path := range weightsFiles(t, p.dir) {
			t.Run(filepath.Base(path), func(t *testing.T) { wantInfo(t, path, p.dir, p.thingOf(path)) })
		}
	})
}
