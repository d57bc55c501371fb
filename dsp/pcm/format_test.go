package pcm

import (
	"fmt"
	"math"
	"testing"
)

func TestFormatNames(t *testing.T) {
	want := map[string]int{"pcm8": 1, "pcm16": 2, "pcm24": 3, "pcm32": 4, "f32": 4, "f64": 8}
	if len(want) != len(allFormats) {
		t.Errorf("got %d formats, want %d", len(allFormats), len(want))
	}
	for name, size := range want {
		t.Run(name, func(t *testing.T) {
			f, err := Parse(name)
			if err != nil {
				t.Fatalf("Parse(%q): got error %v, want none", name, err)
			}
			if f.String() != name {
				t.Errorf("String: got %q, want %q", f, name)
			}
			if f.Bytes() != size {
				t.Errorf("Bytes: got %d, want %d", f.Bytes(), size)
			}
			if want := name[0] == 'f'; f.Float() != want {
				t.Errorf("Float: got %v, want %v", f.Float(), want)
			}
			if !f.Valid() {
				t.Error("Valid: got false, want true")
			}
		})
	}
}

func TestParseRejects(t *testing.T) {
	for _, name := range []string{"", "pcm12", "PCM16", "Format(0)"} {
		t.Run(fmt.Sprintf("%q", name), func(t *testing.T) {
			want := fmt.Sprintf("sample format %q: use pcm8, pcm16, pcm24, pcm32, f32 or f64", name)
			if f, err := Parse(name); err == nil || err.Error() != want {
				t.Errorf("got %v and error %v, want error %q", f, err, want)
			}
		})
	}
}

// TestInvalidFormats: an invalid format has no size, NewEncoder rejects it, and Decode decodes nothing.
func TestInvalidFormats(t *testing.T) {
	for _, f := range []Format{-1, 0, F64 + 1} {
		t.Run(f.String(), func(t *testing.T) {
			if f.Valid() || f.Bytes() != 0 || f.Float() {
				t.Errorf("got valid %v, %d bytes, float %v; want false, 0, false", f.Valid(), f.Bytes(), f.Float())
			}
			const choice = "choose pcm.U8, pcm.S16, pcm.S24, pcm.S32, pcm.F32 or pcm.F64"
			want := fmt.Sprintf("unknown sample format %d: %s", int(f), choice)
			if f == 0 {
				want = "no sample format is set: " + choice
			}
			if err := f.Validate(); err == nil || err.Error() != want {
				t.Errorf("Validate: got error %v, want %q", err, want)
			}
			if _, err := NewEncoder(f, 1, false); err == nil || err.Error() != want {
				t.Errorf("NewEncoder: got error %v, want %q", err, want)
			}
			if n := Decode(make([]float32, 4), make([]byte, 32), f); n != 0 {
				t.Errorf("Decode: got %d samples, want 0", n)
			}
		})
	}
}

// TestUnclipped: samples up to the limit are not clipped, with any noise. Without dither, those above it are.
func TestUnclipped(t *testing.T) {
	for _, f := range allFormats {
		for _, dither := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v/dither %v", f, dither), func(t *testing.T) {
				limit := f.Unclipped(dither)
				bits := float64(8 * f.Bytes())
				want := float32(1 - math.Exp2(1-bits))
				switch {
				case f.Float():
					want = 1
				case f == S32:
					want = 1 - 1.0/(1<<24) // the float32 below 1
				case dither:
					want = float32(1 - math.Exp2(2-bits))
				}
				if limit != want {
					t.Errorf("got %v, want %v", limit, want)
				}
				clipped := func(x float32) int64 {
					e, err := NewEncoder(f, 1, dither)
					if err != nil {
						t.Fatal(err)
					}
					src := make([]float32, 1<<14)
					for i := range src {
						src[i] = x
						if i%2 == 1 {
							src[i] = -x
						}
					}
					e.Encode(nil, src)
					return e.Stats().Clipped
				}
				if n := clipped(limit); n != 0 {
					t.Errorf("at the limit: got %d samples clipped, want none", n)
				}
				if n := clipped(1.01); (n > 0) == f.Float() {
					t.Errorf("above it: got %d samples clipped, want some: %v", n, !f.Float())
				}
			})
		}
	}
	if got := Format(0).Unclipped(true); got != 1 {
		t.Errorf("no format: got %v, want 1", got)
	}
}
