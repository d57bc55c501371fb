package dsp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

func TestMapContract(t *testing.T) {
	for name, c := range map[string]struct {
		in, out int
		fn      func(dst, src []float32)
	}{
		"gain": {2, 2, func(dst, src []float32) {
			for i, v := range src {
				dst[i] = 0.5 * v
			}
		}},
		"more channels": {1, 3, func(dst, src []float32) {
			for i := range dst {
				dst[i] = src[i/3]
			}
		}},
		"fewer channels": {3, 1, func(dst, src []float32) {
			for i := range dst {
				dst[i] = src[3*i+1]
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] { return dsp.Map(c.in, c.out, c.fn) },
				Reference: func(src []float32) (out []float32) {
					for ; len(src) > 0; src = src[c.in:] { // frame by frame
						frame := make([]float32, c.out)
						c.fn(frame, src[:c.in])
						out = append(out, frame...)
					}
					return out
				},
				Frames: 50,
			})
		})
	}
}

func TestMapPanics(t *testing.T) {
	fn := func(dst, src []float32) {}
	for name, call := range map[string]func(){
		"no input channel":  func() { dsp.Map(0, 1, fn) },
		"no output channel": func() { dsp.Map(1, 0, fn) },
		"too many channels": func() { dsp.Map(1, 1<<30+1, fn) },
		"no function":       func() { dsp.Map(1, 1, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				const want = "dsp: Map needs from 1 to 2^30 channels"
				if got := fmt.Sprint(recover()); !strings.HasPrefix(got, want) {
					t.Errorf("panic with %q, want it to begin with %q", got, want)
				}
			}()
			call()
		})
	}
}

func TestMixdownContract(t *testing.T) {
	for _, channels := range []int{1, 2, 3} {
		t.Run(fmt.Sprintf("%d channels", channels), func(t *testing.T) {
			dsptest.Check(t, dsptest.Contract[float32]{
				New: dsptest.New(func() (dsp.Processor, error) { return dsp.NewMixdown(channels) }),
				Reference: func(src []float32) []float32 {
					out := make([]float32, len(src)/channels)
					for i := range out {
						sum := 0.0
						for _, v := range src[i*channels:][:channels] {
							sum += float64(v)
						}
						out[i] = float32(sum / float64(channels))
					}
					return out
				},
				Frames: 50,
			})
		})
	}
}

func TestMixdownMeans(t *testing.T) {
	m, err := dsp.NewMixdown(3)
	if err != nil {
		t.Fatal(err)
	}
	got, want := m.Process(nil, []float32{1, 2, 6, -1, 0, 0.5}), []float32{3, -0.5 / 3}
	if !slices.Equal(got, want) {
		t.Errorf("means %v, want %v", got, want)
	}
}

// TestMixdownOwner: the error for a second owner says how to create another mixdown.
func TestMixdownOwner(t *testing.T) {
	p, err := dsp.NewMixdown(2)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.(dsp.Owned).Acquire(); err != nil {
		t.Fatal(err)
	}
	const want = "create one per pipeline with dsp.NewMixdown"
	if err := p.(dsp.Owned).Acquire(); err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got error %v, want one that ends in %q", err, want)
	}
}

func TestMixdownErrors(t *testing.T) {
	for _, channels := range []int{-1, 0, 1<<30 + 1} {
		t.Run(fmt.Sprintf("%d channels", channels), func(t *testing.T) {
			want := fmt.Sprintf("channels is %d, must be from 1 to 1073741824", channels)
			if _, err := dsp.NewMixdown(channels); err == nil || err.Error() != want {
				t.Errorf("error %v, want %q", err, want)
			}
		})
	}
}
