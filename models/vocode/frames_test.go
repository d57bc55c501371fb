package vocode

import (
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/stream"
)

// TestFramesRead: a source of frames returns frames as soon as it reads them, and fails after the good ones.
func TestFramesRead(t *testing.T) {
	v := tiny(t)
	x := dsptest.Noise[float32](1, 8*20)
	x[8*12+5] = float32(math.Inf(1))
	for _, in := range []spectral.Scale{spectral.UnknownScale, spectral.Ln, spectral.Decibels} {
		for _, block := range []int{1, 5, 12, 13, 20} {
			source, err := v.Frames(stream.FromSlice(v.FrameFormat(), x), Options{MelIn: in})
			if err != nil {
				t.Fatal(err)
			}
			frames, dst := 0, make([]float32, 8*block)
			for err == nil {
				var n int
				if n, err = source.Read(dst); err == nil && in != spectral.Decibels &&
					!slices.Equal(dst[:8*n], x[8*frames:][:8*n]) {
					t.Errorf("%v in blocks of %d, from frame %d: got other values than those of the source", in, block,
						frames)
				}
				frames += n
			}
			bad, ok := errors.AsType[*spectral.FrameError](err)
			if frames != 12 || !ok || bad.Frame != 12 || bad.Band != 5 {
				t.Errorf("%v in blocks of %d: got %d frames and error %v, want 12 and one for band 5 of frame 12", in,
					block, frames, err)
			}
			if n, again := source.Read(dst); n != 0 || again != err {
				t.Errorf("after the error: got %d frames and error %v, want none and the same", n, again)
			}
		}
	}
}

// TestFramesReport: the report is made once, with the last frame of the first two seconds or with the end.
func TestFramesReport(t *testing.T) {
	v := builtin(t, spectral.Effects{})
	const second = 22050 / 256
	for name, c := range map[string]struct{ frames, at int }{"long": {3 * second, 173}, "short": {30, 30}} {
		t.Run(name, func(t *testing.T) {
			x := make([]float32, 80*c.frames)
			for i := range x {
				x[i] = float32(-60 + i%80)
			}
			reports, frames := []int{}, 0
			one := singly{stream.FromSlice(v.FrameFormat(), x)}
			source, err := v.Frames(one, Options{Report: func(*spectral.ScaleError) {
				reports = append(reports,
					min(frames+1, c.frames))
			}})
			if err != nil {
				t.Fatal(err)
			}
			for dst := make([]float32, 80); ; frames++ {
				if _, err := source.Read(dst); err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(reports, []int{c.at}) {
				t.Errorf("got reports at frames %v, want one at %d", reports, c.at)
			}
		})
	}
}

// A singly source returns one frame at a time, and then io.EOF alone.
type singly struct{ stream.Source }

func (s singly) Read(dst []float32) (int, error) { return s.Source.Read(dst[:s.Format().Channels]) }

// TestFramesConvert: an impossible conversion is an ArgError.
func TestFramesConvert(t *testing.T) {
	for _, scale := range []spectral.Scale{spectral.Normalised, 99} {
		v := tiny(t)
		_, err := v.FromFrames(stream.FromSlice(v.FrameFormat(), nil), Options{MelIn: scale})
		if _, ok := errors.AsType[*dsp.ArgError](err); !ok {
			t.Errorf("%v: got error %v, want a *dsp.ArgError", scale, err)
		}
	}
}

// BenchmarkFrames measures the check of a second of frames.
func BenchmarkFrames(b *testing.B) {
	v := builtin(b, spectral.Effects{})
	second := dsptest.Noise[float32](1, 80*86)
	dst := make([]float32, 80*32)
	for b.Loop() {
		source, err := v.Frames(stream.FromSlice(v.FrameFormat(), second),
			Options{Report: func(*spectral.ScaleError) {}})
		for err == nil {
			_, err = source.Read(dst)
		}
		if err != io.EOF {
			b.Fatal(err)
		}
	}
}
