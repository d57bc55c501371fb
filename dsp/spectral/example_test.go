package spectral_test

import (
	"fmt"
	"log"
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
)

// sine returns n samples of a sine. Its frequency and the sample rate are in Hz.
func sine(frequency float64, rate, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(0.5 * math.Sin(2*math.Pi*frequency*float64(i)/float64(rate)))
	}
	return x
}

// largest returns the index of the largest value.
func largest(x []float32) int {
	at := 0
	for i, v := range x {
		if v > x[at] {
			at = i
		}
	}
	return at
}

// The magnitudes of a sine of 1 kHz have their peak at 1 kHz.
func ExampleSTFT() {
	const rate, size, bins = 16000, 1024, 1024/2 + 1
	s, err := spectral.NewSTFT(spectral.FrameLayout{Size: size, Hop: 256})
	if err != nil {
		log.Fatal(err)
	}
	frames := s.Process(nil, sine(1000, rate, rate)) // one second
	frames = s.Flush(frames)

	n := len(frames) / bins
	middle := frames[n/2*bins:][:bins]
	k := largest(middle)
	fmt.Printf("%d frames of %d magnitudes\n", n, bins)
	fmt.Printf("peak of %.0f at %d Hz\n", middle[k], k*rate/size)
	// Output:
	// 66 frames of 513 magnitudes
	// peak of 128 at 1000 Hz
}

// The mel frames of a sine of 1 kHz, as a HiFi-GAN generator expects them, have their peak in the band of 1 kHz.
func ExampleMelSpectrogram() {
	const rate, bands = 22050, 80
	m, err := spectral.NewMelSpectrogram(spectral.HiFiGAN(rate, 1024, 1024, 256, bands, 0, 8000))
	if err != nil {
		log.Fatal(err)
	}
	frames := m.Process(nil, sine(1000, rate, rate)) // one second
	frames = m.Flush(frames)

	n := len(frames) / bands
	fmt.Printf("%d frames of %d bands\n", n, bands)
	fmt.Println("peak in band", largest(frames[n/2*bands:][:bands]))
	// Output:
	// 86 frames of 80 bands
	// peak in band 26
}

// Frames in decibels become frames of natural logarithms. The frames of this model have three bands, and their lowest
// value is the logarithm of 1e-5.
func ExampleNewScaleConverter() {
	m := spectral.HiFiGAN(8000, 64, 64, 16, 3, 0, 4000)
	c, err := spectral.NewScaleConverter(spectral.Decibels, m)
	if err != nil {
		log.Fatal(err)
	}
	frames := c.Process(nil, []float32{0, -20, -40, -60, -80, -200}) // two frames
	frames = c.Flush(frames)
	fmt.Printf("%.2f\n", frames)
	// Output: [0.00 -2.30 -4.61 -6.91 -9.21 -11.51]
}

// A check finds frames in decibels for a model that expects natural logarithms.
func ExampleFrameCheck() {
	const bands = 80
	c, err := spectral.NewFrameCheck(spectral.HiFiGAN(22050, 1024, 1024, 256, bands, 0, 8000))
	if err != nil {
		log.Fatal(err)
	}
	frames := make([]float32, 200*bands)
	for i := range frames {
		frames[i] = -90 + float32(i%bands)
	}
	if err := c.Add(frames); err != nil {
		log.Fatal(err) // NaN or infinity
	}
	fmt.Println(c.Scale())
	// Output: frames seem to hold decibels (-90 to -11, mean -50.5): the model takes natural logarithms (-11.5 to 3.17)
}

// Sound is reconstructed from magnitudes alone, which are those of the original again.
func ExamplePhaseReconstructor() {
	const size, hop = 1024, 256
	stft, err := spectral.NewSTFT(spectral.FrameLayout{Size: size, Hop: hop})
	if err != nil {
		log.Fatal(err)
	}
	phases, err := spectral.NewPhaseReconstructor(size, hop)
	if err != nil {
		log.Fatal(err)
	}
	synthesis, err := spectral.NewSynthesis(size, hop, size-hop, size-hop)
	if err != nil {
		log.Fatal(err)
	}
	chain, err := dsp.NewChain(16, phases, synthesis.NewStream())
	if err != nil {
		log.Fatal(err)
	}

	target := stft.Flush(stft.Process(nil, sine(1000, 16000, 16000)))
	out := chain.Flush(chain.Process(nil, target))
	stft.Reset()
	got := stft.Flush(stft.Process(nil, out))

	difference, sum := 0.0, 0.0
	for i, v := range target {
		difference += math.Pow(float64(got[i]-v), 2)
		sum += math.Pow(float64(v), 2)
	}
	fmt.Println("spectral convergence below -30 dB:", 10*math.Log10(difference/sum) < -30)
	// Output: spectral convergence below -30 dB: true
}

// The vocoder without weights makes a tone four semitones higher. The number of samples stays the same.
func ExampleVocoder() {
	v, err := spectral.NewVocoder(16000, spectral.Effects{Pitch: 4})
	if err != nil {
		log.Fatal(err)
	}
	s, err := v.NewStream()
	if err != nil {
		log.Fatal(err)
	}
	out := s.Process(nil, sine(440, 16000, 16000))
	emitted := len(out)
	out = s.Flush(out)
	fmt.Println(len(out), "samples,", len(out)-emitted, "from Flush")
	// Output: 16000 samples, 1528 from Flush
}
