package models

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/weights"
)

// TestOpenPth: a checkpoint makes the same model as the .safetensors beside it, alone in its folder, by name, and as .pt.
func TestOpenPth(t *testing.T) {
	source := reference.File(t, "weights", "hifigan-v3-ljspeech")
	want, err := Open(source)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	link := func(from, to string) string {
		b, err := os.ReadFile(filepath.Join(source, from))
		if err != nil {
			t.Fatal(err)
		}
		to = filepath.Join(dir, to)
		if err := os.WriteFile(to, b, 0o666); err != nil {
			t.Fatal(err)
		}
		return to
	}
	link("config.json", "config.json")
	for _, path := range []string{filepath.Join(source, "g_v3.pth"), link("g_v3.pth", "g.PT"), dir} {
		m, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		info := m.Info
		info.Path, info.Parameters = want.Info.Path, want.Info.Parameters
		if info != want.Info || m.Info.Parameters <= want.Info.Parameters {
			t.Errorf("%s: info %+v", path, m.Info)
		}
	}
}

// TestOpenOdd: what is no file of a size, and a configuration in which something must be said and is not.
func TestOpenOdd(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "config.json"), 0o777); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "m.safetensors")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file); err == nil || !strings.Contains(err.Error(), "config.json: is no regular file") {
		t.Errorf("a folder for a configuration: %v", err)
	}
	if _, err := parseMelGAN([]byte(`{"model_type": "melgan", "stacks": 1}`)); err == nil || !strings.Contains(err.Error(), "leaky_relu_slope or stacks is missing") {
		t.Errorf("no slope: %v", err)
	}
}

// A pair is workers of the size that makes streams as for two threads, all in the caller's.
type pair struct{}

func (pair) Size() int { return 2 }
func (pair) For(parts int, f func(part int)) {
	for i := range parts {
		f(i)
	}
}

// FuzzConfig: whatever a configuration says, it is refused, or describes a network whose streams are bounded and run.
func FuzzConfig(f *testing.F) {
	sets := []weights.Set{}
	for _, name := range []string{"resblock 1", "resblock 2"} {
		config, err := json.Marshal(small[name])
		if err != nil {
			f.Fatal(err)
		}
		f.Add(config)
		sets = append(sets, randomHiFiGAN(small[name]))
	}
	for _, bands := range []int{1, 4} {
		m := smallMelGAN(bands)
		config, err := json.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(config)
		sets = append(sets, randomMelGAN(m))
	}
	f.Fuzz(func(t *testing.T, config []byte) {
		a, err := architecture(config)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than a line: %q", err)
			}
			return
		}
		info := a.info()
		if info.Hop < 1 || info.Hop > maxHop || info.Mels < 1 || info.SampleRate < 1 {
			t.Fatalf("info %+v", info)
		}
		for _, set := range sets {
			network, err := a.build(maps.Clone(set))
			if err != nil {
				continue
			}
			for _, workers := range []dsp.Workers{nil, pair{}} {
				p, err := network.NewStream(dsp.WithWorkers(workers))
				if err != nil {
					t.Fatal(err)
				}
				if _, state := p.(dsp.Sizer).Memory(); state > 1<<30 {
					t.Fatalf("%d bytes of state", state)
				}
				n := p.Shape().MinFrames + 1
				if got := len(p.Flush(p.Process(nil, make([]float32, n*info.Mels)))); got != n*info.Hop {
					t.Fatalf("%d frames give %d samples, hop %d", n, got, info.Hop)
				}
			}
		}
	})
}
