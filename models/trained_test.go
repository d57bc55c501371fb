package models

import (
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestTrainedLatency: how long samples of trained models wait, and how many frames they depend on, is what Info says. It is
// seen where NaN shows, in a frame in the middle, and from a frame on.
func TestTrainedLatency(t *testing.T) {
	if cpu, err := dsp.CPU(); err != nil || cpu == "generic" {
		t.Skip("skipped, the generic kernels would take minutes")
	}
	for _, name := range []string{"hifigan-v3-ljspeech", "mb-melgan-ljspeech"} {
		m, err := Open(reference.File(t, "weights", name))
		if err != nil {
			t.Fatal(err)
		}
		mels, hop := m.Info.Mels, m.Info.Hop
		before := m.Info.Receptive + (m.Info.Latency+hop-1)/hop // frames, more than those whose padding a sample in the middle sees
		frames := 2*before + 1
		src := dsptest.Noise[float32](5, frames*mels)
		nan := float32(math.NaN())

		one := slices.Clone(src)
		one[before*mels] = nan
		p, err := m.NewStream()
		if err != nil {
			t.Fatal(err)
		}
		depends := make([]int, hop) // frames, for each place of a sample in its hop
		for i, v := range p.Flush(p.Process(nil, one)) {
			if v != v {
				depends[i%hop]++
			}
		}
		if most := slices.Max(depends); most != m.Info.Receptive {
			t.Errorf("%s: a sample depends on up to %d frames, Info says %d", name, most, m.Info.Receptive)
		}

		p.Reset()
		held, emitted, taken := 0, 0, 0
		for n := 1; n <= before; n++ {
			emitted += len(p.Process(nil, src[taken*mels:n*mels]))
			taken = n
			held = max(held, n*hop-emitted)
		}
		if held != m.Info.Latency {
			t.Errorf("%s: up to %d samples wait, Info says %d", name, held, m.Info.Latency)
		}
		rest := slices.Clone(src)
		for i := before * mels; i < len(rest); i++ {
			rest[i] = nan
		}
		p.Reset()
		settled := slices.IndexFunc(p.Flush(p.Process(nil, rest)), func(v float32) bool { return v != v })
		if reflects := m.Info.MinFrames > 1; emitted > settled || emitted < settled && !reflects {
			t.Errorf("%s: after %d frames %d samples are out, %d do not depend on later ones", name, before, emitted, settled)
		}
	}
}
