package cli

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestGainCure: what to do about clipped samples depends on the peak, and on whether auto is possible.
func TestGainCure(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		text string
		once bool
		peak float32
		want string
	}{
		{"0", false, 2, "lower the level with --gain -6.1dB or --gain auto"},
		{"0", true, 2, "lower the level with --gain -6.1dB"},
		{"6", false, 2, "lower the level with --gain -0.1dB or --gain auto"},
		{"12", false, 2, "lower the level with --gain 5.9dB or --gain auto"},
		{"0", false, 1, "lower the level with --gain -0.1dB or --gain auto"},
		{"0", false, 1e10, "lower the level with --gain auto"},
		{"0", true, 1e10, "lower the level of the input"},
		{"0", false, inf, "some are infinite, which clips at any level; --gain auto avoids the others"},
		{"0", true, inf, "some are infinite, which clips at any level; look for infinity in the input"},
		{"auto", false, inf, "they are infinite, which clips at any level; look for infinity in the input"},
	} {
		t.Run(c.want, func(t *testing.T) {
			g := Gain{text: c.text}
			if err := g.Check(false); err != nil {
				t.Fatal(err)
			}
			g.once = c.once
			if got := g.Cure(Encoding{Samples: pcm.S16}, c.peak); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestGainPasses: auto runs two passes, and stops after a first one that fails, such as one that is interrupted.
func TestGainPasses(t *testing.T) {
	for name, c := range map[string]struct {
		fails error
		want  int
	}{"done": {nil, 2}, "interrupted": {context.Canceled, 1}} {
		t.Run(name, func(t *testing.T) {
			g := Gain{text: "auto"}
			if err := g.Check(false); err != nil {
				t.Fatal(err)
			}
			passes := 0
			err := g.Passes("nowhere.wav", strings.NewReader(""), Encoding{Samples: pcm.S16}, func(m *Meter) error {
				if passes++; m == nil {
					return nil
				}
				if err := m.Open(stream.Format{Rate: stream.Hz(1), Channels: 1}, -1); err != nil {
					return err
				}
				return errors.Join(m.Write([]float32{-4, float32(math.NaN())}), c.fails)
			})
			if passes != c.want || !errors.Is(err, c.fails) {
				t.Errorf("got %d passes and error %v, want %d and %v", passes, err, c.want, c.fails)
			}
			if got := g.Changes(); got != (c.fails == nil) {
				t.Errorf("changes samples: got %v, want %v", got, c.fails == nil)
			}
		})
	}
}
