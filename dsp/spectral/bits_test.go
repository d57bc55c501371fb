package spectral_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/testdata/recorded"
)

// TestBits compares the SHA-256 of the frames of noise, of their spectra, and of sound reconstructed from them with
// recorded ones. A difference is an operation that is wrongly fused or not fused, or a change of the arithmetic.
func TestBits(t *testing.T) {
	hashes := map[string]string{}
	src := dsptest.Noise[float32](8, 6000)
	add := func(name string, src []float32) func(p dsp.Processor, err error) []float32 {
		return func(p dsp.Processor, err error) []float32 {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			out := p.Flush(p.Process(nil, src))
			hashes[name] = hash(t, out)
			return out
		}
	}
	stream := func(v *spectral.Vocoder, err error) (dsp.Processor, error) {
		if err != nil {
			return nil, err
		}
		return v.NewStream()
	}
	mels := spectral.HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)
	wide := spectral.ParallelWaveGAN(24000, 2048, 1200, 300, 80, 80, 7600)
	add("spectra", src)(spectral.NewSpectra(spectral.FrameLayout{Size: 1024, Hop: 256}))
	magnitudes := add("magnitudes", src)(spectral.NewSTFT(spectral.FrameLayout{Size: 1024, Hop: 256, Up: 3, Down: 2}))
	add("phases", magnitudes)(spectral.NewPhaseReconstructor(1024, 256))
	frames := add("HiFi-GAN mels", src)(spectral.NewMelSpectrogram(mels))
	add("ParallelWaveGAN mels", src)(spectral.NewMelSpectrogram(wide))
	add("phases of mels", frames)(spectral.NewMelReconstructor(mels))
	add("vocoder 8000 Hz", src)(stream(spectral.NewVocoder(8000, spectral.Effects{Pitch: 3, Stretch: 1.2})))
	add("robot", src)(stream(spectral.NewVocoder(8000, spectral.Effects{ConstantPhase: true})))
	add("vocoder of mels", frames)(stream(spectral.NewMelVocoder(mels, spectral.Effects{Pitch: -2})))
	filters, err := spectral.SynthesisFilters(1024, 256)
	if err != nil {
		t.Fatal(err)
	}
	hashes["synthesis filters"] = hash(t, filters)
	recorded.Check(t, "spectral", hashes)
}

func hash(t *testing.T, x []float32) string {
	t.Helper()
	h := sha256.New()
	if err := binary.Write(h, binary.LittleEndian, x); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}
