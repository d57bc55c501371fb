package models

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/nlpodyssey/safetensors"

	"github.com/tailwave/tailwave/models/internal/file"
	"github.com/tailwave/tailwave/models/weights"
)

// writeSafetensors writes the tensors of a set to a file.
func writeSafetensors(t *testing.T, path string, set weights.Set) {
	t.Helper()
	writeFile(t, path, safetensorsFile(t, set))
}

// safetensorsFile returns a file with the tensors of a set.
func safetensorsFile(t testing.TB, set weights.Set) []byte {
	t.Helper()
	views := map[string]safetensors.TensorView{}
	for name, x := range set {
		var raw bytes.Buffer
		binary.Write(&raw, binary.LittleEndian, x.Data)
		shape := []uint64{}
		for _, d := range x.Shape {
			shape = append(shape, uint64(d))
		}
		v, err := safetensors.NewTensorView(safetensors.F32, shape, raw.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		views[name] = v
	}
	b, err := safetensors.Serialize(views, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// configFile returns the config.json that describes a generator.
func configFile(t testing.TB, a any) []byte {
	t.Helper()
	config, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestChooseWeights: which file of a folder is the model, and what must not be there beside it.
func TestChooseWeights(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), dir+": is a folder without a .safetensors, .pth or .pt file") {
		t.Errorf("an empty folder: %v", err)
	}
	h, other := small["resblock 1"], small["resblock 2"]
	config, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "config.json"), config)
	writeFile(t, filepath.Join(dir, "m.onnx"), nil)
	for _, step := range []struct {
		name string
		set  weights.Set // nil for a file that is none
		want string
	}{
		{"z.PT", randomHiFiGAN(h), "z.PT"},
		{"y.pth", randomHiFiGAN(h), "y.pth"},
		{"x.safetensors", randomHiFiGAN(h), "x.safetensors"},
		{"a.safetensors", randomHiFiGAN(h), "a.safetensors"},
		{"b.safetensors", randomHiFiGAN(other), dir + ": has files of different models, name the one that is meant: a.safetensors (the HiFi-GAN of config.json), " +
			"b.safetensors (another HiFi-GAN, its first layer has shape [12 4 7]), x.safetensors (the HiFi-GAN"},
		{"b.safetensors", randomMelGAN(smallMelGAN(1)), "b.safetensors (another MelGAN, its first layer has shape [16 5 5])"},
		{"b.safetensors", weights.Set{"x": {Shape: []int{1}, Data: []float32{1}}}, "b.safetensors (something else)"},
		{"b.safetensors", nil, "b.safetensors (no weights)"},
	} {
		if path := filepath.Join(dir, step.name); step.set != nil {
			writeSafetensors(t, path, step.set)
		} else {
			writeFile(t, path, nil)
		}
		m, err := Open(dir)
		var got string
		if err != nil {
			got = err.Error()
		} else {
			got = filepath.Base(m.Info.Path)
		}
		if got != step.want && (err == nil || !strings.Contains(got, step.want)) {
			t.Errorf("with %s: %s, want %s", step.name, got, step.want)
		}
	}
	if m, err := Open(filepath.Join(dir, "x.safetensors")); err != nil || m.Info.Path != filepath.Join(dir, "x.safetensors") {
		t.Errorf("by name: %v", err)
	}
	writeFile(t, filepath.Join(dir, "y.pth"), []byte("no checkpoint"))
	_, err = Open(filepath.Join(dir, "y.pth"))
	if err == nil || !strings.HasPrefix(err.Error(), filepath.Join(dir, "y.pth")+": neither a .safetensors file nor a PyTorch checkpoint: ") {
		t.Errorf("a .pth that is none: %v", err)
	}
}

// TestChoosePth: the checkpoint beside the .safetensors made of it is the same model, and beside that of another one is not.
func TestChoosePth(t *testing.T) {
	source := reference.File(t, "weights", "hifigan-v3-ljspeech")
	m, err := Open(source)
	if err != nil || filepath.Base(m.Info.Path) != "generator_v3.safetensors" {
		t.Errorf("%v", err)
	}
	dir := t.TempDir()
	config, err := json.Marshal(smallMelGAN(1))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "config.json"), config)
	writeSafetensors(t, filepath.Join(dir, "m.safetensors"), randomMelGAN(smallMelGAN(1)))
	checkpoint, err := os.ReadFile(filepath.Join(source, "g_v3.pth"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "g_v3.pth"), checkpoint)
	_, err = Open(dir)
	if err == nil || !strings.Contains(err.Error(), "m.safetensors (the MelGAN of config.json), g_v3.pth (another HiFi-GAN, its first layer has shape [256 80 7])") {
		t.Errorf("%v", err)
	}
}

// TestReaderPanics: a panic while foreign bytes are read is an error that names the file.
func TestReaderPanics(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.safetensors")
	writeSafetensors(t, path, weights.Set{})
	err := place{files: file.OS()}.withWeights(path, func(weights.Set) error { panic("boom") })
	if err == nil || err.Error() != path+": reader failed, which is a bug: boom" {
		t.Errorf("%v", err)
	}
}
