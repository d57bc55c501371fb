package verify

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
)

var (
	nan32 = float32(math.NaN())
	inf32 = float32(math.Inf(1))
)

// spoiledInputs are streams of two channels with values that are not finite, by sample.
var spoiledInputs = map[string]map[int]float32{
	"one NaN":               {2 * 100: nan32},
	"second channel":        {2*2500 + 1: nan32},
	"first and last frame":  {0: nan32, 2*2999 + 1: nan32},
	"neighbours":            {2 * 700: nan32, 2*700 + 1: nan32, 2 * 701: nan32},
	"infinity":              {2 * 1500: inf32},
	"negative infinity":     {2*1500 + 1: -inf32},
	"infinities and a NaN":  {2 * 1500: inf32, 2 * 1501: -inf32, 2 * 2600: nan32},
	"all of one channel":    every(2, nan32),
	"all":                   every(1, nan32),
	"infinite all the time": every(1, inf32),
}

// inputs returns the spoiledInputs, with -short only two of them, because creating converters is slow under the race
// detector.
func inputs() map[string]map[int]float32 {
	if !testing.Short() {
		return spoiledInputs
	}
	few := map[string]map[int]float32{}
	for _, name := range []string{"first and last frame", "infinities and a NaN"} {
		few[name] = spoiledInputs[name]
	}
	return few
}

// every returns a value at each step-th sample of 3000 frames.
func every(step int, v float32) map[int]float32 {
	m := map[int]float32{}
	for i := 0; i < 2*3000; i += step {
		m[i] = v
	}
	return m
}

// spoiledInput returns noise with other values in some samples.
func spoiledInput(values map[int]float32) *stream.Buffer {
	in := noise(3000)
	for i, v := range values {
		in.Samples[i] = v
	}
	return in
}

// TestSumsNonFinite: exactly the samples that the converter calls spoiled are left out, and the others are within the
// limit. An error in any other sample is found, also next to a spoiled one.
func TestSumsNonFinite(t *testing.T) {
	for _, rates := range [][2]int{{8000, 11025}, {48000, 16000}, {19200, 600}, {8000, 8000}} {
		r, err := resample.New(rates[0], rates[1], 2, resample.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		for name, values := range inputs() {
			t.Run(fmt.Sprintf("%d to %d Hz/%s", rates[0], rates[1], name), func(t *testing.T) {
				in := spoiledInput(values)
				got, err := Whole(in, stream.Stage{Processor: r})
				if err != nil {
					t.Fatal(err)
				}
				spoiled := make([]bool, len(got.Samples))
				n := int64(0)
				for i := range values {
					first, end := r.Spoiled(int64(i / 2))
					for k := first; k < min(end, int64(len(got.Samples)/2)); k++ {
						if at := int(2*k) + i%2; !spoiled[at] {
							spoiled[at] = true
							n++
						}
					}
				}
				d, err := Sums(r, in.Samples, got.Samples)
				if err != nil || !d.Within() || d.Spoiled != n || d.Limit > 4e-9 {
					t.Errorf("got %+v and error %v, want one within a finite limit, %d samples left out", d, err, n)
				}
				want, err := r.Direct(in.Samples)
				if err != nil {
					t.Fatal(err)
				}
				for i := range got.Samples {
					edge := i < 2 || i >= len(spoiled)-2 || spoiled[i] != spoiled[i-2] || spoiled[i] != spoiled[i+2]
					if !edge && i%2499 != 0 {
						continue
					}
					off := slices.Clone(got.Samples)
					off[i] = 3
					if d, err := Sums(known{r, want}, in.Samples, off); err != nil || d.Within() != spoiled[i] {
						t.Fatalf("sample %d is wrong: got %+v and error %v, want it within the limit: %v",
							i, d, err, spoiled[i])
					}
				}
			})
		}
	}
}

// known keeps the sums of a converter, so that they are computed once.
type known struct {
	Spoiler
	sums []float64
}

func (k known) Direct([]float32) ([]float64, error) { return k.sums, nil }

// plainDirect has no method Spoiled.
type plainDirect struct{ r *resample.Converter }

func (p plainDirect) Direct(src []float32) ([]float64, error) { return p.r.Direct(src) }

// TestSumsWithoutSpoiler: without a Spoiler nothing is left out. A NaN equals a NaN, and an infinity one of its sign.
func TestSumsWithoutSpoiler(t *testing.T) {
	r, err := resample.New(8000, 8000, 1, resample.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	src := []float32{1, nan32, inf32, -inf32, math.MaxFloat32}
	for name, c := range map[string]struct {
		got    []float32
		within bool
	}{
		"the same":         {src, true},
		"NaN elsewhere":    {[]float32{nan32, nan32, inf32, -inf32, math.MaxFloat32}, false},
		"a number for NaN": {[]float32{1, 2, inf32, -inf32, math.MaxFloat32}, false},
		"other infinity":   {[]float32{1, nan32, -inf32, -inf32, math.MaxFloat32}, false},
		"infinity":         {[]float32{1, nan32, inf32, -inf32, inf32}, false},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Sums(plainDirect{r}, src, c.got)
			if err != nil || d.Within() != c.within || d.Spoiled != 0 {
				t.Errorf("got %+v and error %v, want it within: %v, nothing left out", d, err, c.within)
			}
		})
	}
}

// TestNonFiniteBits: with NaN and infinities in the input, converters and layers emit the same bits in one chunk, in
// several, and in their one-shot form.
func TestNonFiniteBits(t *testing.T) {
	converter := func(in, out int, f resample.Filter) func(...dsp.Option) ([]stream.Stage, error) {
		return func(o ...dsp.Option) ([]stream.Stage, error) {
			r, err := resample.New(in, out, 2, f, o...)
			return []stream.Stage{{Name: "resample", Processor: r}}, err
		}
	}
	for name, newStages := range map[string]func(...dsp.Option) ([]stream.Stage, error){
		"interpolated":    converter(8000, 11025, resample.Filter{}),
		"multiple":        converter(8000, 24000, resample.Filter{Quality: resample.Fast}),
		"minimum phase":   converter(8000, 7350, resample.Filter{MinimumPhase: true}),
		"sums":            converter(8000, 200, resample.Filter{}),
		"equal rates":     converter(8000, 8000, resample.Filter{}),
		"two layers":      upsampler(t),
		"float64 kernels": float64Filter(t),
	} {
		for kind, values := range inputs() {
			t.Run(name+"/"+kind, func(t *testing.T) {
				in := spoiledInput(values)
				s, err := newStages()
				if err != nil {
					t.Fatal(err)
				}
				want := whole(t, in, newStages)
				defined, err := Reference(in, s...)
				if err != nil {
					t.Fatal(err)
				}
				if d := Compare(want.Format.Channels, want.Samples, defined.Samples); !d.Identical() {
					t.Errorf("whole against reference: got %v, want identical", d)
				}
				for _, c := range []Chunks{{MaxFrames: 77, BlockFrames: 64, Threads: 3}, {MaxFrames: 1000, BlockFrames: 501}} {
					if d, err := Against(t.Context(), Chunked(in, newStages, c), want); err != nil || !d.Identical() {
						t.Errorf("%+v: got %v and error %v, want identical", c, d, err)
					}
				}
			})
		}
	}
}

// float64Filter returns a stage that convolves two channels in float64.
func float64Filter(t *testing.T) func(...dsp.Option) ([]stream.Stage, error) {
	t.Helper()
	g := layer.TransposeGeometry{In: 2, Out: 2, Groups: 2, Kernel: 3, Stride: 2}
	l, err := layer.NewConvTranspose1D(g, []float64{1, 2, 3, 4, 5, 6}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return func(...dsp.Option) ([]stream.Stage, error) {
		return []stream.Stage{{Processor: layer.AsFloat32(l)}}, nil
	}
}

// TestNonFinite: NaNs and infinities are found, with their places.
func TestNonFinite(t *testing.T) {
	b := func(channels int, samples ...float32) *stream.Buffer {
		return &stream.Buffer{Format: stream.Format{Rate: stream.Hz(8000), Channels: channels}, Samples: samples}
	}
	for _, c := range []struct {
		name             string
		in               *stream.Buffer
		nans, infinities string
	}{
		{"empty", b(2), "no sample of IN", "no sample of IN"},
		{"finite", b(2, 0, 1, -math.MaxFloat32, 1e-45), "no sample of IN", "no sample of IN"},
		{"one", b(1, 0, 0, nan32), "frame 2 of IN (channel 1)", "no sample of IN"},
		{"both", b(2, 0, -inf32, nan32, 0, 5, inf32), "frame 1 of IN (channel 1)",
			"2 samples of IN, the first in frame 0 (channel 2), the last in frame 2 (channel 2)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			nans, infinities := NonFinite(c.in)
			if got := nans.In("IN"); got != c.nans {
				t.Errorf("NaNs: got %q, want %q", got, c.nans)
			}
			if got := infinities.In("IN"); got != c.infinities {
				t.Errorf("infinities: got %q, want %q", got, c.infinities)
			}
		})
	}
}
