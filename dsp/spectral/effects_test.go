package spectral

import (
	"fmt"
	"math"
	"testing"
)

// TestEffectsPitch tries every hundredth of a semitone.
func TestEffectsPitch(t *testing.T) {
	for pitch := -2400; pitch <= 2400; pitch++ {
		e := Effects{Pitch: float64(pitch) / 100}
		_, ratio, err := e.ratios()
		if err != nil {
			t.Fatal(err)
		}
		got := 12 * math.Log2(float64(ratio[0])/float64(ratio[1]))
		if d := math.Abs(got - e.Pitch); !(d < 0.01) {
			t.Errorf("%g semitones become %.4f, want less than 0.01 between them", e.Pitch, got)
		}
	}
}

// TestEffectsTogether combines changes of length with changes of pitch.
func TestEffectsTogether(t *testing.T) {
	pitches := []float64{23.9}
	for pitch := -24; pitch <= 24; pitch += 4 {
		pitches = append(pitches, float64(pitch))
	}
	for _, pitch := range pitches {
		for _, stretch := range []float64{0.1, 0.101, 0.999, 1, 1.001, 3.001, 9.999, 10} {
			t.Run(fmt.Sprintf("%g semitones, stretch %g", pitch, stretch), func(t *testing.T) {
				v, err := NewVocoder(1000, Effects{Pitch: pitch, Stretch: stretch})
				if err != nil {
					t.Fatal(err)
				}
				const n = 100
				got, want := len(run(stream(t, v), tone(1000, n, 100))), int(math.Ceil(n*math.Round(1000*stretch)/1000))
				if got != want {
					t.Errorf("%d samples become %d, want %d", n, got, want)
				}
			})
		}
	}
}
