package models

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tailwave/tailwave/testdata/reference"
)

// TestUnsupported requires an UnsupportedError for a recognized file of an unsupported kind, and an error of another
// type for damage.
func TestUnsupported(t *testing.T) {
	h, m := small["resblock 1"], smallMelGAN(1)
	config := func(a any, old, new string) []byte {
		text := string(configFile(t, a))
		if !strings.Contains(text, old) {
			t.Fatalf("%s has no %s", text, old)
		}
		return []byte(strings.Replace(text, old, new, 1))
	}
	good, weights := config(h, "", ""), safetensorsFile(t, randomHiFiGAN(h))
	tar := make([]byte, 512)
	copy(tar[257:], "ustar")
	for _, c := range []struct {
		name            string
		config, weights []byte
		want            string
		unsupported     bool
	}{
		{"another architecture", []byte(`{"model_type":"vits"}`), weights, "config.json: is the configuration of VITS",
			true},
		{"another padding", config(m, `"padding":"reflect"`, `"padding":"zeros"`), weights,
			`config.json: padding is "zeros", must be reflect`, true},
		{"another activation", config(m, `"final_activation":"tanh"`, `"final_activation":"relu"`), weights,
			`config.json: final_activation is "relu", must be tanh`, true},
		{"long padding", config(m, `"padding":"reflect"`, `"padding":"`+strings.Repeat("x", 1000)+`"`), weights,
			`config.json: padding is "` + strings.Repeat("x", 80) + `", must be reflect`, true},
		{"tar", good, tar, "m.safetensors: is a tar archive: unpack it", true},
		{"no padding", config(m, `"padding":"reflect"`, `"padding":""`), weights,
			`config.json: padding is "", must be reflect`, false},
		{"damaged configuration", []byte("{"), weights, "config.json: is cut short: it ends in line 1", false},
		{"impossible configuration", config(h, `"num_mels":5`, `"num_mels":0`), weights, "config.json: num_mels is 0",
			false},
		{"damaged weights", good, weights[:100], "m.safetensors: is a truncated .safetensors file, " +
			"whose header of 5120 bytes is not whole: download it again", false},
		{"weights of another model", config(h, `"num_mels":5`, `"num_mels":6`), weights,
			"m.safetensors: tensor conv_pre.weight has shape", false},
		{"no configuration", nil, weights, "config.json: no such file", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{"m.safetensors": {Data: c.weights}}
			if c.config != nil {
				files["config.json"] = &fstest.MapFile{Data: c.config}
			}
			_, err := OpenFS(files, "m.safetensors")
			wantUnsupported(t, err, c.want, c.unsupported)
		})
	}
}

// failingFile cannot be read.
type failingFile struct {
	fs.File
	err error
}

func (f failingFile) ReadAt([]byte, int64) (int, error) { return 0, f.err }

// withFailing is a file system in which weights cannot be read.
type withFailing struct {
	fs.FS
	err error
}

func (w withFailing) Open(name string) (fs.File, error) {
	f, err := w.FS.Open(name)
	if name == "m.safetensors" && err == nil {
		f = failingFile{f, w.err}
	}
	return f, err
}

// TestReadErrors requires that the error of a file is wrapped as it is, also if it wraps ErrUnsupported itself.
func TestReadErrors(t *testing.T) {
	files := fstest.MapFS{
		"config.json":   {Data: configFile(t, small["resblock 1"])},
		"m.safetensors": {Data: safetensorsFile(t, randomHiFiGAN(small["resblock 1"]))},
	}
	for _, err := range []error{errors.New("lost"), fmt.Errorf("range requests: %w", errors.ErrUnsupported)} {
		t.Run(err.Error(), func(t *testing.T) {
			_, got := OpenFS(withFailing{files, err}, "m.safetensors")
			if !errors.Is(got, err) {
				t.Errorf("got error %v, want one that wraps %v", got, err)
			}
			if u, ok := errors.AsType[*UnsupportedError](got); ok {
				t.Errorf("got UnsupportedError %v, want another error", u)
			}
		})
	}
}

// wantUnsupported requires a short error that begins with want, a path first, and is or is not an UnsupportedError.
func wantUnsupported(t *testing.T, err error, want string, unsupported bool) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), want) || len(err.Error()) > 400 {
		t.Fatalf("got error %v, want one of at most 400 bytes that begins with %q", err, want)
	}
	u, ok := errors.AsType[*UnsupportedError](err)
	if ok != unsupported || errors.Is(err, errors.ErrUnsupported) != unsupported {
		t.Fatalf("error %v: got UnsupportedError %v, ErrUnsupported %v, want both %v",
			err, ok, errors.Is(err, errors.ErrUnsupported), unsupported)
	}
	file, what, _ := strings.Cut(want, ": ")
	if ok && (u.File != file || !strings.HasPrefix(u.What, what)) {
		t.Errorf("got file %q, what %q, want %q and a text that begins with %q", u.File, u.What, file, what)
	}
}

// TestUnsupportedFrontEnd requires that a model opens even if its frames cannot be computed, and that FrontEnd fails.
func TestUnsupportedFrontEnd(t *testing.T) {
	for _, c := range []struct {
		name        string
		change      func(*melGAN)
		want        string
		unsupported bool
	}{
		{"logarithm", func(m *melGAN) { m.Log = "ln" }, `log is "ln", must be log10 or natural`, true},
		{"missing", func(m *melGAN) { m.Size = 0 }, "n_fft is missing", false},
		{"lowest frequency", func(m *melGAN) { m.Low = 1e9 },
			"fmin is 1e+09 Hz, must be below half the sampling rate, 4000 Hz", false},
		{"negative lowest", func(m *melGAN) { m.Low = -1 }, "fmin is -1 Hz, must be at least 0 Hz", false},
		{"negative highest", func(m *melGAN) { m.High = new(-1.0) }, "fmax is -1 Hz, must be above fmin, 0 Hz", false},
		{"highest", func(m *melGAN) { m.High = new(5000.0) },
			"fmax is 5000 Hz, must be at most half the sampling rate, 4000 Hz", false},
		{"size", func(m *melGAN) { m.Size = 100 }, "n_fft is 100, must be a power of two from 4 to 65536", false},
		{"short", func(m *melGAN) { m.Size = 4 }, "n_fft is 4, must be at least the hop of 8 samples", false},
		{"window", func(m *melGAN) { m.Window = 128 }, "win_size is 128, must be at most n_fft, 64", false},
		{"negative window", func(m *melGAN) { m.Window = -1 }, "win_size is -1, must be at least 1", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := smallMelGAN(1)
			m.Size = 64
			c.change(&m)
			model, err := OpenFS(fstest.MapFS{
				"a/config.json":   {Data: configFile(t, m)},
				"a/m.safetensors": {Data: safetensorsFile(t, randomMelGAN(m))},
			}, "a")
			if err != nil {
				t.Fatal(err)
			}
			_, err = model.FrontEnd()
			wantUnsupported(t, err, "a/config.json: the frames cannot be computed from sound: "+c.want, c.unsupported)
		})
	}
	t.Run("HiFi-GAN, odd window", func(t *testing.T) {
		h := small["resblock 1"]
		h.Size = 65
		_, err := h.frontEnd()
		wantUnsupported(t, inFile("config.json", err),
			"config.json: n_fft is 65, must differ from the hop of 8 by an even number", true)
	})
	t.Run("codec", func(t *testing.T) {
		m, err := Open(reference.File(t, "weights", "lyra-1.2.0"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = m.FrontEnd()
		wantUnsupported(t, err, m.Info().Path+": takes the latents of a codec, not a mel spectrogram: "+
			"use the encoder of the codec", true)
	})
}

// TestUnsupportedError requires that the text begins with the path, and that the error wraps only ErrUnsupported.
func TestUnsupportedError(t *testing.T) {
	err := error(&UnsupportedError{File: "a/b", What: "is odd"})
	if got, want := err.Error(), "a/b: is odd"; got != want {
		t.Errorf("text: got %q, want %q", got, want)
	}
	if !errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("errors.Is: got ErrUnsupported %v and ErrNotExist %v, want true and false",
			errors.Is(err, errors.ErrUnsupported), errors.Is(err, fs.ErrNotExist))
	}
}
