package command

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestModels: the list has every architecture, and the sizes, checksums, licence and address of all known weights.
func TestModels(t *testing.T) {
	out := must(t, nil, "models").out
	for _, a := range models.Architectures() {
		t.Run(a.Name, func(t *testing.T) { wantParts(t, "list", out, a.Name+" ") })
	}
	t.Run("files", func(t *testing.T) {
		if n := len(regexp.MustCompile(`(?m)^  \S+ +\d+ bytes  [0-9a-f]{64}$`).FindAllString(out, -1)); n != 8 {
			t.Errorf("got %d files, want 8, in the list %q", n, out)
		}
	})
	for _, p := range models.KnownWeights() {
		t.Run(p.Name, func(t *testing.T) {
			known := func(a models.Architecture) bool { return a.Name == p.Architecture }
			if !slices.ContainsFunc(models.Architectures(), known) {
				t.Errorf("architecture: got %s, want one of %v", p.Architecture, models.Architectures())
			}
			wantParts(t, "list", out, p.Name+", "+p.Licence+"\n"+p.Where)
			if !strings.HasPrefix(p.Where, "https://") {
				t.Errorf("address: got %s, want one that begins with https://", p.Where)
			}
		})
	}
	tailwave(nil, "models", "a", "b").wantError(t, exitUsage, "at most one FOLDER, got 2 arguments")
}

// TestModelsFolder: a folder of tested weights is recognized, as is a file in it.
func TestModelsFolder(t *testing.T) {
	for folder, want := range map[string]string{
		"lyra-1.2.0":          "Lyra 1.2.0, Apache-2.0",
		"hifigan-v3-ljspeech": "HiFi-GAN V3, LJSpeech, MIT",
		"mb-melgan-ljspeech":  "multi-band MelGAN, LJSpeech, Apache-2.0",
	} {
		t.Run(folder, func(t *testing.T) {
			out := must(t, nil, "models", reference.File(t, "weights", folder)).out
			wantParts(t, "standard output", out, "latency")
			tested := strings.Count(out, " as tested\n") >= 2 && !strings.Contains(out, "differs")
			if !strings.HasPrefix(out, want+"\n") || !tested {
				t.Errorf("got %q, want %q as its first line and all files as tested", out, want)
			}
		})
	}
	t.Run("file of a folder", func(t *testing.T) {
		folder := lyraModel(t)
		want := must(t, nil, "models", folder).out
		if got := must(t, nil, "models", filepath.Join(folder, "lyragan.tflite")).out; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestModelsFolderUntested: the command says that weights are not the tested ones, and what is wrong with a folder.
func TestModelsFolderUntested(t *testing.T) {
	t.Run("others", func(t *testing.T) {
		out, want := must(t, nil, "models", tinyModel(t)).out, "no file is one of those tested\n"
		if wantParts(t, "standard output", out, "HiFi-GAN"); !strings.HasPrefix(out, want) {
			t.Errorf("got %q, want %q as its first line", out, want)
		}
	})
	t.Run("no folder", func(t *testing.T) {
		tailwave(nil, "models", filepath.Join(t.TempDir(), "none")).wantError(t, exitFailed, "none: no such file")
	})
	for _, changed := range [][]string{{"lyragan.tflite"}, {"lyragan.tflite", "soundstream_encoder.tflite"}} {
		t.Run(fmt.Sprint(len(changed), " changed"), func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range models.KnownWeights()[2].Files {
				b := readFile(t, filepath.Join(lyraModel(t), f.Name))
				if slices.Contains(changed, f.Name) {
					b = append(b, 0, 0, 0, 0) // bytes that nothing in the file refers to
				}
				writeFile(t, filepath.Join(dir, f.Name), b)
			}
			want := ": lyragan.tflite is not as tested with Lyra 1.2.0: download it again"
			if len(changed) == 2 {
				want = ".tflite are not as tested with Lyra 1.2.0: download them again"
			}
			tailwave(nil, "models", dir).wantError(t, exitFailed, changed[0], changed[len(changed)-1], want)
		})
	}
	t.Run("damaged", func(t *testing.T) {
		dir := t.TempDir()
		for _, f := range models.KnownWeights()[2].Files {
			b := readFile(t, filepath.Join(lyraModel(t), f.Name))
			if f.Name == "quantizer.tflite" {
				b[20000] ^= 1 // a number in a codebook: one of two that must be the same
			}
			writeFile(t, filepath.Join(dir, f.Name), b)
		}
		tailwave(nil, "models", dir).
			wantError(t, exitFailed, "quantizer.tflite", "other entries than the decoding graph")
		if err := os.Remove(filepath.Join(dir, "quantizer.tflite")); err != nil {
			t.Fatal(err)
		}
		o := tailwave(nil, "models", dir)
		o.wantError(t, exitFailed, "quantizer.tflite: no such file")
		wantParts(t, "standard output", o.out, "quantizer.tflite             is missing\n")
	})
}
