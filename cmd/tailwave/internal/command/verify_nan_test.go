package command

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestVerifyNaN: a NaN or an infinity in IN is no failure. Its place is reported, and what it spoils is left out of the
// comparison with the sums.
func TestVerifyNaN(t *testing.T) {
	dir := t.TempDir()
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	kernel := npyFile(t, filepath.Join(dir, "k.npy"), "(7,)", []float64{1, 2, 3, 4, 3, 2, 1})
	all := map[int]float32{}
	for i := range 2 * 4000 {
		all[i] = nan
	}
	for name, c := range map[string]struct {
		values map[int]float32
		says   []string
		sums   string
	}{
		"one NaN":  {map[int]float32{2 * 100: nan}, []string{"\nNaN        frame 100 of IN (channel 1)\n"}, " samples left out, which NaN or infinity spoils\n"},
		"ends":     {map[int]float32{0: nan, 7999: nan}, []string{"\nNaN        2 samples of IN, the first in frame 0 (channel 1), the last in frame 3999 (channel 2)\n"}, " left out, "},
		"infinity": {map[int]float32{2*3000 + 1: inf}, []string{"\ninfinity   frame 3000 of IN (channel 2)\n"}, " left out, "},
		"both":     {map[int]float32{9: inf, 10: nan}, []string{"\nNaN        frame 5 of IN (channel 1)\n", "\ninfinity   frame 4 of IN (channel 2)\n"}, " left out, "},
		"only NaN": {all, []string{"\nNaN        8000 samples of IN, "}, "sums       not compared: NaN or infinity spoils all "},
		"neither":  {nil, nil, "and rounding to float32\n"},
	} {
		x := tones(4000, 2)
		for i, v := range c.values {
			x[i] = v
		}
		in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 8000, 2, pcm.F32, x))
		for way, args := range map[string][]string{
			"rate": {"--rate", "11025"}, "filter": {"--filter", kernel, "--stride", "2"}, "builtin": {"--model", "builtin"},
		} {
			t.Run(name+"/"+way, func(t *testing.T) {
				o := must(t, nil, append([]string{"verify", in, "--runs", "2"}, args...)...)
				wantParts(t, "standard output", o.out, "no bit differs\n")
				wantParts(t, "standard output", o.out, c.says...)
				if way == "rate" {
					wantParts(t, "standard output", o.out, c.sums)
				}
			})
		}
	}
}

// TestVerifyNaNCase: the file of others' bug report.
func TestVerifyNaNCase(t *testing.T) {
	o := must(t, nil, "verify", reference.File(t, "cases", "wav", "float_nan.wav"), "--rate", "48000", "--runs", "2")
	wantParts(t, "standard output", o.out, "NaN        frame 100 of IN (channel 1)\n",
		"; 771 of 4800 samples left out, which NaN or infinity spoils\n", "no bit differs\n")
}
