package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestModels: the list has a size, a checksum, a licence and a place for everything.
func TestModels(t *testing.T) {
	out := must(t, nil, "models").out
	for _, a := range models.Architectures() {
		if !strings.Contains(out, a.Name+" ") {
			t.Errorf("%s is not in the list", a.Name)
		}
	}
	if n := len(regexp.MustCompile(`(?m)^  \S+ +\d+ bytes  [0-9a-f]{64}$`).FindAllString(out, -1)); n != 8 {
		t.Errorf("%d files: %s", n, out)
	}
	for _, p := range models.KnownWeights() {
		if !slices.ContainsFunc(models.Architectures(), func(a models.Architecture) bool { return a.Name == p.Architecture }) {
			t.Errorf("%s: there is no architecture %s", p.Name, p.Architecture)
		}
		if !strings.Contains(out, p.Name+", "+p.Licence+"\n"+p.Where) || !strings.HasPrefix(p.Where, "https://") {
			t.Errorf("%s is not in the list as it should be", p.Name)
		}
	}
	tailwave(nil, "models", "a", "b").wantError(t, exitUsage, "at most 1")
}

// TestModelsFolder: folders with weights that were tested, with some that were not, and with others.
func TestModelsFolder(t *testing.T) {
	for folder, want := range map[string]string{
		"lyra-1.2.0": "Lyra 1.2.0, Apache-2.0", "hifigan-v3-ljspeech": "HiFi-GAN V3, LJSpeech, MIT", "mb-melgan-ljspeech": "multi-band MelGAN, LJSpeech, Apache-2.0",
	} {
		o := must(t, nil, "models", reference.File(t, "weights", folder)).out
		if !strings.HasPrefix(o, want+"\n") || strings.Count(o, " as tested\n") < 2 || strings.Contains(o, "another") || !strings.Contains(o, "latency") {
			t.Errorf("%s: %s", folder, o)
		}
	}
	lyra := lyraModel(t)
	if folder, file := must(t, nil, "models", lyra).out, must(t, nil, "models", filepath.Join(lyra, "lyragan.tflite")).out; folder != file {
		t.Errorf("of a file of the folder: %s", file)
	}
	if o := must(t, nil, "models", tinyModel(t)).out; !strings.HasPrefix(o, "none of the files is one of those tested\n") || !strings.Contains(o, "HiFi-GAN") {
		t.Error(o)
	}
	dir := t.TempDir()
	for _, f := range models.KnownWeights()[2].Files {
		b := readFile(t, filepath.Join(lyraModel(t), f.Name))
		if f.Name == "quantizer.tflite" {
			b[20000] ^= 1 // a number in a codebook: one of two that must be the same
		}
		writeFile(t, filepath.Join(dir, f.Name), b)
	}
	tailwave(nil, "models", dir).wantError(t, exitFailed, "quantizer.tflite", "other entries than the graph that decodes")
	if err := os.Remove(filepath.Join(dir, "quantizer.tflite")); err != nil {
		t.Fatal(err)
	}
	o := tailwave(nil, "models", dir)
	o.wantError(t, exitFailed, "quantizer.tflite: no such file")
	if !strings.Contains(o.out, "quantizer.tflite             is not there\n") {
		t.Error(o.out)
	}
	tailwave(nil, "models", filepath.Join(dir, "none")).wantError(t, exitFailed, "none: no such file")
}
