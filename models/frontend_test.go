package models

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models/weights"
)

// TestFrontEnd requires that the configurations of trained models describe their frames.
func TestFrontEnd(t *testing.T) {
	for name, want := range map[string]spectral.Mel{
		"hifigan-v3-ljspeech": spectral.HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000),
		"mb-melgan-ljspeech":  spectral.ParallelWaveGAN(22050, 1024, 1024, 256, 80, 80, 7600),
	} {
		t.Run(name, func(t *testing.T) {
			m, err := Open(reference.File(t, "weights", name))
			if err != nil {
				t.Fatal(err)
			}
			got, err := m.FrontEnd()
			if err != nil {
				t.Fatal(err)
			}
			if name == "mb-melgan-ljspeech" {
				if len(got.Mean) != 80 || len(got.Scale) != 80 {
					t.Errorf("got %d means and %d scales, want 80 of each", len(got.Mean), len(got.Scale))
				}
				got.Mean, got.Scale = nil, nil
			}
			if got.FrameLayout != want.FrameLayout || got.Offset != want.Offset || got.Floor != want.Floor ||
				got.Log10 != want.Log10 || got.SampleRate != want.SampleRate || got.Bands != want.Bands ||
				got.Low != want.Low || got.High != want.High {
				t.Errorf("front end: got %+v, want %+v", got, want)
			}
		})
	}
}

// TestFrontEndFaults requires that an error names the setting that is missing or has a value that is not supported.
func TestFrontEndFaults(t *testing.T) {
	for want, change := range map[string]func(*melGAN){
		"no fault":         func(*melGAN) {},
		"n_fft is missing": func(m *melGAN) { m.Size = 0 },
		`log is "ln"`:      func(m *melGAN) { m.Log = "ln" },
	} {
		t.Run("MelGAN/"+want, func(t *testing.T) {
			m := smallMelGAN(1)
			m.Size = 64
			change(&m)
			if _, err := m.build(randomMelGAN(m)); err != nil {
				t.Fatal(err)
			}
			if _, err := m.frontEnd(); want != "no fault" {
				wantError(t, err, want)
			} else if err != nil {
				t.Errorf("got error %v, want none", err)
			}
		})
	}
	for want, change := range map[string]func(*hifiGAN){
		"n_fft is missing": func(h *hifiGAN) { h.Size = 0 },
	} {
		t.Run("HiFi-GAN/"+want, func(t *testing.T) {
			h := small["resblock 1"]
			h.Size = 64
			change(&h)
			_, err := h.frontEnd()
			wantError(t, err, want)
		})
	}
}

// TestFrontEndKeys requires that keys for other frames make FrontEnd fail but not Open, and that all keys for a setting
// are read.
func TestFrontEndKeys(t *testing.T) {
	h, m := configFile(t, small["resblock 1"]), configFile(t, smallMelGAN(1))
	for _, c := range []struct {
		name string
		text []byte
		keys string
		want string // the error; "" for none
	}{
		{"words of ParallelWaveGAN", h, `"fft_size":64,"win_length":32,"hop_length":8,"mel_fmin":20,"mel_fmax":3000`,
			""},
		{"words of others", h, `"filter_length":64,"win_size":32,"hop_samples":8,"sample_rate":8000,"fmin":20,"fmax":3000`, ""},
		{"what is made", h, `"n_fft":64,"win_size":32,"fmin":20,"fmax":3000,"window":"hann","power":1,"mel_scale":"slaney",` +
			`"norm":"slaney","log":"natural","center":false,"preemphasis":0.0,"htk":false,"pad_mode":"reflect"`, ""},
		{"window", h, `"n_fft":64,"window":"hamming"`, `window is "hamming", must be "hann"`},
		{"power", h, `"n_fft":64,"power":2.0`, "power is 2.0, must be 1"},
		{"scale", h, `"n_fft":64,"mel_scale":"htk"`, `mel_scale is "htk", must be "slaney"`},
		{"areas", h, `"n_fft":64,"norm":"htk"`, `norm is "htk", must be "slaney"`},
		{"htk", h, `"n_fft":64,"htk":true`, "htk is true, must be absent, false or 0"},
		{"preemphasis", h, `"n_fft":64,"preemphasis":0.97`, "preemphasis is 0.97, must be absent, false or 0"},
		{"decimal", h, `"n_fft":64,"log":"log10"`, `log is "log10", must be "natural"`},
		{"centred", h, `"n_fft":64,"center":true`, "center is true, must be absent, false or 0"},
		{"floor", h, `"n_fft":64,"mel_floor":1e-10`, "mel_floor is 1e-10, must be 0.00001"},
		{"ends", h, `"n_fft":64,"pad_mode":"constant"`, `pad_mode is "constant", must be "reflect"`},
		{"size 0", h, `"n_fft":0`, "n_fft is 0, must be a power of two"},
		{"null for fmax", h, `"n_fft":64,"fmax":null`, ""},
		{"MelGAN, not centred", m, `"n_fft":64,"center_reflect_pad":false`,
			"center_reflect_pad is false, must be true"},
		{"MelGAN, centred", m, `"n_fft":64,"center_reflect_pad":true,"log_base":10.0,"global_gain_scale":1.0`, ""},
		{"MelGAN, other base", m, `"n_fft":64,"log_base":2`, "log_base is 2, must be 10"},
		{"MelGAN, gain", m, `"n_fft":64,"global_gain_scale":0.5`, "global_gain_scale is 0.5, must be 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := architecture(withKeys(c.text, c.keys))
			if err != nil {
				t.Fatal(err)
			}
			if m, ok := a.(*melGAN); ok {
				m.mean, m.scale = make([]float32, 5), slices.Repeat([]float32{1}, 5)
			}
			mel, err := a.frontEnd()
			if c.want != "" {
				wantError(t, err, c.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(c.keys, "3000") &&
				(mel.Size != 64 || mel.Window != 32 || mel.Low != 20 || mel.High != 3000) {
				t.Errorf("got size %d, window %d, from %g to %g Hz, want 64, 32, 20, 3000", mel.Size, mel.Window,
					mel.Low, mel.High)
			}
			if strings.Contains(c.keys, "null") && mel.High != 0 {
				t.Errorf("highest frequency: got %g, want 0, for half the sample rate", mel.High)
			}
		})
	}
}

// TestNoStatistics requires that a MelGAN without the statistics of its frames opens without a front end, and that
// statistics of zeros and ones represent a training without normalisation.
func TestNoStatistics(t *testing.T) {
	for _, bands := range []int{1, 4} {
		t.Run(fmt.Sprintf("%d bands", bands), func(t *testing.T) {
			m := smallMelGAN(bands)
			m.Size = 64
			set := randomMelGAN(m)
			delete(set, "mel.mean")
			delete(set, "mel.scale")
			open := func() *Model {
				model, err := OpenFS(fstest.MapFS{
					"config.json":   {Data: configFile(t, m)},
					"m.safetensors": {Data: safetensorsFile(t, set)},
				}, ".")
				if err != nil {
					t.Fatal(err)
				}
				return model
			}
			_, err := open().FrontEnd()
			wantError(t, err, "config.json: the frames cannot be computed from sound: "+
				"frames must be normalised as in training, "+
				"but the weights have no statistics: add tensors mel.mean and mel.scale of shape [5], ")
			set["mel.mean"] = weights.Tensor{Shape: []int{5}, Data: make([]float32, 5)}
			set["mel.scale"] = weights.Tensor{Shape: []int{5}, Data: []float32{1, 1, 1, 1, 1}}
			if _, err := open().FrontEnd(); err != nil {
				t.Errorf("with statistics: got error %v, want none", err)
			}
		})
	}
}

// TestFrontEndLayout requires that the frames of a HiFi-GAN are centred on their hops.
func TestFrontEndLayout(t *testing.T) {
	h := small["resblock 1"]
	h.Size = 64
	mel, err := h.frontEnd()
	if err != nil {
		t.Fatal(err)
	}
	if mel.Left != 28 || mel.Window != 64 || mel.Hop != 8 {
		t.Errorf("got left %d, window %d, hop %d, want 28, 64, 8", mel.Left, mel.Window, mel.Hop)
	}
}

// TestNormalisation requires that the front end uses the statistics in the weights.
func TestNormalisation(t *testing.T) {
	m := smallMelGAN(1)
	m.Size, m.Log = 64, "natural"
	set := randomMelGAN(m)
	mean, scale := dsptest.Noise[float32](70, 5), dsptest.Noise[float32](71, 5)
	set["mel.mean"] = weights.Tensor{Shape: []int{5}, Data: mean}
	set["mel.scale"] = weights.Tensor{Shape: []int{5}, Data: scale}
	if _, err := m.build(set); err != nil {
		t.Fatal(err)
	}
	mel, err := m.frontEnd()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(mel.Mean, mean) || !slices.Equal(mel.Scale, scale) {
		t.Errorf("got mean %v, scale %v, want mean %v, scale %v", mel.Mean, mel.Scale, mean, scale)
	}
	if mel.Log10 {
		t.Error("log10: got true, want false for a natural logarithm")
	}
}
