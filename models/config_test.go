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

// TestConfigErrors requires that an error about a config.json begins with the path and names the fault by the keys of
// the file.
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
	writeSafetensors(t, filepath.Join(dir, "m.safetensors"), named("x"))
	for _, c := range []struct{ name, text, want string }{
		{"array", "[]", "is [], must be a JSON object"},
		{"string", `"x"`, `is "x", must be a JSON object`},
		{"cut", "{", "is cut short: it ends in line 1, before the end of its JSON object"},
		{"no JSON", "x", `is not JSON: it begins with "x"`},
		{"empty object", "{}", "describes no known model: "},
		{"number for model_type", `{"model_type": 3}`,
			"model_type is 3, must be hifigan, melgan or multiband_melgan: other networks are not supported"},
		{"string for array", with(h, `"upsample_rates":[4,2]`, `"upsample_rates":"4,2"`),
			`upsample_rates is "4,2", must be an array of whole numbers`},
		{"string in array", with(h, `"upsample_rates":[4,2]`, `"upsample_rates":["4",2]`),
			`upsample_rates holds "4", must be an array of whole numbers`},
		{"fraction in array", with(h, `"upsample_rates":[4,2]`, `"upsample_rates":[4.5,2]`),
			"upsample_rates holds 4.5, must be an array of whole numbers"},
		{"array for array of arrays", with(h, `[[1,3],[1,2]]`, `[1,3]`),
			"resblock_dilation_sizes holds 1, must be an array of arrays of whole numbers"},
		{"boolean for number", with(h, `"num_mels":5`, `"num_mels":true`), "num_mels is true, must be a whole number"},
		{"too great number", with(h, `"num_mels":5`, `"num_mels":1e99`),
			"num_mels is 1e99, must be a whole number below 2^31"},
		{"string for n_fft", with(h, `"num_mels":5`, `"num_mels":5,"n_fft":"1024"`),
			`n_fft is "1024", must be a whole number`},
		{"array for fmax", with(m, `"num_mels":5`, `"num_mels":5,"fmax":[7600]`), "fmax is [7600], must be a number"},
		{"resblock 3", with(h, `"resblock":"1"`, `"resblock":3`), `resblock is 3, must be "1" or "2"`},
		{"object for pqmf.taps", with(m, `"taps":22`, `"taps":{}`), "pqmf.taps is {}, must be a whole number"},
		{"string for slope", with(m, `"leaky_relu_slope":0.2`, `"leaky_relu_slope":"0.2"`),
			`leaky_relu_slope is "0.2", must be a number`},
		{"long padding", with(m, `"padding":"reflect"`, `"padding":"`+strings.Repeat("x", 1000)+`"`),
			`padding is "xxx`},
		{"no slope", with(m, `"leaky_relu_slope":0.2,`, ""),
			"leaky_relu_slope is missing: add the value that the model was trained with"},
		{"no stacks", with(m, `"stacks":3,`, ""), "stacks is missing: add the value"},
		{"null for rates", with(h, `"upsample_rates":[4,2]`, `"upsample_rates":null`),
			"upsample_rates is missing: add the value"},
		{"other case", with(h, `"num_mels"`, `"Num_Mels"`), "num_mels is missing: add the value"},
		{"no pqmf.beta", with(m, `"beta":9,`, ""), "pqmf.beta is missing: add the value"},
		{"unknown key of pqmf", with(m, `"beta":9`, `"beta":9,"phase":1`), "pqmf.phase is not a known key: remove it"},
		{"text for number", with(h, `8000`, `"8000"`), `sampling_rate is "8000", must be a whole number`},
		{"NaN", with(h, `8000`, `NaN`), `sampling_rate is NaN, must be a whole number`},
		{"NaN for a slope", with(m, `"leaky_relu_slope":0.2`, `"leaky_relu_slope":-Infinity`),
			`leaky_relu_slope is -Infinity, must be a number`},
		{"a key twice", with(h, `"num_mels":5`, `"num_mels":5,"num_mels":6`),
			"has num_mels twice, as 5 and as 6: remove one"},
		{"third line", "{\n// two\n\"resblock\" 1}", "line 3, column 12 has '1', must have a colon"},
		{"cut in line 2", "{\n\"x\": [1,\n", "is cut short: it ends in line 2, before the end of its JSON object"},
		{"endless comment", "{\n\n/* x }", "line 3: the comment that begins with /* has no end: add */"},
		{"web page", "<!DOCTYPE html>\n<html>", "is a web page or XML, not JSON: download the file itself"},
		{"pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is a Git LFS pointer, not the file"},
		{"long odd value", with(h, `"num_mels":5`, `"num_mels":5,"bias":"`+strings.Repeat("\x7f", 1000)+`"`),
			`bias is "\x7f`},
		{"array in lines", with(h, `"num_mels":5`, "\"num_mels\":[\n5]"),
			"num_mels is an array, must be a whole number"},
		{"array of NaN", with(h, `"num_mels":5`, `"num_mels":[NaN]`), "num_mels is an array, must be a whole number"},
		{"blanks", " \n", "is empty, must be a JSON object"},
		{"hop", with(h, `"num_mels":5`, `"num_mels":5,"hop_size":9`),
			"hop_size is 9, but upsample_rates [4, 2] make 8 samples per frame: correct one of them"},
		{"hop of sub-bands", with(m, `"num_mels":5`, `"num_mels":5,"hop_length":6`),
			"hop_size is 6, but upsample_scales [3, 2] and 4 sub-bands make 24 samples per frame: correct one of them"},
		{"two words", with(h, `"num_mels":5`, `"num_mels":5,"n_fft":1024,"fft_size":512`),
			"fft_size is 512 and n_fft is 1024, must be the same: remove one"},
		{"two rates", with(h, `"num_mels":5`, `"num_mels":5,"sample_rate":16000`),
			"sample_rate is 16000 and sampling_rate is 8000, must be the same"},
		{"word of others for the rate", with(h, `"num_mels":5`, `"num_mels":5,"sr":16000`),
			"sr is 16000 and sampling_rate is 8000, must be the same"},
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

// TestResblock requires that the kind of residual block may have the spellings of several programs.
func TestResblock(t *testing.T) {
	text := string(configFile(t, small["resblock 2"]))
	if !strings.Contains(text, `"resblock":"2"`) {
		t.Fatalf("%s has no resblock 2", text)
	}
	for _, spelling := range []string{`"2"`, "2", "2.0", `"ResBlock2"`} {
		t.Run(spelling, func(t *testing.T) {
			a, err := architecture([]byte(strings.Replace(text, `"resblock":"2"`, `"resblock":`+spelling, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if got := a.(*hifiGAN).Resblock; got != "2" {
				t.Errorf("resblock: got %q, want 2", got)
			}
		})
	}
	for _, spelling := range []string{`"3"`, "1.5", `"ResBlock3"`, "true", `["1"]`, `{}`, "NaN"} {
		t.Run(spelling, func(t *testing.T) {
			_, err := architecture([]byte(strings.Replace(text, `"resblock":"2"`, `"resblock":`+spelling, 1)))
			wantError(t, err, "resblock is "+spelling+`, must be "1" or "2"`)
		})
	}
}

// A pair makes streams divide their work as for two threads, but does all of it in the caller's goroutine.
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
	f.Add([]byte("\xff\xfe{\x00\"\x00x\x00\"\x00:\x001\x00}\x00"))
	f.Add(withKeys(configFile(f, small["resblock 2"]), "// x\n\"voice\":[{\"a\":NaN,},],/* y */\"fft_size\":64.0,#z\n"))
	f.Fuzz(func(t *testing.T, config []byte) {
		a, err := architecture(config)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("got error %q, want one line", err)
			}
			return
		}
		if _, err := a.frontEnd(); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("front end: got error %q, want one line", err)
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
