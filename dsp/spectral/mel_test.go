package spectral

import (
	"math"
	"math/cmplx"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

// bankByDefinition is librosa.filters.mel(htk=False, norm="slaney"), with the matrix of ramps that librosa uses.
func bankByDefinition(m Mel) [][]float64 {
	toMel := func(f float64) float64 {
		if f >= 1000 {
			return 15 + math.Log(f/1000)/(math.Log(6.4)/27)
		}
		return f * 3 / 200
	}
	toHz := func(v float64) float64 {
		if v >= 15 {
			return 1000 * math.Exp(math.Log(6.4)/27*(v-15))
		}
		return v * 200 / 3
	}
	f := make([]float64, m.Bands+2)
	for i := range f {
		f[i] = toHz(toMel(m.Low) + (toMel(m.High)-toMel(m.Low))*float64(i)/float64(m.Bands+1))
	}
	bank := make([][]float64, m.Bands)
	for b := range bank {
		bank[b] = make([]float64, m.Size/2+1)
		for k := range bank[b] {
			hz := float64(k) * float64(m.SampleRate) / float64(m.Size)
			up, down := (hz-f[b])/(f[b+1]-f[b]), (f[b+2]-hz)/(f[b+2]-f[b+1])
			bank[b][k] = max(0, min(up, down)) * 2 / (f[b+2] - f[b])
		}
	}
	return bank
}

// bandsByDefinition returns the bands of each frame before the logarithm.
func bandsByDefinition(t testing.TB, m Mel, src []float32) [][]float64 {
	bank := bankByDefinition(m)
	var out [][]float64
	for _, spectrum := range direct(t, m.FrameLayout, src) {
		bands := make([]float64, m.Bands)
		for b := range bands {
			for k, v := range spectrum {
				bands[b] += bank[b][k] * math.Sqrt(cmplx.Abs(v)*cmplx.Abs(v)+m.Offset)
			}
		}
		out = append(out, bands)
	}
	return out
}

// checkMel compares frames with bands by definition. The tolerance is 1e-4 in the natural logarithm for bands of at
// least 1e-4, and 1e-7 in the band itself for smaller ones.
func checkMel(t *testing.T, m Mel, got []float32, want [][]float64) {
	t.Helper()
	if len(got) != len(want)*m.Bands || len(want) == 0 {
		t.Fatalf("%d values, want %d frames of %d", len(got), len(want), m.Bands)
	}
	unit := 1.0
	if m.Log10 {
		unit = math.Ln10
	}
	worst, floor := 0.0, 0
	for i, v := range got {
		b, x := i%m.Bands, float64(v)
		if m.Scale != nil {
			x *= float64(m.Scale[b])
		}
		if m.Mean != nil {
			x += float64(m.Mean[b])
		}
		band := max(want[i/m.Bands][b], m.Floor)
		d := math.Abs(x*unit - math.Log(band))
		if band >= 1e-4 {
			worst = max(worst, d)
			if !(d <= 1e-4) {
				t.Fatalf("frame %d, band %d: logarithm %v, want %v within 1e-4", i/m.Bands, b, x*unit, math.Log(band))
			}
		} else if d := math.Abs(math.Exp(x*unit) - band); !(d <= 1e-7) {
			t.Fatalf("frame %d, band %d: %v, want %v within 1e-7", i/m.Bands, b, math.Exp(x*unit), band)
		} else {
			floor++
		}
	}
	t.Logf("logarithms off by %.2g at most; %d of %d bands below 1e-4", worst, floor, len(got))
}

func TestMelSpectrogram(t *testing.T) {
	normalised := ParallelWaveGAN(22050, 1024, 0, 256, 80, 80, 7600)
	normalised.Mean, normalised.Scale = dsptest.Noise[float32](5, 80), dsptest.Noise[float32](6, 80)
	for name, m := range map[string]Mel{
		"HiFi-GAN":         HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000),
		"to half the rate": HiFiGAN(16000, 512, 400, 128, 40, 20, 0),
		"ParallelWaveGAN":  normalised,
		"short window":     ParallelWaveGAN(24000, 512, 300, 75, 20, 80, 7600),
		"empty bands":      HiFiGAN(22050, 128, 128, 32, 80, 0, 8000),
	} {
		t.Run(name, func(t *testing.T) {
			p, err := NewMelSpectrogram(m)
			if err != nil {
				t.Fatal(err)
			}
			src := sweep(6000)
			got := p.Flush(p.Process(nil, src))
			if m.High == 0 {
				m.High = float64(m.SampleRate) / 2
			}
			checkMel(t, m, got, bandsByDefinition(t, m, src))
		})
	}
}

// TestMelFrames compares the number of frames with that of the front ends published with the models.
func TestMelFrames(t *testing.T) {
	for name, c := range map[string]struct {
		mel       Mel
		frames    func(n int64) int64
		minFrames int
	}{
		"HiFi-GAN": {HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000), func(n int64) int64 { return n / 256 }, 385},
		"ParallelWaveGAN": {ParallelWaveGAN(22050, 1024, 1024, 256, 80, 80, 7600),
			func(n int64) int64 { return n/256 + 1 }, 513},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := NewMelSpectrogram(c.mel)
			if err != nil {
				t.Fatal(err)
			}
			for n := int64(600); n < 3000; n++ {
				if got, want := p.OutFrames(n), c.frames(n); got != want {
					t.Fatalf("%d samples have %d frames, want %d", n, got, want)
				}
			}
			if got := p.Shape().MinFrames; got != c.minFrames {
				t.Errorf("at least %d samples, want %d", got, c.minFrames)
			}
		})
	}
}

func TestMelContract(t *testing.T) {
	m := HiFiGAN(8000, 64, 64, 16, 10, 0, 0)
	dsptest.Check(t, dsptest.Contract[float32]{
		New: func() dsptest.Streamer[float32] {
			s, err := NewMelSpectrogram(m)
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
		Reference: func(src []float32) []float32 {
			c, _ := m.check()
			var out []float32
			frame, bank, magnitudes := newAnalysis("", c.FrameLayout, 1, nil), c.triangles(), make([]float64, 33)
			for i := range c.frames(int64(len(src))) {
				for j := range frame.frame {
					frame.frame[j] = 0
					if frame.window[j] != 0 {
						frame.frame[j] = float64(signal(c.FrameLayout, src, c.start(i)+int64(j)) * frame.window[j])
					}
				}
				frame.fourier.Forward(frame.spectrum, frame.frame)
				for k, v := range frame.spectrum {
					magnitudes[k] = magnitude(v, c.Offset)
				}
				for b := range bank {
					out = append(out, c.value(b, bank[b].apply(magnitudes), 1))
				}
			}
			return out
		},
		Frames: 3000,
		Blocks: []int{64, 16},
		Waits:  true,
	})
}

func TestMelErrors(t *testing.T) {
	good := HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)
	for want, change := range map[string]func(*Mel){
		"transform size is 1000":         func(m *Mel) { m.Size = 1000 },
		"sample rate is 0":               func(m *Mel) { m.SampleRate = 0 },
		"mel bands is 0":                 func(m *Mel) { m.Bands = 0 },
		"lowest frequency is -1":         func(m *Mel) { m.Low = -1 },
		"lowest frequency is 8000":       func(m *Mel) { m.Low = 8000 },
		"lowest frequency is NaN":        func(m *Mel) { m.Low = math.NaN() },
		"highest frequency is 11025.5":   func(m *Mel) { m.High = 11025.5 },
		"offset is -1":                   func(m *Mel) { m.Offset = -1 },
		"floor is 0":                     func(m *Mel) { m.Floor = 0 },
		"means is 3, must be 80":         func(m *Mel) { m.Mean = make([]float32, 3) },
		"scales is 3, must be 80":        func(m *Mel) { m.Scale = make([]float32, 3) },
		"scale is 0, must be finite and": func(m *Mel) { m.Scale = make([]float32, 80) },
	} {
		t.Run(want, func(t *testing.T) {
			m := good
			change(&m)
			if _, err := NewMelSpectrogram(m); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error %v, want it to begin with %q", err, want)
			}
		})
	}
}
