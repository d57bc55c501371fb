package vocode

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/stream/wav"
	"github.com/tailwave/tailwave/testdata/reference"
)

// trained returns a vocoder of the reference weights.
func trained(t *testing.T, folder string) *Vocoder {
	t.Helper()
	m, err := models.Open(reference.File(t, "weights", folder))
	if err != nil {
		t.Fatal(err)
	}
	return New(m)
}

// golden returns the frames of an array [mels, frames].
func golden(t *testing.T, path ...string) []float32 {
	t.Helper()
	f, err := os.Open(reference.File(t, path...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := npy.NewReader(f, stream.Hz(100), npy.ChannelsFirst)
	if err != nil {
		t.Fatal(err)
	}
	b, err := stream.ReadAll(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return b.Samples
}

// each returns a function of all values.
func each(frames []float32, fn func(band int, v float64) float64) []float32 {
	out := make([]float32, len(frames))
	for i, v := range frames {
		out[i] = float32(fn(i%80, float64(v)))
	}
	return out
}

// scaled returns all values times a factor.
func scaled(frames []float32, factor float64) []float32 {
	return each(frames, func(_ int, v float64) float64 { return float64(v * factor) })
}

// backwards returns frames of 80 bands from the last to the first.
func backwards(frames []float32) []float32 {
	out := slices.Clone(frames)
	for at := 0; at < len(out); at += 80 {
		slices.Reverse(out[at:][:80])
	}
	return out
}

// seen returns what a vocoder reports of frames: the scale, "reversed", or "" for nothing.
func seen(t *testing.T, v *Vocoder, frames []float32, o Options) string {
	t.Helper()
	var reports []string
	o.Report = func(e *spectral.ScaleError) {
		switch {
		case e.Reversed:
			reports = append(reports, "reversed")
		case e.Shifted:
			reports = append(reports, "shifted")
		default:
			reports = append(reports, e.Seems.String())
		}
	}
	source, err := v.Frames(stream.FromSlice(v.FrameFormat(), frames), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.ReadAll(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	if len(reports) > 1 {
		t.Errorf("got %d reports %q, want at most one", len(reports), reports)
	}
	return strings.Join(reports, ", ")
}

// TestGoldenScales: frames on a wrong scale are reported with that scale. After conversion they are not reported, and
// neither are frames on the right scale.
func TestGoldenScales(t *testing.T) {
	hifigan, melgan, builtin := trained(t, "hifigan-v3-ljspeech"), trained(t, "mb-melgan-ljspeech"), builtin(t,
		spectral.Effects{})
	ln := golden(t, "golden", "vocoders", "hifigan-v3_LJ050-0264_mel.npy")
	normalised := golden(t, "golden", "vocoders", "mb-melgan_LJ050-0264_mel.npy")
	log10, db := scaled(ln, 1/math.Ln10), scaled(ln, 20/math.Ln10)
	linear := each(ln, func(_ int, v float64) float64 { return math.Exp(v) })
	lowest, highest := float64(slices.Min(ln)), float64(slices.Max(ln))
	unit := each(ln, func(_ int, v float64) float64 { return (v - lowest) / (highest - lowest) })
	for name, c := range map[string]struct {
		v      *Vocoder
		frames []float32
		want   string
		in     spectral.Scale // of the conversion that makes it right
	}{
		"HiFi-GAN":               {hifigan, ln, "", spectral.Ln},
		"built-in":               {builtin, ln, "", spectral.Ln},
		"MelGAN":                 {melgan, normalised, "", spectral.Normalised},
		"log10 for HiFi-GAN":     {hifigan, log10, "decimal logarithms", spectral.Log10},
		"log10 for the built-in": {builtin, log10, "decimal logarithms", spectral.Log10},
		"log10 for MelGAN":       {melgan, log10, "decimal logarithms", spectral.Log10},
		"dB for HiFi-GAN":        {hifigan, db, "decibels", spectral.Decibels},
		"dB for the built-in":    {builtin, db, "decibels", spectral.Decibels},
		"dB for MelGAN":          {melgan, db, "decibels", spectral.Decibels},
		"dB with a floor of -80": {hifigan, each(db,
			func(_ int, v float64) float64 { return max(v, -80) }), "decibels", spectral.Decibels},
		"dB with an offset of 100": {hifigan, each(db, func(_ int, v float64) float64 { return v + 100 }),
			"shifted", 0},
		"linear for HiFi-GAN":         {hifigan, linear, "linear magnitudes", spectral.Linear},
		"linear for the built-in":     {builtin, linear, "linear magnitudes", spectral.Linear},
		"linear for MelGAN":           {melgan, linear, "linear magnitudes", spectral.Linear},
		"ln for MelGAN":               {melgan, ln, "natural logarithms", spectral.Ln},
		"normalised for HiFi-GAN":     {hifigan, normalised, "normalised values", 0},
		"normalised for the built-in": {builtin, normalised, "normalised values", 0},
		"normalised by one mean for HiFi-GAN": {hifigan, golden(t, "cases", "checkpoints", "mel_scales", "norm.npy"),
			"normalised values", 0},
		"normalised to [0, 1] for HiFi-GAN": {hifigan, unit, "normalised values", 0},
		"normalised to [-4, 4] for HiFi-GAN": {hifigan, each(unit, func(_ int, v float64) float64 { return 8*v - 4 }),
			"normalised values", 0},
		"normalised to [-1, 1] for HiFi-GAN": {hifigan, each(unit, func(_ int, v float64) float64 { return 2*v - 1 }),
			"normalised values", 0},
		"normalised to [-1, 1] for MelGAN": {melgan, each(unit, func(_ int, v float64) float64 { return 2*v - 1 }),
			"normalised values", 0},
		"normalised to [0, 1] for MelGAN": {melgan, unit, "normalised values", 0},
		"huge values":                     {hifigan, scaled(linear, 1e20), "values of an unknown scale", 0},
		"normalised to about [0, 1]": {hifigan, each(ln,
			func(_ int, v float64) float64 { return (v + 11.5) / 14 }), "normalised values", 0},
		"log10 plus 4, over 4": {hifigan, each(log10,
			func(_ int, v float64) float64 { return (max(v, -5) + 4) / 4 }), "normalised values", 0},
		"reversed for HiFi-GAN":     {hifigan, backwards(ln), "reversed", 0},
		"reversed for the built-in": {builtin, backwards(ln), "reversed", 0},
		"reversed for MelGAN":       {melgan, backwards(normalised), "reversed", 0},
		"three frames of dB":        {hifigan, db[:240], "decibels", spectral.Decibels},
		"three frames of ln":        {hifigan, ln[:240], "", spectral.Ln},
		"three normalised frames":   {melgan, normalised[:240], "", spectral.Normalised},
		"a frame of each":           {hifigan, ln[80*60:][:80], "", spectral.Ln},
	} {
		t.Run(name, func(t *testing.T) {
			if got := seen(t, c.v, c.frames, Options{}); got != c.want {
				t.Errorf("got report %q, want %q", got, c.want)
			}
			if c.in == spectral.UnknownScale {
				return
			}
			if got := seen(t, c.v, c.frames, Options{MelIn: c.in}); got != "" {
				t.Errorf("converted: got report %q, want none", got)
			}
		})
	}
}

// TestRightScales: frames of a front end are not reported, whatever the sound and its level.
func TestRightScales(t *testing.T) {
	vocoders := map[string]*Vocoder{"HiFi-GAN": trained(t, "hifigan-v3-ljspeech"),
		"MelGAN":   trained(t, "mb-melgan-ljspeech"),
		"built-in": builtin(t, spectral.Effects{})}
	for path, sound := range recordings(t) {
		for name, v := range vocoders {
			for _, db := range []float64{-60, -40, -20, 0, 12} {
				t.Run(fmt.Sprintf("%s/%s/%g dB", path, name, db),
					func(t *testing.T) { wantSilent(t, v, louder(sound, db)) })
			}
		}
	}
}

// TestDecimalScales: decimal logarithms are right for a model that takes them without normalisation, and reported for
// others, with speech and music at any level.
func TestDecimalScales(t *testing.T) {
	melgan := trained(t, "mb-melgan-ljspeech")
	normalising, ok := melgan.FrameValues()
	if !ok {
		t.Fatal("got unknown frames of MelGAN, want normalised ones")
	}
	plain := normalising
	plain.Mean, plain.Scale = nil, nil
	named := func(frames []float32) string {
		c, err := spectral.NewFrameCheck(plain)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Add(frames); err != nil {
			t.Fatal(err)
		}
		if e, ok := errors.AsType[*spectral.ScaleError](c.Scale()); ok {
			return e.Seems.String()
		}
		return ""
	}
	ln, normalised := golden(t, "golden", "vocoders", "hifigan-v3_LJ050-0264_mel.npy"), golden(t, "golden", "vocoders",
		"mb-melgan_LJ050-0264_mel.npy")
	for want, frames := range map[string][]float32{"natural logarithms": ln, "normalised values": normalised,
		"decibels": scaled(ln, 20/math.Ln10), "linear magnitudes": each(ln,
			func(_ int, v float64) float64 { return math.Exp(v) })} {
		t.Run(want, func(t *testing.T) {
			if got := named(frames); got != want {
				t.Errorf("got report %q, want %q", got, want)
			}
		})
	}
	for path, sound := range recordings(t) {
		for _, db := range []float64{-60, -40, -20, 0, 12} {
			t.Run(fmt.Sprintf("%s/%g dB", path, db), func(t *testing.T) {
				p, err := melgan.ToFrames(louder(sound, db))
				frames := each(collect(t, p, err).Samples, func(band int, v float64) float64 {
					return v*float64(normalising.Scale[band]) + float64(normalising.Mean[band])
				})
				for at := 0; at+80*10 <= len(frames); at += 80 * 86 {
					if got := named(frames[at:]); got != "" {
						t.Errorf("from frame %d: got report %q, want none", at/80, got)
					}
				}
			})
		}
	}
}

// recordings returns the sounds of the reference data.
func recordings(t *testing.T) map[string]*stream.Buffer {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(reference.File(t, "audio"), "*.wav"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d files and error %v, want some", len(files), err)
	}
	sounds := map[string]*stream.Buffer{}
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r, err := wav.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		if sounds[filepath.Base(path)], err = stream.ReadAll(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	return sounds
}

// louder returns a sound with another level, clipped at full scale.
func louder(sound *stream.Buffer, db float64) stream.Source {
	x := slices.Clone(sound.Samples)
	for i, v := range x {
		x[i] = float32(max(-1, min(1, math.Pow(10, db/20)*float64(v))))
	}
	return stream.FromSlice(sound.Format, x)
}

// wantSilent checks that no two seconds of the frames of a sound are reported.
func wantSilent(t *testing.T, v *Vocoder, sound stream.Source) {
	t.Helper()
	p, err := v.ToFrames(sound)
	frames := collect(t, p, err)
	for _, n := range []int{24, 60, 180} { // half of the frames are in two pieces
		for at := 0; at+80*10 <= len(frames.Samples); at += 80 * n / 2 {
			if got := seen(t, v, frames.Samples[at:min(len(frames.Samples), at+80*n)], Options{}); got != "" {
				t.Errorf("%d frames from %d: got report %q, want none", n, at/80, got)
			}
		}
	}
}

// TestMadeScales: frames of synthetic sounds are not reported.
func TestMadeScales(t *testing.T) {
	const rate = 22050
	turn := func(hz float64, i int) float64 { return math.Sin(2 * math.Pi * hz / rate * float64(i)) }
	noise := dsptest.Noise[float64](4, 4*rate)
	white := func(i int) float64 { return noise[i] }
	rising := func(i int) float64 { return (white(i) - white(max(0, i-1))) / 2 }
	brown := 0.0
	vocoders := map[string]func(t *testing.T) *Vocoder{
		"built-in": func(t *testing.T) *Vocoder { return builtin(t, spectral.Effects{}) },
		"MelGAN":   func(t *testing.T) *Vocoder { return trained(t, "mb-melgan-ljspeech") },
	}
	for name, sample := range map[string]func(i int) float64{
		"silence":       func(int) float64 { return 0 },
		"noise":         white,
		"noise of ±1":   func(i int) float64 { return math.Copysign(1, white(i)) },
		"quiet noise":   func(i int) float64 { return 0.01 * white(i) },
		"16-bit dither": func(i int) float64 { return white(i) / 32768 },
		"brown noise":   func(i int) float64 { brown = 0.99*brown + 0.05*white(i); return brown },
		"hiss":          rising,
		"cymbals":       func(i int) float64 { return rising(i) * math.Exp(-float64(i%5500)/1200) },
		"low sine":      func(i int) float64 { return turn(100, i) },
		"sine":          func(i int) float64 { return turn(1000, i) },
		"high sine":     func(i int) float64 { return 0.5 * turn(5000, i) },
		"square":        func(i int) float64 { return math.Copysign(1, turn(100, i)) },
		"low square":    func(i int) float64 { return math.Copysign(1, turn(40, i)) },
		"half noise":    func(i int) float64 { return 0.4 * white(i) },
		"steady hum":    func(i int) float64 { return 0.02 * (math.Copysign(1, turn(100, i)) + 3*turn(5000, i)) },
		"loud mix": func(i int) float64 {
			return max(-1,
				min(1, 8*turn(60, i)*turn(7, i)+4*turn(1130, i)+2*white(i)))
		},
		"radio": func(i int) float64 {
			return max(-1,
				min(1, (4+2*turn(1.5, i))*(white(i)+turn(170, i)+turn(311, i))))
		},
		"sweep":  func(i int) float64 { return math.Sin(math.Pi * 4000 * float64(i) * float64(i) / (2 * rate * rate)) },
		"clicks": func(i int) float64 { return map[bool]float64{true: 1}[i%5000 == 0] },
		"bursts": func(i int) float64 { return white(i) * float64(i/4000%2) },
		"whistle": func(i int) float64 {
			return 0.003*white(i) + 0.3*math.Sin(2*math.Pi*4500/rate*float64(i)+40*turn(3, i))
		},
		"birds":      func(i int) float64 { return 0.003*white(i) + 0.3*bird(i, rate) },
		"loud birds": func(i int) float64 { return 0.0003*white(i) + bird(i, rate) },
		"few birds":  func(i int) float64 { return 0.003*white(i) + 0.3*bird(i, rate)*float64(i/15000%2) },
	} {
		x := make([]float32, 4*rate)
		for i := range x {
			x[i] = float32(sample(i))
		}
		for vocoder, v := range vocoders {
			t.Run(name+"/"+vocoder, func(t *testing.T) {
				wantSilent(t, v(t), stream.FromSlice(stream.Format{Rate: stream.Hz(rate), Channels: 1}, x))
			})
		}
	}
}

// bird returns a chirp from 7 to 4 kHz, 12 times a second.
func bird(i, rate int) float64 {
	n := rate / 12
	at := float64(i%n) / float64(n)
	return math.Sin(math.Pi*at) * math.Sin(2*math.Pi*float64(n)/float64(rate)*(7000*at-1500*at*at))
}
