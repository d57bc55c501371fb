package spectral

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// TestVocoderLatency compares Latency with counting over more than a period. With a change of pitch the period is too
// long, and Latency is a bound.
func TestVocoderLatency(t *testing.T) {
	for _, e := range append(effects, Effects{Stretch: 1.001}, Effects{Stretch: 10}, Effects{Stretch: 0.1}) {
		for name, fresh := range vocoders {
			t.Run(fmt.Sprintf("%s, %+v", name, e), func(t *testing.T) {
				v, err := fresh(e)
				if err != nil {
					t.Fatal(err)
				}
				s := stream(t, v)
				shape := s.Shape()
				if got, want := shape.LatencyIsBound, shape.Period > dsp.MaxPeriod; got != want {
					t.Fatalf("latency is a bound: %v, want %v for a period of %d frames", got, want, shape.Period)
				}
				if shape.LatencyIsBound && e.Pitch == 0 {
					t.Errorf("period %d without a change of pitch, want at most %d", shape.Period, dsp.MaxPeriod)
				}
				held := int64(0)
				for n := range min(2*shape.Period, 1<<19) + 5000 {
					held = max(held, ratio.FloorMul(n, int64(shape.Up), int64(shape.Down))-s.Emitted(n))
				}
				switch got := int64(shape.Latency); {
				case shape.LatencyIsBound && got < held:
					t.Errorf("a bound of %d samples on the latency, want at least %d", got, held)
				case !shape.LatencyIsBound && got != held:
					t.Errorf("latency %d samples, want %d", got, held)
				}
			})
		}
	}
}

// TestVocoderLatencyFormula compares Latency with closed forms. If y samples are due, where y*Down is a whole number, a
// layout has floor((2*Down*y + K)/(2*Down*Hop)) + 1 frames. The latency is largest just before the first of them. Each
// frame waits for its look-ahead, and a sample waits for the windows of further frames, size - hop samples.
func TestVocoderLatencyFormula(t *testing.T) {
	for _, rate := range []int{1000, 8000, 22050, 48000} {
		for _, e := range effects {
			if e.Pitch != 0 {
				continue
			}
			t.Run(fmt.Sprintf("%d Hz, %+v", rate, e), func(t *testing.T) {
				v, err := NewVocoder(rate, e)
				if err != nil {
					t.Fatal(err)
				}
				stretch, _, err := e.ratios()
				if err != nil {
					t.Fatal(err)
				}
				size := SizeFor(rate)
				hop := size / 4
				l, err := FrameLayout{Size: size, Hop: hop, Up: int(stretch[0]), Down: int(stretch[1])}.check()
				if err != nil {
					t.Fatal(err)
				}
				first := int(ratio.FloorDiv(ratio.CeilDiv(-l.surplus(), 2)-1, stretch[1]))
				want := first + lookAhead(e)*hop + size - hop
				if got := stream(t, v).Shape().Latency; got != want {
					t.Errorf("latency %d samples, want %d", got, want)
				}
			})
		}
	}
	for _, e := range []Effects{{}, {ConstantPhase: true}} {
		t.Run(fmt.Sprintf("mels, %+v", e), func(t *testing.T) {
			m := HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)
			v, err := NewMelVocoder(m, e)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := stream(t, v).Shape().Latency, lookAhead(e)*m.Hop+m.Left; got != want {
				t.Errorf("latency %d samples, want %d", got, want)
			}
		})
	}
}

// lookAhead returns the number of frames after a frame that a Vocoder consumes before it emits the frame.
func lookAhead(e Effects) int {
	if e.ConstantPhase {
		return 0
	}
	return LookAhead
}
