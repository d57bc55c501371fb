package resample

import (
	"fmt"
	"math"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// TestReference compares streams at every kernel level with code that has no stream state.
func TestReference(t *testing.T) {
	for _, rates := range append([][2]int{{44100, 44101}, {32000, 48000}, {48000, 32000}}, ratePairs...) {
		for _, q := range qualities {
			for _, level := range kernel.Levels() {
				t.Run(fmt.Sprintf("%s, %v, %v", pair(rates), q, level), func(t *testing.T) {
					r := atLevel(newConverter(t, rates, 2, Filter{Quality: q}), level)
					s := r.Shape()
					for _, n := range []int{1, 2, 301, 4000} {
						src := dsptest.Noise[float32](uint64(n), 2*n)
						want, err := r.Reference(src)
						if err != nil {
							t.Fatal(err)
						}
						got := whole(r, src)
						if i := dsptest.FirstDifference(got, want); i >= 0 {
							t.Errorf("%d frames: %d values, want %d, differ at %d", n, len(got), len(want), i)
						}
						if frames := (n*s.Up + s.Down - 1) / s.Down; len(got) != 2*frames {
							t.Errorf("%d frames: got %d frames, want %d", n, len(got)/2, frames)
						}
					}
				})
			}
		}
	}
}

// TestReferenceKeepsStream calls Reference and Direct in the middle of a stream, and for no frames at all.
func TestReferenceKeepsStream(t *testing.T) {
	for _, channels := range []int{1, 3, 4} {
		t.Run(fmt.Sprintf("%d channels", channels), func(t *testing.T) {
			r := newConverter(t, [2]int{44100, 48000}, channels, Filter{Quality: Fast})
			src := dsptest.Noise[float32](4, 3000*channels)
			want := whole(r, src)
			r.Reset()
			got := r.Process(nil, src[:1500*channels])
			reference, err := r.Reference(src)
			if err != nil {
				t.Fatal(err)
			}
			if i := dsptest.FirstDifference(reference, want); i >= 0 {
				t.Errorf("Reference: %d values, want %d, differ at %d", len(reference), len(want), i)
			}
			if _, err := r.Direct(src); err != nil {
				t.Fatal(err)
			}
			got = r.Flush(r.Process(got, src[1500*channels:]))
			if i := dsptest.FirstDifference(got, want); i >= 0 {
				t.Errorf("stream after Reference: %d values, want %d, differ at %d", len(got), len(want), i)
			}
			if empty, err := r.Reference(nil); len(empty) > 0 || err != nil {
				t.Errorf("Reference of no frames: got %d values and error %v, want none", len(empty), err)
			}
		})
	}
}

func TestReferenceRejects(t *testing.T) {
	src := make([]float32, 100)
	for _, c := range []struct {
		name  string
		rates [2]int
		f     Filter
		call  func(r *Converter) error
		arg   string
		text  string // of the whole error; "" for that of the ArgError
	}{
		{"part of a frame", [2]int{44100, 48000}, Filter{Quality: Fast},
			func(r *Converter) error { _, err := r.Reference(src[:99]); return err }, "input length", ""},
		{"part of a frame, long filter", [2]int{192000, 1000}, Filter{Quality: Fast},
			func(r *Converter) error { _, err := r.Reference(src[:99]); return err }, "input length", ""},
		{"part of a frame, by the definition", [2]int{44100, 48000}, Filter{Quality: Fast},
			func(r *Converter) error { _, err := r.Direct(src[:99]); return err }, "input length", ""},
		{"part of a frame, equal rates", [2]int{48000, 48000}, Filter{Quality: Fast},
			func(r *Converter) error { _, err := r.Reference(src[:99]); return err }, "input length", ""},
		{"part of a frame, equal rates, by the definition", [2]int{48000, 48000}, Filter{Quality: Fast},
			func(r *Converter) error { _, err := r.Direct(src[:99]); return err }, "input length", ""},
		{"long interpolated filter", [2]int{100003, 1001}, Filter{Quality: Fast},
			func(r *Converter) error { _, err := r.Reference(src); return err }, "ratio",
			"the ratio 1001/100003 has no table of coefficients (its terms are large: more than 1048576 taps)"},
		{"interpolated filter, by the definition", [2]int{44100, 44101}, Filter{Quality: Fast},
			func(r *Converter) error { _, err := r.Direct(src); return err }, "ratio",
			"the ratio 44101/44100 has no table of coefficients (its terms are large: more than 1048576 taps)"},
		{"minimum phase, by the definition", [2]int{44100, 48000}, Filter{MinimumPhase: true},
			func(r *Converter) error { _, err := r.Direct(src); return err }, "ratio",
			"the ratio 160/147 has no table of coefficients (the filter has minimum phase)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.call(newConverter(t, c.rates, 2, c.f))
			checkArgError(t, err, c.arg)
			if c.text != "" && (err == nil || err.Error() != c.text) {
				t.Errorf("got error %v, want %q", err, c.text)
			}
		})
	}
}

// TestDirect compares blocks with the sums of the definition, for every kind of plan, length of the input, and filter.
// The largest input sample is 1.
func TestDirect(t *testing.T) {
	filters := []Filter{{Quality: Best}, {Quality: High}, {Quality: Fast}, {Bandwidth: 0.90}, {Bandwidth: 0.995}}
	for _, rates := range append([][2]int{
		{48000, 192000}, {44100, 192000}, {32000, 48000}, {48000, 32000}, {44100, 22050}, {8000, 1000}, {7000, 1000},
		{192000, 16000},
	}, ratePairs...) {
		for _, f := range filters {
			t.Run(fmt.Sprintf("%s, %+v", pair(rates), f), func(t *testing.T) {
				r := newConverter(t, rates, 1, f)
				for _, n := range []int{1, 2, 301, 5000} {
					if n == 5000 && f != (Filter{}) {
						continue
					}
					src := dsptest.Noise[float32](uint64(n), n)
					want, err := r.Direct(src)
					if err != nil {
						t.Fatal(err)
					}
					got, err := r.reference(src)
					if err != nil {
						t.Fatal(err)
					}
					d := worst(t, got, want)
					if n == 5000 {
						t.Logf("off by %.1e", d)
					}
					if !(d <= 1e-9) {
						t.Errorf("%d frames: off by %g, want at most 1e-9", n, d)
					}
				}
			})
		}
	}
}

// TestInterpolatedDefinition compares Converters whose coefficients are interpolated with sums of the documented
// filter.
func TestInterpolatedDefinition(t *testing.T) {
	for q, c := range responses {
		gain := kaiserGain(q, 512)
		for _, rates := range [][2]int{{44100, 44101}, {48000, 47999}, {31013, 100003}, {100003, 31013}} {
			t.Run(fmt.Sprintf("%s, %v", pair(rates), q), func(t *testing.T) {
				const n = 400
				src := dsptest.Noise[float32](9, n)
				r := newConverter(t, rates, 1, Filter{Quality: q})
				if h := r.Coefficients(); h != nil {
					t.Fatalf("got %d coefficients, want none because they are interpolated", len(h))
				}
				got := whole(r, src)
				up, down := r.Shape().Up, r.Shape().Down
				den := max(up, down)
				scale := float64(up) / float64(den) * 512 / gain
				frames := (n*up + down - 1) / down
				if len(got) != frames {
					t.Fatalf("got %d frames, want %d", len(got), frames)
				}
				for k := 0; k < frames; k += 1 + frames/100 {
					want := 0.0
					for i, v := range src {
						if m := k*down - i*up; m > -c.half*den && m < c.half*den {
							want += float64(v) * scale * kaiserSinc(q, float64(m)/float64(den))
						}
					}
					// 1e-9 on top of the rounding to float32.
					ulp := math.Nextafter32(float32(math.Abs(want)), 10) - float32(math.Abs(want))
					if d := math.Abs(float64(got[k]) - want); !(d <= float64(ulp)/2+1e-9) {
						t.Fatalf("frame %d: got %g, want %g", k, got[k], want)
					}
				}
			})
		}
	}
}
