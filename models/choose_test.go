package models

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/models/internal/file"
	"github.com/tailwave/tailwave/models/weights"
)

// TestChooseWeights requires that files of a folder with the same weights count as one model, read from the first file,
// and that files of other models in the folder are refused. The steps add files to one folder.
func TestChooseWeights(t *testing.T) {
	dir := t.TempDir()
	t.Run("empty folder", func(t *testing.T) {
		_, err := Open(dir)
		wantError(t, err, dir+": is a folder without weights, must have")
	})
	h, other := small["resblock 1"], small["resblock 2"]
	writeFile(t, filepath.Join(dir, "config.json"), configFile(t, h))
	writeFile(t, filepath.Join(dir, "m.onnx"), nil)
	for _, step := range []struct {
		name, file string
		set        weights.Set // nil for an empty file
		want       string      // the chosen file, or a part of the error
	}{
		{"pt", "z.PT", randomHiFiGAN(h), "z.PT"},
		{"pth", "y.pth", randomHiFiGAN(h), "y.pth"},
		{"safetensors", "x.safetensors", randomHiFiGAN(h), "x.safetensors"},
		{"earlier name", "a.safetensors", randomHiFiGAN(h), "a.safetensors"},
		{"other HiFi-GAN", "b.safetensors", randomHiFiGAN(other),
			dir + ": has weights of different models: pass the path of one file: " +
				"a.safetensors (the HiFi-GAN of config.json), " +
				"b.safetensors (another HiFi-GAN, whose first layer has shape [12, 4, 7]), x.safetensors (the HiFi-GAN"},
		{"MelGAN", "b.safetensors", randomMelGAN(smallMelGAN(1)),
			"b.safetensors (a MelGAN)"},
		{"other tensors", "b.safetensors", weights.Set{"x": {Shape: []int{1}, Data: []float32{1}}},
			"b.safetensors (other tensors)"},
		{"empty file", "b.safetensors", nil, "b.safetensors (is an empty file: download it again)"},
	} {
		t.Run(step.name, func(t *testing.T) {
			if path := filepath.Join(dir, step.file); step.set != nil {
				writeSafetensors(t, path, step.set)
			} else {
				writeFile(t, path, nil)
			}
			m, err := Open(dir)
			if err != nil {
				wantError(t, err, step.want)
			} else if got := filepath.Base(m.Info().Path); got != step.want {
				t.Errorf("with %s: got %s, want %s", step.file, got, step.want)
			}
		})
	}
	t.Run("by name", func(t *testing.T) {
		path := filepath.Join(dir, "x.safetensors")
		m, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Info().Path; got != path {
			t.Errorf("got %s, want %s", got, path)
		}
	})
	t.Run("no checkpoint", func(t *testing.T) {
		path := filepath.Join(dir, "y.pth")
		writeFile(t, path, []byte("no checkpoint"))
		_, err := Open(path)
		want := path + `: is a short text, "no checkpoint", perhaps the reply of a server: `
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got error %v, want one that begins with %q", err, want)
		}
	})
}

// TestChoosePth requires that a checkpoint and the .safetensors made from it count as one model, and that a checkpoint
// next to the .safetensors of another model is refused.
func TestChoosePth(t *testing.T) {
	source := reference.File(t, "weights", "hifigan-v3-ljspeech")
	m, err := Open(source)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := filepath.Base(m.Info().Path), "generator_v3.safetensors"; got != want {
		t.Errorf("chosen file: got %s, want %s", got, want)
	}
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "config.json"), configFile(t, smallMelGAN(1)))
	writeSafetensors(t, filepath.Join(dir, "m.safetensors"), randomMelGAN(smallMelGAN(1)))
	checkpoint, err := os.ReadFile(filepath.Join(source, "g_v3.pth"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "g_v3.pth"), checkpoint)
	_, err = Open(dir)
	wantError(t, err, "m.safetensors (the MelGAN of config.json), "+
		"g_v3.pth (a HiFi-GAN)")
}

// TestReaderPanics requires that a panic while weights are read becomes an error that names the file.
func TestReaderPanics(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.safetensors")
	writeSafetensors(t, path, weights.Set{})
	err := place{files: file.OS()}.withWeights(path, func(*weights.File) error { panic("boom") })
	if want := path + ": the reader failed, which is a bug in tailwave: boom"; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %q", err, want)
	}
}

// TestBlame requires that recognized weights are named although their configuration is missing or unknown, and that a
// recognized configuration is named before the weights.
func TestBlame(t *testing.T) {
	vocos := safetensorsFile(t, named("backbone.convnext.0.gamma", "head.out.bias"))
	for _, c := range []struct {
		name, config, text string // "" for no configuration
		weights            []byte
		want               string
	}{
		{"missing", "", "", vocos, "m.safetensors: is a Vocos, which is not supported"},
		{"sample rates", "", "", safetensorsFile(t, named("conv_pre.bias", "x.activations.0.alpha", "activation_post.b")),
			"is a FlashSR (raises the sample rate of speech), which is not supported: use a HiFi-GAN or a MelGAN"},
		{"layout", "", "", safetensorsFile(t, named("conv_pre.bias", "upsampler.0.bias", "resblocks.0.bias")),
			"is a HiFi-GAN in the layout of Hugging Face, which is not supported: save the tensors under the names"},
		{"unknown", "meta.json", "{}", vocos, "m.safetensors: is a Vocos, which is not supported"},
		{"named", "config.json", `{"train":{},"data":{},"model":{}}`, vocos,
			"config.json: is the configuration of VITS"},
		{"damaged", "config.json", "{", vocos, "config.json: is cut short: it ends in line 1"},
		{"ours", "meta.json", "{}", safetensorsFile(t, randomHiFiGAN(small["resblock 1"])),
			"meta.json: describes no known model"},
		{"no weights", "", "", []byte("<html>"), "m.safetensors: is a web page"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{"m.safetensors": {Data: c.weights}}
			if c.config != "" {
				files[c.config] = &fstest.MapFile{Data: []byte(c.text)}
			}
			for _, path := range []string{".", "m.safetensors"} {
				_, err := OpenFS(files, path)
				wantError(t, err, c.want)
			}
		})
	}
}
