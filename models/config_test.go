package models

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestConfigErrors: what is wrong in a config.json is said with its path, and in its words.
func TestConfigErrors(t *testing.T) {
	h, err := json.Marshal(small["resblock 1"])
	if err != nil {
		t.Fatal(err)
	}
	m, err := json.Marshal(smallMelGAN(4))
	if err != nil {
		t.Fatal(err)
	}
	with := func(text []byte, old, new string) string {
		if !strings.Contains(string(text), old) {
			t.Fatalf("%s has no %s", text, old)
		}
		return strings.Replace(string(text), old, new, 1)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "config.json")
	writeFile(t, filepath.Join(dir, "m.safetensors"), nil)
	for _, c := range []struct{ text, want string }{
		{"[]", "is an array, must be an object"},
		{`"x"`, "is a string, must be an object"},
		{"{", "unexpected end of JSON input"},
		{"x", "invalid character 'x' looking for beginning of value"},
		{"{}", "describes no known model: "},
		{`{"model_type": 3}`, "model_type is a number, must be a string"},
		{with(h, `"upsample_rates":[4,2]`, `"upsample_rates":"4,2"`), "upsample_rates is a string, must be an array of whole numbers"},
		{with(h, `"upsample_rates":[4,2]`, `"upsample_rates":["4",2]`), "upsample_rates holds a string, must be an array of whole numbers"},
		{with(h, `"upsample_rates":[4,2]`, `"upsample_rates":[4.5,2]`), "upsample_rates holds the number 4.5, must be an array of whole numbers"},
		{with(h, `[[1,3],[1,2]]`, `[1,3]`), "resblock_dilation_sizes holds a number, must be an array of arrays of whole numbers"},
		{with(h, `"num_mels":5`, `"num_mels":true`), "num_mels is a boolean, must be a whole number"},
		{with(h, `"num_mels":5`, `"num_mels":1e99`), "num_mels is the number 1e99, must be a whole number"},
		{with(h, `"num_mels":5`, `"num_mels":5,"n_fft":"1024"`), "n_fft is a string, must be a whole number"},
		{with(m, `"num_mels":5`, `"num_mels":5,"fmax":[7600]`), "fmax is an array, must be a number"},
		{with(m, `"num_mels":5`, `"num_mels":5,"center_reflect_pad":1`), "center_reflect_pad is a number, must be a boolean"},
		{with(h, `"resblock":"1"`, `"resblock":3`), `resblock is "3", must be "1" or "2"`},
		{with(m, `"taps":22`, `"taps":{}`), "pqmf.taps is an object, must be a whole number"},
		{with(m, `"leaky_relu_slope":0.2`, `"leaky_relu_slope":"0.2"`), "leaky_relu_slope is a string, must be a number"},
		{with(m, `"padding":"reflect"`, `"padding":"`+strings.Repeat("x", 1000)+`"`), `padding is "xxx`},
		{"", "no such file"},
	} {
		writeFile(t, path, []byte(c.text))
		if c.text == "" {
			os.Remove(path)
		}
		_, err := Open(dir)
		if err == nil || !strings.HasPrefix(err.Error(), path+": "+c.want) || strings.Contains(err.Error(), "Go") || len(err.Error()) > len(path)+310 {
			t.Errorf("%.100s: %v, want %q", c.text, err, c.want)
		}
	}
}

// TestNumericResblock: the kind of residual block may be a number.
func TestNumericResblock(t *testing.T) {
	for name, number := range map[string]string{"resblock 1": "1", "resblock 2": "2"} {
		text, err := json.Marshal(small[name])
		if err != nil {
			t.Fatal(err)
		}
		numeric := strings.Replace(string(text), `"resblock":"`+number+`"`, `"resblock":`+number, 1)
		a, err := architecture([]byte(numeric))
		if err != nil || numeric == string(text) || a.(*hifiGAN).Resblock != small[name].Resblock {
			t.Errorf("%s: %v", name, err)
		}
	}
}
