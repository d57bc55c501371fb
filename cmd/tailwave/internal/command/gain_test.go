package command

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/level"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/testdata/reference"
)

// loudSound returns a square wave of full scale: a converter overshoots.
func loudSound(frames int) []float32 {
	x := make([]float32, frames)
	for i := range x {
		x[i] = 0.999
		if i/50%2 == 1 {
			x[i] = -0.999
		}
	}
	return x
}

// TestGain: samples are multiplied in float32 by the factor before they are encoded, for any cut and number of threads.
func TestGain(t *testing.T) {
	dir := t.TempDir()
	x := tones(3000, 2)
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 2, pcm.F32, x))
	plain := parse(t, []byte(must(t, nil, "upsample", in, "-", "--rate", "48000", "-q").out)).samples
	for _, text := range []string{"-3", "6dB", "-0.5 dB", "-120", "60DB", "0", "0dB", "1e-9"} {
		db, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimRight(text, "dDB")), 64)
		if err != nil {
			t.Fatal(err)
		}
		factor := level.FromDecibels(db)
		want := make([]float32, len(plain))
		for i, v := range plain {
			want[i] = v * factor
		}
		for _, cut := range [][]string{nil, {"--chunk", "1"}, {"--chunk", "701", "--threads", "3"}} {
			t.Run(text+"/"+strings.Join(cut, " "), func(t *testing.T) {
				o := must(t, nil, append([]string{"upsample", in, "-", "--rate", "48000", "-q", "--gain", text}, cut...)...)
				wantSamples(t, "samples", parse(t, []byte(o.out)).samples, want)
			})
		}
	}
}

// TestGainCopies: between equal rates and encodings a gain of 0 dB, or of auto where nothing is clipped, copies the
// bytes, also those that float32 cannot hold. Any other gain converts, with dither.
func TestGainCopies(t *testing.T) {
	data := make([]byte, 4*5000)
	for i := range data {
		data[i] = byte(i*i*7 + i*31)
	}
	in := writeFile(t, shortPath(t, "in.wav"), wavBytes(t, 8000, 1, pcm.S32, data))
	for _, gain := range []string{"0", "0dB", "auto"} {
		t.Run(gain, func(t *testing.T) {
			o := must(t, nil, "upsample", in, "-", "--rate", "8000", "--gain", gain)
			wantBytes(t, "samples", parse(t, []byte(o.out)).raw, data)
		})
	}
	t.Run("dither", func(t *testing.T) {
		in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 8000, 1, pcm.S16, tones(3000, 1)))
		files := map[string]string{}
		for _, d := range []string{"auto", "none", "tpdf"} {
			files[d] = must(t, nil, "upsample", in, "-", "--rate", "8000", "--gain", "-1", "--dither", d, "-q").out
		}
		if files["auto"] != files["tpdf"] || files["auto"] == files["none"] {
			t.Error("--dither auto with a gain: got other bytes than with tpdf, or those with none")
		}
	})
}

// TestGainAuto: auto lowers the level as far as avoids clipping, to the largest factor, and leaves what is not clipped
// as it is. Regular standard input can be read twice.
func TestGainAuto(t *testing.T) {
	dir := t.TempDir()
	loud := writeFile(t, filepath.Join(dir, "loud.wav"), soundBytes(t, 44100, 1, pcm.S16, loudSound(4000)))
	quiet := writeFile(t, filepath.Join(dir, "quiet.wav"), soundBytes(t, 44100, 1, pcm.S16, tones(4000, 1)))
	for _, c := range [][]string{
		{"upsample", "--rate", "48000"}, {"upsample", "--rate", "48000", "--format", "f32"},
		{"upsample", "--rate", "48000", "--format", "pcm8"}, {"upsample", "--rate", "48000", "--dither", "none"},
		{"vocode"}, {"vocode", "--raw", "s16"}, {"vocode", "--raw", "f32"}, {"vocode", "--format", "pcm24"},
	} {
		t.Run(strings.Join(c, " "), func(t *testing.T) {
			args := slices.Concat([]string{c[0], loud, "-"}, c[1:], []string{"--gain", "auto"})
			o := must(t, nil, args...)
			m := regexp.MustCompile(`, gain (-\d+\.\d\d) dB, peak (-?\d\.\d\d) dBFS\n$`).FindStringSubmatch(o.err)
			if m == nil {
				t.Fatalf("standard error: got %q, want a gain, a peak and no loss", o.err)
			}
			if peak, _ := strconv.ParseFloat(m[2], 64); peak > 0 || peak < -0.15 {
				t.Errorf("peak: got %v dBFS, want just below 0", peak)
			}
			f, err := os.Open(loud)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			args[1] = "-"
			wantBytes(t, "from standard input", must(t, f, args...).out, o.out)
			tailwave(bytes.NewReader(readFile(t, loud)), args...).wantError(t, exitUsage,
				"--gain auto reads IN twice, and standard input can be read only once: name a file, or choose a gain in decibels")
			args[1] = quiet
			if c[0] == "upsample" {
				wantBytes(t, "not clipped", must(t, nil, args...).out, must(t, nil, args[:len(args)-2]...).out)
			}
		})
	}
	t.Run("truncated", func(t *testing.T) {
		cut := writeFile(t, filepath.Join(dir, "cut.wav"), readFile(t, loud)[:6001])
		out := filepath.Join(dir, "out.wav")
		o := tailwave(nil, "upsample", cut, out, "--rate", "48000", "--gain", "auto", "--keep-partial", "-q")
		o.wantError(t, exitFailed, "what was there has been used")
		if n := len(parse(t, readFile(t, out)).samples); n == 0 {
			t.Error("got no samples, want those that were there")
		}
	})
}

// TestGainAutoInfinite: auto lowers what a finite peak asks for. Infinities are clipped at any gain, and are reported.
func TestGainAutoInfinite(t *testing.T) {
	x := []float32{0.5, 4, float32(math.Inf(1)), -2, float32(math.NaN())}
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 8000, 1, pcm.F32, x))
	o := must(t, nil, "upsample", in, "-", "--rate", "8000", "--format", "pcm16", "--dither", "none", "-q", "--gain", "auto")
	got := parse(t, []byte(o.out)).samples
	if got[1] < 0.999 || got[3] > -0.49 || got[3] < -0.51 {
		t.Errorf("got %v, want a quarter of %v", got, x)
	}
	wantParts(t, "standard error", o.err, "1 of 5 samples clipped: they are infinite, which clips at any level",
		"1 of 5 samples is NaN, written as 0: look for NaN, infinity or values that are too large in "+in)
}

// TestGainErrors: values out of range, and auto where the sound cannot be computed twice, are wrong usage.
func TestGainErrors(t *testing.T) {
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 8000, 1, pcm.S16, tones(300, 1)))
	for _, gain := range []string{"", "loud", "61", "-120.1", "NaN", "inf", "3dBFS", "dB", "Auto"} {
		t.Run(fmt.Sprintf("%q", gain), func(t *testing.T) {
			want := fmt.Sprintf("--gain %q: must be decibels from -120 to 60, such as -3 or 6dB, or auto", gain)
			tailwave(nil, "upsample", in, "-", "--rate", "9000", "--gain", gain).wantError(t, exitUsage, want)
			tailwave(nil, "vocode", in, "-", "--gain", gain).wantError(t, exitUsage, want)
			tailwave(nil, "codec", "decode", in, "-", "--model", "x", "--gain", gain).wantError(t, exitUsage, want)
		})
	}
	t.Run("play", func(t *testing.T) {
		on(&soundless{channels: 2}, nil, "vocode", in, "--play", "--gain", "auto").wantError(t, exitUsage, "does not go with --play")
	})
}

// TestLoss: clipped samples are reported with --quiet, once, and the gain that the line names avoids them.
func TestLoss(t *testing.T) {
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 44100, 1, pcm.S16, loudSound(4000)))
	suggested := regexp.MustCompile(`^tailwave: standard output: \d+ of \d+ samples clipped: lower the level with --gain (-?[\d.]+dB) or --gain auto\n$`)
	for _, c := range [][]string{
		{"upsample", "--rate", "48000"}, {"upsample", "--rate", "48000", "--gain", "6"},
		{"upsample", "--rate", "48000", "--format", "pcm8"}, {"vocode"}, {"vocode", "--raw", "s16"}, {"vocode", "--format", "pcm32"},
	} {
		t.Run(strings.Join(c, " "), func(t *testing.T) {
			args := slices.Concat([]string{c[0], in, "-", "-q"}, c[1:])
			o := must(t, nil, args...)
			m := suggested.FindStringSubmatch(o.err)
			if m == nil {
				t.Fatalf("standard error: got %q, want a match of %v", o.err, suggested)
			}
			must(t, nil, append(args, "--gain", m[1])...).wantDone(t)
			piped := must(t, bytes.NewReader(readFile(t, in)), slices.Concat([]string{c[0], "-", "-", "-q"}, c[1:])...)
			if want := "with --gain " + m[1] + "\n"; !strings.HasSuffix(piped.err, want) {
				t.Errorf("from a pipe: got %q, want %q at its end", piped.err, want)
			}
		})
	}
	t.Run("play", func(t *testing.T) {
		o := on(&soundless{channels: 2}, nil, "play", in, "--rate", "48000", "--format", "s16", "-q")
		if !strings.HasPrefix(o.err, "tailwave: nowhere: ") || !strings.Contains(o.err, " samples clipped: play with --format f32, or ") {
			t.Errorf("standard error: got %q, want clipped samples and what to do", o.err)
		}
		on(&soundless{channels: 2}, nil, "play", in, "--rate", "48000", "-q").wantDone(t)
	})
	t.Run("vocode --play", func(t *testing.T) {
		o := on(&soundless{channels: 2}, nil, "vocode", in, "--play", "-q")
		if !regexp.MustCompile(`^tailwave: nowhere: \d+ samples clipped: lower the level with --gain -[\d.]+dB\n$`).MatchString(o.err) {
			t.Errorf("standard error: got %q, want clipped samples and a gain in decibels", o.err)
		}
	})
}

// TestLossCases: the files of others' bug reports.
func TestLossCases(t *testing.T) {
	square := reference.File(t, "cases", "wav", "fs_square.wav")
	for _, rest := range [][]string{{"-q"}, nil} {
		o := must(t, nil, append([]string{"upsample", square, "-", "--rate", "48000"}, rest...)...)
		if n := strings.Count(o.err, "2402"); n != 1 {
			t.Errorf("%v: got %q, want 2402 in it once", rest, o.err)
		}
	}
	nan := reference.File(t, "cases", "wav", "float_nan.wav")
	for _, rest := range [][]string{{"-q"}, {"-q", "--raw"}} {
		o := must(t, nil, append([]string{"mel", nan, filepath.Join(t.TempDir(), "out")}, rest...)...)
		wantParts(t, "standard error of mel", o.err, "out: 5 of 8 frames contain NaN: look for NaN, infinity or values that are too large in "+nan+"\n")
	}
	must(t, nil, "mel", square, filepath.Join(t.TempDir(), "out"), "-q").wantDone(t)
}
