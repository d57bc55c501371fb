package spectral

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

// definition is a Vocoder without a change of pitch: magnitudes of every frame, phases of every frame, and the one-shot
// operator.
func definition(t testing.TB, rate int, e Effects, src []float32) []float32 {
	t.Helper()
	stretch, _, err := e.ratios()
	if err != nil {
		t.Fatal(err)
	}
	size := SizeFor(rate)
	hop := size / 4
	l := FrameLayout{Size: size, Hop: hop, Up: int(stretch[0]), Down: int(stretch[1])}
	magnitudes := oneShot(l, src)
	var spectra []float32
	if e.ConstantPhase {
		spectra = constantPhases(size, magnitudes)
	} else {
		fresh := func() *PhaseReconstructor { p, _ := NewPhaseReconstructor(size, hop); return p }
		spectra = wholeSignal(fresh, magnitudes)
	}
	filters, err := SynthesisFilters(size, hop)
	if err != nil {
		t.Fatal(err)
	}
	g := layer.TransposeGeometry{In: size, Out: 1, Kernel: size, Stride: hop, Left: size - hop, Right: size - hop}
	out := overlapAdd(t, g, spectra, filters)
	return out[:(len(src)*int(stretch[0])+int(stretch[1])-1)/int(stretch[1])]
}

// overlapAdd is the one-shot operator.
func overlapAdd(t testing.TB, g layer.TransposeGeometry, spectra, filters []float32) []float32 {
	t.Helper()
	u, err := layer.NewConvTranspose1D(g, filters, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := u.Reference(spectra)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestVocoderContract(t *testing.T) {
	for _, e := range []Effects{
		{}, {Stretch: 1.5}, {Stretch: 0.4}, {Stretch: 3}, {ConstantPhase: true}, {ConstantPhase: true, Stretch: 1.25},
	} {
		t.Run(fmt.Sprintf("%+v", e), func(t *testing.T) {
			v, err := NewVocoder(1000, e)
			if err != nil {
				t.Fatal(err)
			}
			dsptest.Check(t, dsptest.Contract[float32]{
				New:       func() dsptest.Streamer[float32] { return stream(t, v) },
				Reference: func(src []float32) []float32 { return definition(t, 1000, e, src) },
				Frames:    600,
				Blocks:    []int{16, 64},
				Waits:     true,
			})
		})
	}
}

// effects are the effects that the tests use.
var effects = []Effects{
	{Pitch: 3}, {Pitch: -7.3, Stretch: 3.001}, {Pitch: 12, ConstantPhase: true},
	{Stretch: 1.3}, {Stretch: 0.31}, {}, {ConstantPhase: true},
}

// vocoders makes a Vocoder of samples and one of mel frames.
var vocoders = map[string]func(e Effects) (*Vocoder, error){
	"samples": func(e Effects) (*Vocoder, error) { return NewVocoder(1000, e) },
	"mels": func(e Effects) (*Vocoder, error) {
		return NewMelVocoder(HiFiGAN(8000, 64, 64, 16, 7, 0, 3500), e)
	},
}

// TestVocoderChunks feeds frames one by one, also with a change of pitch. No bit changes, at most Latency samples are
// held, and a second stream of the same Vocoder has the same bits.
func TestVocoderChunks(t *testing.T) {
	for _, e := range effects {
		for name, fresh := range vocoders {
			t.Run(fmt.Sprintf("%s, %+v", name, e), func(t *testing.T) {
				v, err := fresh(e)
				if err != nil {
					t.Fatal(err)
				}
				s := stream(t, v)
				for _, n := range []int{0, 1, 2, 3, 50, 700} {
					compareOneByOne(t, v, s, n)
					s.Reset()
				}
			})
		}
	}
}

// compareOneByOne feeds n frames to s one by one, and compares the output with that of streams of v in one call.
func compareOneByOne(t *testing.T, v *Vocoder, s *VocoderStream, n int) {
	t.Helper()
	shape := s.Shape()
	src := dsptest.Noise[float32](10, n*shape.In)
	want := run(stream(t, v), src)
	if int64(len(want)) != s.OutFrames(int64(n)) {
		t.Fatalf("%d frames become %d samples, want OutFrames, %d", n, len(want), s.OutFrames(int64(n)))
	}
	var got []float32
	for i := range n {
		got = s.Process(got, src[i*shape.In:][:shape.In])
		if emitted := s.Emitted(int64(i + 1)); int64(len(got)) != emitted {
			t.Fatalf("%d samples after %d frames, want Emitted, %d", len(got), i+1, emitted)
		}
		if held := (i+1)*shape.Up/shape.Down - len(got); held > shape.Latency {
			t.Fatalf("%d held back after %d frames, want at most Latency, %d", held, i+1, shape.Latency)
		}
	}
	got = s.Flush(got)
	if i := dsptest.FirstDifference(got, want); i >= 0 {
		t.Fatalf("%d frames one by one: %s", n, difference(got, want, i))
	}
	got = run(stream(t, v), src)
	if i := dsptest.FirstDifference(got, want); i >= 0 {
		t.Fatalf("%d frames to a further stream: %s", n, difference(got, want, i))
	}
}

// TestMelVocoderContract compares with the definition over the frames and their mirror image.
func TestMelVocoderContract(t *testing.T) {
	m := HiFiGAN(8000, 64, 64, 16, 7, 0, 3500)
	v, err := NewMelVocoder(m, Effects{})
	if err != nil {
		t.Fatal(err)
	}
	dsptest.Check(t, dsptest.Contract[float32]{
		New: func() dsptest.Streamer[float32] { return stream(t, v) },
		Reference: func(src []float32) []float32 {
			n := len(src) / m.Bands
			var all []float32
			for i := -2; i < n+2; i++ { // the windows of frames -2, -1, n and n+1 also cover samples
				at := ((i % (2 * n)) + 2*n) % (2 * n)
				at = min(at, 2*n-1-at)
				all = append(all, src[at*m.Bands:][:m.Bands]...)
			}
			spectra := wholeSignal(func() *PhaseReconstructor { p, _ := NewMelReconstructor(m); return p }, all)
			filters, err := SynthesisFilters(64, 16)
			if err != nil {
				t.Fatal(err)
			}
			g := layer.TransposeGeometry{In: 64, Out: 1, Kernel: 64, Stride: 16, Left: 24 + 32, Right: 24 + 32}
			out := overlapAdd(t, g, spectra, filters)
			if len(out) != n*16 {
				t.Fatalf("%d samples of %d frames, want %d", len(out), n, n*16)
			}
			return out
		},
		Frames: 60,
		Blocks: []int{4},
		Waits:  true,
	})
}

func TestVocoderErrors(t *testing.T) {
	m := HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)
	covering, short, wide := m, m, m
	covering.FrameLayout = FrameLayout{Size: 1024, Hop: 256}
	short.Window = 1000
	wide.FrameLayout = FrameLayout{Size: 1024, Hop: 300, Reflect: true}
	for want, err := range map[string]error{
		"stretch is 0.09":      second(NewVocoder(8000, Effects{Stretch: 0.09})),
		"stretch is 11":        second(NewMelVocoder(m, Effects{Stretch: 11})),
		"stretch is NaN":       second(NewVocoder(8000, Effects{Stretch: math.NaN()})),
		"pitch is 25":          second(NewVocoder(8000, Effects{Pitch: 25})),
		"pitch is NaN":         second(NewMelVocoder(m, Effects{Pitch: math.NaN()})),
		"sample rate is 0":     second(NewVocoder(0, Effects{})),
		"layout is covering":   second(NewMelVocoder(covering, Effects{})),
		"window is 1000, must": second(NewMelVocoder(short, Effects{})),
		"hop is 300":           second(NewMelVocoder(wide, Effects{})),
	} {
		t.Run(want, func(t *testing.T) {
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error %v, want it to begin with %q", err, want)
			}
		})
	}
}
