package command

import (
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/dsp/pcm"
)

// convolved is the definition: the transposed convolution of one channel without any trim. The trim is done here.
func convolved[T dsp.Float](t *testing.T, kernel []T, stride, decimate int, same bool, x []float32) []float32 {
	t.Helper()
	wide := make([]T, len(x))
	for i, v := range x {
		wide[i] = T(v)
	}
	g := layer.TransposeGeometry{In: 1, Out: 1, Kernel: len(kernel), Stride: stride}
	l, err := layer.NewConvTranspose1D(g, kernel, nil)
	if err != nil {
		t.Fatal(err)
	}
	full, err := l.Reference(wide)
	if err != nil {
		t.Fatal(err)
	}
	for len(full) < len(x)*stride { // a stride for each frame, also where the kernel is shorter
		full = append(full, 0)
	}
	if same { // both sides are trimmed, the odd sample from the right
		left := max(0, len(kernel)-stride) / 2
		full = full[left:][:len(x)*stride]
	}
	var out []float32
	for i := 0; i < len(full); i += decimate {
		out = append(out, float32(full[i]))
	}
	return out
}

// checkFilter compares the program's output with convolved. The kernel's array has a shape with a %d for the taps.
func checkFilter[T dsp.Float](t *testing.T, taps, stride, decimate, channels int, same bool, shape string) {
	t.Helper()
	dir := t.TempDir()
	const frames = 90
	x := tones(frames, channels)
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 48000, channels, pcm.F32, x))
	kernel := dsptest.Noise[T](uint64(taps), taps)
	path := npyFile(t, filepath.Join(dir, "k.npy"), fmt.Sprintf(shape, taps), kernel)
	args := []string{"upsample", in, "-", "--filter", path, "--stride", strconv.Itoa(stride), "--chunk", "13"}
	if decimate > 1 {
		args = append(args, "--decimate", strconv.Itoa(decimate))
	}
	if !same {
		args = append(args, "--padding", "valid")
	}
	got := parse(t, []byte(must(t, nil, args...).out))
	if rate := int64(48000 * stride / decimate); got.Rate != rate || got.Channels != channels {
		t.Errorf("header: got %d Hz, %d channels, want %d Hz, %d channels", got.Rate, got.Channels, rate, channels)
	}
	for c := range channels {
		var one, filtered []float32
		for i := c; i < len(x); i += channels {
			one = append(one, x[i])
		}
		for i := c; i < len(got.samples); i += channels {
			filtered = append(filtered, got.samples[i])
		}
		what := fmt.Sprintf("%T kernel, channel %d", kernel, c)
		wantSamples(t, what, filtered, convolved(t, kernel, stride, decimate, same, one))
	}
}

// TestFilter: a user's kernel is convolved as defined, also if it is shorter than the stride, longer than three
// strides, has an odd trim or one tap.
func TestFilter(t *testing.T) {
	for _, c := range []struct{ taps, stride, decimate int }{
		{1, 1, 1}, {1, 3, 1}, {4, 2, 1}, {5, 2, 1}, {2, 5, 1}, {16, 5, 1}, {31, 3, 2}, {20, 1, 4}, {7, 1, 1},
	} {
		for _, channels := range []int{1, 2} {
			for _, same := range []bool{true, false} {
				name := fmt.Sprintf("%d taps/%d to %d/%d channels/same %v", c.taps, c.stride, c.decimate, channels, same)
				t.Run(name, func(t *testing.T) {
					checkFilter[float32](t, c.taps, c.stride, c.decimate, channels, same, "(%d,)")
					checkFilter[float64](t, c.taps, c.stride, c.decimate, channels, same, "(%d, 1, 1)")
				})
			}
		}
	}
}

// TestFilterPrecision: a float64 kernel is not computed in float32.
func TestFilterPrecision(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 48000, 1, pcm.F32, []float32{1, 1}))
	// 2^30 + 1 - 2^30 is 1 in float64 and 0 in float32. The first output sums no two taps, the second two.
	wide := npyFile(t, filepath.Join(dir, "f64.npy"), "(2,)", []float64{-1 << 30, 1<<30 + 1})
	narrow := npyFile(t, filepath.Join(dir, "f32.npy"), "(2,)", []float32{-1 << 30, 1<<30 + 1})
	for path, want := range map[string]float32{wide: 1, narrow: 0} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			o := must(t, nil, "upsample", in, "-", "--filter", path, "--padding", "valid")
			if got := parse(t, []byte(o.out)).samples; len(got) != 3 || got[1] != want {
				t.Errorf("got samples %v, want 3 with %v in the middle", got, want)
			}
		})
	}
}
