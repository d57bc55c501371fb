package models

import (
	"maps"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tailwave/tailwave/models/weights"
)

// TestFolder requires that the weights of a folder are found by name and by content, and that nothing is guessed.
func TestFolder(t *testing.T) {
	h := small["resblock 1"]
	g := safetensorsFile(t, randomHiFiGAN(h))
	changed := randomHiFiGAN(h)
	data := changed["resblocks.0.convs2.0.bias"].Data
	data[0] += 1e-3
	second := safetensorsFile(t, changed)
	training := safetensorsFile(t, weights.Set{"mpd.discriminators.0.bias": {Shape: []int{1}, Data: []float32{1}}})
	for _, c := range []struct {
		name  string
		files map[string][]byte
		want  string // the chosen file, or a part of the error
	}{
		{"no suffix", map[string][]byte{"g_00100000": g}, "g_00100000"},
		{"other suffixes", map[string][]byte{"last.ckpt": g, "mel.npy": g, "notes.txt": g}, "last.ckpt"},
		{"bin and pkl", map[string][]byte{"a.bin": g, "b.pkl": g}, "a.bin"},
		{"by name before by content", map[string][]byte{"a": g, "b.safetensors": g}, "b.safetensors"},
		{"training next to it", map[string][]byte{"do_00100000": training, "g_00100000": g}, "g_00100000"},
		{"training alone", map[string][]byte{"do_00100000": training}, "do_00100000: holds discriminators"},
		{"training alone, twice", map[string][]byte{"do_1": training, "do_2": training}, "do_1: holds discriminators"},
		{"two trainings", map[string][]byte{"g_1": g, "g_2": second},
			".: has different weights for the HiFi-GAN of config.json: pass the path of one file: g_1, g_2"},
		{"damaged weights next to it", map[string][]byte{"a.pth": []byte("<html>"), "g_1": g},
			"a.pth (is a web page: download the weights file itself), g_1 (the HiFi-GAN"},
		{"hidden files", map[string][]byte{"._g.pth": []byte("x"), "g.pth": g}, "g.pth"},
		{"damaged other file next to it", map[string][]byte{"a": []byte("x"), "g_1": g}, "g_1"},
		{"shards", map[string][]byte{"model.safetensors.index.json": []byte("{}"), "a.safetensors": g},
			".: has its weights in several files (shards), listed in the index model.safetensors.index.json: "},
		{"no weights", map[string][]byte{"a.txt": g}, ".: is a folder without weights, must have"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{"config.json": {Data: configFile(t, h)}}
			for name, content := range c.files {
				files[name] = &fstest.MapFile{Data: content}
			}
			m, err := OpenFS(files, ".")
			if err != nil {
				if !strings.Contains(err.Error(), c.want) {
					t.Errorf("got error %v, want %q", err, c.want)
				}
				return
			}
			if got := m.Info().Path; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// folded returns the weights of a layer with gains g and directions v, in float32 as PyTorch computes them.
func folded(g, v []float32) []float32 {
	w := make([]float32, len(v))
	row := len(v) / len(g)
	for i := range v {
		norm := float32(0)
		for _, x := range v[i/row*row:][:row] {
			norm += float32(x * x)
		}
		w[i] = float32(v[i] * float32(g[i/row]/float32(math.Sqrt(float64(norm)))))
	}
	return w
}

// TestFolded requires that a generator and its copy with folded weight normalisation count as one model.
func TestFolded(t *testing.T) {
	h := small["resblock 1"]
	g := randomHiFiGAN(h)
	plain := weights.Set{}
	maps.Copy(plain, g)
	for name := range g {
		layer, ok := strings.CutSuffix(name, ".weight_v")
		if !ok {
			continue
		}
		v, gain := g[name], g[layer+".weight_g"]
		plain[layer+".weight"] = weights.Tensor{Shape: v.Shape, Data: folded(gain.Data, v.Data)}
		delete(plain, name)
		delete(plain, layer+".weight_g")
	}
	if len(plain) == len(g) {
		t.Fatal("the generator has no normalised weights")
	}
	files := fstest.MapFS{
		"config.json":   {Data: configFile(t, h)},
		"g.pth":         {Data: safetensorsFile(t, g)},
		"m.safetensors": {Data: safetensorsFile(t, plain)},
	}
	m, err := OpenFS(files, ".")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := m.Info().Path, "m.safetensors"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestShard requires that a shard is refused by its name, and a file that the index does not name is not.
func TestShard(t *testing.T) {
	h := small["resblock 1"]
	g := safetensorsFile(t, randomHiFiGAN(h))
	files := fstest.MapFS{
		"config.json":                  {Data: configFile(t, h)},
		"1.safetensors":                {Data: g},
		"whole.safetensors":            {Data: g},
		"model.safetensors.index.json": {Data: []byte(`{"weight_map":{"conv_pre.bias":"1.safetensors"}}`)},
	}
	_, err := OpenFS(files, "1.safetensors")
	wantUnsupported(t, err, "1.safetensors: is a shard, one of several files with the weights, "+
		"listed in the index model.safetensors.index.json: ", true)
	if _, err := OpenFS(files, "whole.safetensors"); err != nil {
		t.Errorf("a file that the index does not name: got error %v, want none", err)
	}
}
