package spectral_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/spectral"
)

// fronts returns front ends of 3 bands: natural, decimal, and normalised in either base.
func fronts() map[string]spectral.Mel {
	natural := spectral.HiFiGAN(8000, 64, 64, 16, 3, 0, 4000)
	decimal := spectral.ParallelWaveGAN(8000, 64, 64, 16, 3, 0, 4000)
	decimalNormalised, naturalNormalised := decimal, natural
	decimalNormalised.Mean, decimalNormalised.Scale = []float32{-2, -3, -2.5}, []float32{0.5, -2, 0.75}
	naturalNormalised.Mean = []float32{-5, -6, -5.5}
	return map[string]spectral.Mel{"natural": natural, "decimal": decimal,
		"decimal, normalised": decimalNormalised, "natural, normalised": naturalNormalised}
}

// TestScaleConverter compares conversions with the formula, within rounding. A conversion to the same scale changes no
// bit. A converter satisfies the contract of a Processor.
func TestScaleConverter(t *testing.T) {
	for name, mel := range fronts() {
		for _, from := range []spectral.Scale{spectral.Ln, spectral.Log10, spectral.Decibels, spectral.Linear, spectral.Normalised} {
			t.Run(name+"/"+from.String(), func(t *testing.T) {
				if from == spectral.Normalised && mel.Values() != from {
					_, err := spectral.NewScaleConverter(from, mel)
					if _, ok := errors.AsType[*dsp.ArgError](err); !ok {
						t.Errorf("got error %v, want a *dsp.ArgError", err)
					}
					return
				}
				convert := func(x float64, band int) float64 {
					if from == mel.Values() {
						return x
					}
					switch from {
					case spectral.Log10:
						x *= math.Ln10
					case spectral.Decibels:
						x *= math.Ln10 / 20
					case spectral.Linear:
						x = math.Log(max(x, mel.Floor))
					}
					if x = max(x, math.Log(mel.Floor)); mel.Log10 {
						x /= math.Ln10
					}
					if mel.Mean != nil {
						x -= float64(mel.Mean[band])
					}
					if mel.Scale != nil {
						x /= float64(mel.Scale[band])
					}
					return x
				}
				create := func() (dsp.Processor, error) { return spectral.NewScaleConverter(from, mel) }
				p, err := create()
				if err != nil {
					t.Fatal(err)
				}
				nan := float32(math.NaN())
				src := []float32{-30, -5, -2.5, -1, -0.25, 0, 1e-7, 0.5, 2, 100, -200, nan}
				got := p.Process(nil, src)
				for i, x := range src {
					if want := float32(convert(float64(x), i%3)); !near(got[i], want) {
						t.Errorf("band %d of %v: got %v, want %v", i%3, x, got[i], want)
					}
				}
				dsptest.Check(t, dsptest.Contract[float32]{
					New: dsptest.New(create), Frames: 40,
					Reference: func(src []float32) []float32 {
						p, err := create()
						if err != nil {
							t.Fatal(err)
						}
						return p.Process(nil, src)
					},
				})
			})
		}
	}
	if _, err := spectral.NewScaleConverter(spectral.UnknownScale, fronts()["natural"]); err == nil {
		t.Error("from an unknown scale: got no error, want one")
	}
}

// near reports whether two values agree within rounding.
func near(got, want float32) bool {
	return got == want || got != got && want != want || math.Abs(float64(got-want)) <= 1e-6*math.Abs(float64(want))
}

// TestFrameCheck: the error names the first NaN or infinity, for any chunks, and the frames before it are counted.
func TestFrameCheck(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	good := dsptest.Noise[float32](1, 3*20)
	for name, c := range map[string]struct {
		at   map[int]float32
		want string
	}{
		"good":     {nil, ""},
		"NaN":      {map[int]float32{3*12 + 2: nan, 3*13 + 1: inf}, "frame 12, band 2 (both from 0) is NaN"},
		"infinity": {map[int]float32{3*19 + 2: inf}, "frame 19, band 2 (both from 0) is infinite"},
		"first":    {map[int]float32{0: nan}, "frame 0, band 0 (both from 0) is NaN"},
	} {
		for _, piece := range []int{1, 7, 20} {
			t.Run(name, func(t *testing.T) {
				x := slices.Clone(good)
				first := 20
				for i, v := range c.at {
					x[i], first = v, min(first, i/3)
				}
				check, err := spectral.NewFrameCheck(fronts()["natural"])
				if err != nil {
					t.Fatal(err)
				}
				for at := 0; at < len(x) && err == nil; at += 3 * piece {
					err = check.Add(x[at:min(len(x), at+3*piece)])
				}
				if got := text(err); got != c.want || check.Frames() != int64(first) {
					t.Errorf("got error %q after %d frames, want %q after %d", got, check.Frames(), c.want, first)
				}
			})
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestFrameCheckFull: the scale is judged by two seconds, and not at all with too few bands.
func TestFrameCheckFull(t *testing.T) {
	mel := spectral.HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)
	check, err := spectral.NewFrameCheck(mel)
	if err != nil {
		t.Fatal(err)
	}
	frames := make([]float32, 80)
	for i := range frames {
		frames[i] = float32(-90 + i)
	}
	for n := 1; n <= 200; n++ {
		if err := check.Add(frames); err != nil {
			t.Fatal(err)
		}
		if got, want := check.Full(), n >= 173; got != want { // 2*22050/256 is 172.3
			t.Fatalf("after %d frames: got full %v, want %v", n, got, want)
		}
		wrong, ok := errors.AsType[*spectral.ScaleError](check.Scale())
		if !ok || wrong.Seems != spectral.Decibels {
			t.Fatalf("after %d frames: got %v, want decibels", n, check.Scale())
		}
	}
	want := "frames seem to hold decibels (-90 to -11, mean -50.5): the model takes natural logarithms (-11.5 to 3.17)"
	if got := text(check.Scale()); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	mel.Bands = 8
	if check, err = spectral.NewFrameCheck(mel); err != nil {
		t.Fatal(err)
	}
	if err := check.Add(frames); err != nil || check.Scale() != nil {
		t.Errorf("8 bands: got %v and %v, want nothing", err, check.Scale())
	}
}

// TestLatentsCheck: a check of latents finds only NaN and infinity.
func TestLatentsCheck(t *testing.T) {
	check, err := spectral.NewFiniteCheck(64)
	if err != nil {
		t.Fatal(err)
	}
	if err := check.Add(make([]float32, 6400)); err != nil || check.Scale() != nil || !check.Full() {
		t.Errorf("got %v, %v and full %v, want nothing to find", err, check.Scale(), check.Full())
	}
	if err := check.Add(slices.Repeat([]float32{float32(math.Inf(1))}, 64)); !strings.HasPrefix(text(err), "frame 100, band 0 ") {
		t.Errorf("got error %v, want one for frame 100, band 0", err)
	}
	if _, err := spectral.NewFiniteCheck(0); err == nil {
		t.Error("0 values: got no error, want one")
	}
}
