package models

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/weights"
)

// TestConfigErrors requires that an error of a config.json begins with its path and names the fault in the file's
// words.
func TestConfigErrors(t *testing.T) {
	h, m := configFile(t, small["resblock 1"]), configFile(t, smallMelGAN(4))
	with := func(text []byte, old, new string) string {
		if !strings.Contains(string(text), old) {
			t.Fatalf("%s has no %s", text, old)
		}
		return strings.Replace(string(text), old, new, 1)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "config.json")
	writeFile(t, filepath.Join(dir, "m.safetensors"), nil)
	for _, c := range []struct{ name, text, want string }{
		{"array", "[]", "is an array, must be an object"},
		{"string", `"x"`, "is a string, must be an object"},
		{"cut", "{", "unexpected end of JSON input"},
		{"no JSON", "x", "invalid character 'x' looking for beginning of value"},
		{"empty object", "{}", "describes no known model: "},
		{"number for model_type", `{"model_type": 3}`, "model_type is a number, must be a string"},
		{"string for array", with(h, `"upsample_rates":[4,2]`, `"upsample_rates":"4,2"`),
			"upsample_rates is a string, must be an array of whole numbers"},
		{"string in array", with(h, `"upsample_rates":[4,2]`, `"upsample_rates":["4",2]`),
			"upsample_rates holds a string, must be an array of whole numbers"},
		{"fraction in array", with(h, `"upsample_rates":[4,2]`, `"upsample_rates":[4.5,2]`),
			"upsample_rates holds the number 4.5, must be an array of whole numbers"},
		{"array for array of arrays", with(h, `[[1,3],[1,2]]`, `[1,3]`),
			"resblock_dilation_sizes holds a number, must be an array of arrays of whole numbers"},
		{"boolean for number", with(h, `"num_mels":5`, `"num_mels":true`), "num_mels is a boolean, must be a whole number"},
		{"too great number", with(h, `"num_mels":5`, `"num_mels":1e99`),
			"num_mels is the number 1e99, must be a whole number"},
		{"string for n_fft", with(h, `"num_mels":5`, `"num_mels":5,"n_fft":"1024"`),
			"n_fft is a string, must be a whole number"},
		{"array for fmax", with(m, `"num_mels":5`, `"num_mels":5,"fmax":[7600]`), "fmax is an array, must be a number"},
		{"number for boolean", with(m, `"num_mels":5`, `"num_mels":5,"center_reflect_pad":1`),
			"center_reflect_pad is a number, must be a boolean"},
		{"resblock 3", with(h, `"resblock":"1"`, `"resblock":3`), `resblock is "3", must be "1" or "2"`},
		{"object for pqmf.taps", with(m, `"taps":22`, `"taps":{}`), "pqmf.taps is an object, must be a whole number"},
		{"string for slope", with(m, `"leaky_relu_slope":0.2`, `"leaky_relu_slope":"0.2"`),
			"leaky_relu_slope is a string, must be a number"},
		{"long padding", with(m, `"padding":"reflect"`, `"padding":"`+strings.Repeat("x", 1000)+`"`),
			`padding is "xxx`},
		{"no slope", `{"model_type": "melgan", "stacks": 1}`, "leaky_relu_slope or stacks is missing"},
		{"no file", "", "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			writeFile(t, path, []byte(c.text))
			if c.text == "" {
				os.Remove(path)
			}
			_, err := Open(dir)
			if want := path + ": " + c.want; err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Fatalf("%.100s: got error %v, want one that begins with %q", c.text, err, want)
			}
			if strings.Contains(err.Error(), "Go") {
				t.Errorf("%.100s: got error %v, want one without words of Go", c.text, err)
			}
			if got, most := len(err.Error()), len(path)+310; got > most {
				t.Errorf("%.100s: got an error of %d bytes, want at most %d", c.text, got, most)
			}
		})
	}
}

// TestNumericResblock requires that the kind of residual block may be a number.
func TestNumericResblock(t *testing.T) {
	for name, number := range map[string]string{"resblock 1": "1", "resblock 2": "2"} {
		t.Run(name, func(t *testing.T) {
			text := string(configFile(t, small[name]))
			numeric := strings.Replace(text, `"resblock":"`+number+`"`, `"resblock":`+number, 1)
			if numeric == text {
				t.Fatalf("the configuration has no resblock %q: %s", number, text)
			}
			a, err := architecture([]byte(numeric))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := a.(*hifiGAN).Resblock, small[name].Resblock; got != want {
				t.Errorf("resblock: got %q, want %q", got, want)
			}
		})
	}
}

// A pair makes streams work as for two threads, and does all the work in the caller's.
type pair struct{}

func (pair) Size() int { return 2 }
func (pair) For(parts int, f func(part int)) {
	for i := range parts {
		f(i)
	}
}

// FuzzConfig requires that any configuration is refused, or describes a network whose streams are bounded and run.
func FuzzConfig(f *testing.F) {
	sets := []weights.Set{}
	for _, name := range []string{"resblock 1", "resblock 2"} {
		f.Add(configFile(f, small[name]))
		sets = append(sets, randomHiFiGAN(small[name]))
	}
	for _, bands := range []int{1, 4} {
		m := smallMelGAN(bands)
		f.Add(configFile(f, m))
		sets = append(sets, randomMelGAN(m))
	}
	f.Fuzz(func(t *testing.T, config []byte) {
		a, err := architecture(config)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("got error %q, want one line", err)
			}
			return
		}
		info := a.info()
		if info.Hop < 1 || info.Hop > maxHop || info.Mels < 1 || info.SampleRate < 1 {
			t.Fatalf("got info %+v, want a hop from 1 to %d, and mels and a sample rate from 1 on", info, maxHop)
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
					t.Fatalf("state: got %d bytes, want at most %d", state, 1<<30)
				}
				n := p.Shape().MinFrames + 1
				if got := len(p.Flush(p.Process(nil, make([]float32, n*info.Mels)))); got != n*info.Hop {
					t.Fatalf("%d frames: got %d samples, want %d", n, got, n*info.Hop)
				}
			}
		}
	})
}
