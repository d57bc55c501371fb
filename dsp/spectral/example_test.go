package spectral_test

import (
	"fmt"
	"log"
	"math"

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

// The mel frames of a sine, as a HiFi-GAN generator takes them, have their peak in the band of its frequency.
func ExampleMelSpectrogram() {
	const bands = 80
	m, err := spectral.NewMelSpectrogram(spectral.HiFiGAN(22050, 1024, 1024, 256, bands, 0, 8000))
	if err != nil {
		log.Fatal(err)
	}
	frames := m.Process(nil, sine(1000, 22050, 22050)) // a second of 1 kHz
	frames = m.Flush(frames)
	fmt.Printf("[%d, %d]\n", len(frames)/bands, bands)

	middle := frames[len(frames)/bands/2*bands:][:bands]
	peak := 0
	for b, v := range middle {
		if v > middle[peak] {
			peak = b
		}
	}
	fmt.Println("peak in band", peak)
	// Output:
	// [86, 80]
	// peak in band 26
}

// The vocoder without weights makes speech four semitones higher. The number of samples stays the same.
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
	// Output: 16000 samples, 1531 from Flush
}
