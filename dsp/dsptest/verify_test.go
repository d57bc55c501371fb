package dsptest

import (
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// TestVerify compares the error of Verify with what Check reports, for faults that end the checks and for others.
func TestVerify(t *testing.T) {
	for name, c := range map[string]Contract[float32]{
		"sound":           soundContract(t, func(s sound) Streamer[float32] { return s }),
		"one fatal fault": soundContract(t, func(s sound) Streamer[float32] { return staysFlushed{s, new(bool)} }),
		"fatal without format": soundContract(t, func(s sound) Streamer[float32] {
			return overwrites{s}
		}),
		"one fault": soundContract(t, func(s sound) Streamer[float32] { return unowned{s} }),
		"two faults": padderContract(t, func(p dsp.Processor) Streamer[float32] {
			return unowned{shaped{p, func(s *dsp.Shape) { s.Period = 1 }}}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			got, want := "", judge(t, c)
			if err := Verify(c); err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("got error %q, want what Check reports, %q", got, want)
			}
			if (want == "") != (name == "sound") {
				t.Errorf("Check reports %q, want a fault unless the processor is sound", want)
			}
		})
	}
}

// TestVerifyPassesPanics: a panic of the processor reaches the caller.
func TestVerifyPassesPanics(t *testing.T) {
	c := soundContract(t, func(s sound) Streamer[float32] { return s })
	c.New = func() Streamer[float32] { panic("broken") }
	defer func() {
		if got := recover(); got != "broken" {
			t.Errorf("got panic %v, want %q", got, "broken")
		}
	}()
	err := Verify(c)
	t.Errorf("got error %v, want a panic", err)
}
