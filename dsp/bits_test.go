package dsp_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/internal/recorded"
)

// TestBits compares the SHA-256 of outputs with the recorded ones. It runs for every target and processor feature at hand:
// a difference is a fused or unfused operation where there should not be one, or a change of the arithmetic. The hashes
// of the operator and the layers never change.
func TestBits(t *testing.T) {
	for part, compute := range map[string]func(*testing.T) map[string]string{
		"operator": operatorBits, "layers": layerBits, "resampler": resamplerBits, "coefficients": coefficientBits,
		"spectral": spectralBits,
	} {
		t.Run(part, func(t *testing.T) { recorded.Check(t, part, compute(t)) })
	}
}

func operatorBits(t *testing.T) map[string]string {
	hashes := map[string]string{}
	for i, c := range geometries {
		g, err := c.trim(dsp.Geometry{In: c.in, Out: c.out, Groups: c.groups, Kernel: c.kernel, Stride: c.stride, Dilation: c.dila})
		if err != nil {
			t.Fatal(err)
		}
		hashes[c.name+" float32"] = upsamplerHash[float32](t, g, uint64(i))
		for _, level := range dsp.Levels() {
			if h := upsamplerHash[float32](t, g, uint64(i), dsp.AtLevel(level)); h != hashes[c.name+" float32"] {
				t.Errorf("%s at level %v: hash %.12s", c.name, level, h)
			}
		}
		hashes[c.name+" float64"] = upsamplerHash[float64](t, g, uint64(i))
	}
	wide := dsp.Geometry{In: 64, Out: 32, Groups: 1, Kernel: 16, Stride: 8, Dilation: 1, Left: 4, Right: 4}
	hashes["vocoder 64->32 16/8 float32"] = upsamplerHash[float32](t, wide, 99)
	return hashes
}

func upsamplerHash[T dsp.Float](t *testing.T, g dsp.Geometry, seed uint64, options ...dsp.LayerOption) string {
	filters := dsptest.Noise[T](seed, g.Kernel*g.Out*g.In/g.Groups)
	u, err := dsp.NewUpsampler(g, filters, dsptest.Noise[T](seed+1000, g.Out), options...)
	if err != nil {
		t.Fatal(err)
	}
	return hash(t, u.Flush(u.Process(nil, dsptest.Noise[T](seed+2000, 50*g.In))))
}

// layerBits hashes one-shot results, by definition, and expects the same of streams at every level.
func layerBits(t *testing.T) map[string]string {
	hashes := map[string]string{}
	add := func(name string, want []float32, stream func(dsp.LayerOption) ([]float32, error)) {
		hashes[name] = hash(t, want)
		for _, level := range dsp.Levels() {
			got, err := stream(dsp.AtLevel(level))
			if err != nil {
				t.Fatal(err)
			}
			if hash(t, got) != hashes[name] {
				t.Errorf("%s: the stream at level %v differs from the definition", name, level)
			}
		}
	}
	for i, c := range convolutions {
		seed := uint64(300 + i)
		filters, bias := dsptest.Noise[float32](seed, c.g.Kernel*c.g.Out*c.g.In/c.g.Groups), dsptest.Noise[float32](seed+1000, c.g.Out)
		src := dsptest.Noise[float32](seed+2000, 60*c.g.In)
		add(c.name, oneShotLayer(t, c.g, c.before, c.after, src, filters, bias), func(at dsp.LayerOption) ([]float32, error) {
			p, err := dsp.NewConv1D(c.g, filters, bias, at, dsp.Before(c.before), dsp.After(c.after))
			if err != nil {
				return nil, err
			}
			return p.Flush(p.Process(nil, src)), nil
		})
	}
	g := dsp.Geometry{In: 256, Out: 24, Groups: 1, Kernel: 16, Stride: 8, Dilation: 1, Left: 4, Right: 4}
	filters, bias := dsptest.Noise[float32](1, 256*24*16), dsptest.Noise[float32](2, 24)
	src := dsptest.Noise[float32](3, 20*256)
	full, err := dsp.ConvTranspose(g, dsp.LeakyReLU(0.1).Of(src), filters, bias)
	if err != nil {
		t.Fatal(err)
	}
	add("transposed 256->24 16/8", dsp.Tanh().Of(full), func(at dsp.LayerOption) ([]float32, error) {
		u, err := dsp.NewUpsampler(g, filters, bias, at, dsp.Before(dsp.LeakyReLU(0.1)), dsp.After(dsp.Tanh()))
		if err != nil {
			return nil, err
		}
		return u.Flush(u.Process(nil, src)), nil
	})
	return hashes
}

func resamplerBits(t *testing.T) map[string]string {
	hashes := map[string]string{}
	for _, rates := range append([][2]int{{44100, 44101}, {48000, 47999}}, ratePairs...) {
		for _, q := range []dsp.Quality{dsp.Best, dsp.High, dsp.Fast} {
			r, err := dsp.NewResampler(rates[0], rates[1], 2, q, nil)
			if err != nil {
				t.Fatal(err)
			}
			hashes[fmt.Sprintf("%d->%d %v", rates[0], rates[1], q)] = hash(t, r.Flush(r.Process(nil, dsptest.Noise[float32](5, 2*600))))
		}
	}
	for _, rates := range [][2]int{{44100, 48000}, {44100, 88200}, {96000, 44100}} {
		r, err := dsp.NewResampler(rates[0], rates[1], 2, dsp.Best, nil, dsp.MinimumPhase(), dsp.Bandwidth(0.98))
		if err != nil {
			t.Fatal(err)
		}
		hashes[fmt.Sprintf("%d->%d minimum phase", rates[0], rates[1])] = hash(t, r.Flush(r.Process(nil, dsptest.Noise[float32](5, 2*600))))
	}
	return hashes
}

// spectralBits hashes frames of noise, their spectra and what is made of them without their phases.
func spectralBits(t *testing.T) map[string]string {
	hashes := map[string]string{}
	src := dsptest.Noise[float32](8, 6000)
	add := func(name string, src []float32) func(p dsp.Processor, err error) []float32 {
		return func(p dsp.Processor, err error) []float32 {
			if err != nil {
				t.Fatal(err)
			}
			out := p.Flush(p.Process(nil, src))
			hashes[name] = hash(t, out)
			return out
		}
	}
	mels := spectral.HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)
	add("spectra", src)(spectral.NewSpectra(spectral.FrameLayout{Size: 1024, Hop: 256}))
	magnitudes := add("magnitudes", src)(spectral.NewSTFT(spectral.FrameLayout{Size: 1024, Hop: 256, Up: 3, Down: 2}))
	add("phases", magnitudes)(spectral.NewPhaseReconstructor(1024, 256))
	frames := add("HiFi-GAN mels", src)(spectral.NewMelSpectrogram(mels))
	add("ParallelWaveGAN mels", src)(spectral.NewMelSpectrogram(spectral.ParallelWaveGAN(24000, 2048, 1200, 300, 80, 80, 7600)))
	add("phases of mels", frames)(spectral.NewMelReconstructor(mels))
	add("vocoder 8000 Hz", src)(spectral.NewVocoder(8000, spectral.Effects{Pitch: 3, Stretch: 1.2}, nil))
	add("robot", src)(spectral.NewVocoder(8000, spectral.Effects{ConstantPhase: true}, nil))
	add("vocoder of mels", frames)(spectral.NewMelVocoder(mels, spectral.Effects{Pitch: -2}, nil))
	filters, err := spectral.SynthesisFilters(1024, 256)
	if err != nil {
		t.Fatal(err)
	}
	hashes["synthesis filters"] = hash(t, filters)
	return hashes
}

// coefficientBits hashes float64 values, in which a difference shows that rounding to float32 would mostly hide.
func coefficientBits(t *testing.T) map[string]string {
	hashes := map[string]string{"sinPi and I0": hash(t, dsp.ElementaryGrid()), "log and exp": hash(t, dsp.LogExpGrid())}
	bank, err := dsp.PQMFSynthesis(4, 62, 0.15, 9)
	if err != nil {
		t.Fatal(err)
	}
	hashes["PQMF 4x62"] = hash(t, bank)
	for _, n := range []int{2, 16, 512, 1024, 1 << 15} {
		hashes[fmt.Sprintf("Fourier transform %d", n)] = hash(t, dsp.Spectrum(dsptest.Noise[float64](6, n)))
	}
	for _, rates := range ratePairs {
		for _, q := range []dsp.Quality{dsp.Best, dsp.High, dsp.Fast} {
			r, err := dsp.NewResampler(rates[0], rates[1], 1, q, nil)
			if err != nil {
				t.Fatal(err)
			}
			hashes[fmt.Sprintf("%d->%d %v", rates[0], rates[1], q)] = hash(t, r.Filter())
		}
		hashes[fmt.Sprintf("%d->%d interpolated", rates[0], rates[1])] = hash(t, dsp.InterpolatedCoefficients(rates[0], rates[1]))
	}
	return hashes
}

func hash[T dsp.Float](t *testing.T, x []T) string {
	h := sha256.New()
	if err := binary.Write(h, binary.LittleEndian, x); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}
