package spectral

import (
	"math"
	"testing"
)

// TestVocoderRange: every change of length goes with every change of pitch, and both are as near as Effects says.
func TestVocoderRange(t *testing.T) {
	stretches := []float64{0.1, 0.101, 0.999, 1, 1.001, 3.001, 9.999, 10}
	for pitch := -2400; pitch <= 2400; pitch++ {
		e := Effects{Pitch: float64(pitch) / 100}
		_, ratio, err := e.ratios()
		if err != nil {
			t.Fatal(err)
		}
		got := 12 * math.Log2(float64(ratio[0])/float64(ratio[1]))
		if d := math.Abs(got - e.Pitch); !(d < 0.01) {
			t.Errorf("%g semitones: off by %.4f", e.Pitch, d)
		}
		if pitch%400 != 0 && pitch != 2390 {
			continue
		}
		for _, e.Stretch = range stretches {
			v, err := NewVocoder(1000, e, nil)
			if err != nil {
				t.Fatalf("%+v: %v", e, err)
			}
			const n = 100
			want := int64(math.Ceil(n * math.Round(1000*e.Stretch) / 1000))
			if out := run(v, tone(1000, n, 100)); int64(len(out)) != want {
				t.Errorf("%+v: %d samples become %d, want %d", e, n, len(out), want)
			}
		}
	}
}
