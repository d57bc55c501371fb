package command

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream/wav"
	"github.com/tailwave/tailwave/testdata/reference"
)

var encodings = []pcm.Format{pcm.U8, pcm.S16, pcm.S24, pcm.S32, pcm.F32, pcm.F64}

// TestUpsampleIsTheConverter: the file holds the samples of one call of the converter. n frames become ceil(n*L/M).
func TestUpsampleIsTheConverter(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ in, out int }{
		{44100, 48000}, {48000, 44100}, {96000, 44100}, {8000, 48000},
		{44100, 44101}, {44101, 44100}, {1000, 768000}, {768000, 1000},
	} {
		for _, frames := range []int{0, 1, 2, 301} {
			for _, q := range []string{"fast", "high", "best"} {
				if q != "fast" && frames != 301 {
					continue
				}
				t.Run(fmt.Sprintf("%d to %d Hz/%d frames/%s", c.in, c.out, frames, q), func(t *testing.T) {
					quality, err := resample.ParseQuality(q)
					if err != nil {
						t.Fatal(err)
					}
					channels := 1 + frames%2
					x := tones(frames, channels)
					in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, c.in, channels, pcm.F32, x))
					out := filepath.Join(dir, "out.wav")
					must(t, nil, "upsample", in, out, "--rate", strconv.Itoa(c.out), "--quality", q, "--force")
					got := parse(t, readFile(t, out))
					want := (frames*c.out + c.in - 1) / c.in
					if len(got.samples) != want*channels {
						t.Errorf("got %d samples, want %d frames of %d channels", len(got.samples), want, channels)
					}
					if got.Rate != int64(c.out) || got.Channels != channels || got.Encoding != pcm.F32 {
						t.Errorf("header: got %+v, want %d Hz, %d channels, %v", got.Info, c.out, channels, pcm.F32)
					}
					wantSamples(t, "samples", got.samples, resampled(t, c.in, c.out, channels, quality, x))
				})
			}
		}
	}
}

// TestNeitherChunksNorThreads: no number of chunks or threads changes a byte of the file, from a file or a pipe. Dither
// stays on its frames.
func TestNeitherChunksNorThreads(t *testing.T) {
	dir := t.TempDir()
	const frames = 3000
	in := soundBytes(t, 44100, 2, pcm.S24, tones(frames, 2))
	path := writeFile(t, filepath.Join(dir, "in.wav"), in)
	for _, args := range [][]string{
		{"--rate", "48000", "--format", "pcm16"},
		{"--rate", "44101", "--format", "f64"},
		{"--rate", "16000", "--format", "pcm8"},
		{"--rate", "44100", "--format", "pcm16"},
		{"--rate", "44100"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			want := shortPath(t, "want.wav")
			must(t, nil, slices.Concat([]string{"upsample", path, want, "--threads", "1"}, args)...)
			for _, cut := range [][]string{
				{"--chunk", "1", "--threads", "3"},
				{"--chunk", "7"},
				{"--chunk", "2999", "--threads", "2"},
				{"--chunk", "1048576"},
				{"--threads", "33"},
			} {
				t.Run(strings.Join(cut, " "), func(t *testing.T) {
					got := shortPath(t, "got.wav")
					must(t, nil, slices.Concat([]string{"upsample", path, got}, args, cut)...)
					wantBytes(t, "file", readFile(t, got), readFile(t, want))
				})
			}
			samples := parse(t, readFile(t, want)).raw
			for name, r := range map[string]io.Reader{
				"half reads":   iotest.HalfReader(bytes.NewReader(in)),
				"single bytes": iotest.OneByteReader(bytes.NewReader(in)),
			} {
				t.Run(name, func(t *testing.T) {
					got := parse(t, []byte(must(t, r, slices.Concat([]string{"resample", "-", "-"}, args)...).out))
					wantBytes(t, "samples", got.raw, samples)
					if got, want := got.Frames*int64(got.FrameBytes()), int64(len(samples)); got != want {
						t.Errorf("size in the header: got %d bytes, want %d", got, want)
					}
				})
			}
		})
	}
}

// TestSameRateKeepsBits: at the same rate every sample keeps its bits, also those that float32 cannot hold. Only NaN,
// of any payload, quiet or signalling, becomes the canonical one.
func TestSameRateKeepsBits(t *testing.T) {
	remarkable := []byte{}
	for _, v := range []uint32{0x7FC12345, 0xFFC00001, 0x7F800001, 0xFF800000, 1, 1 << 31, 0x7F7FFFFF, 0x3F800001} {
		remarkable = binary.LittleEndian.AppendUint32(remarkable, v)
	}
	for _, f := range encodings {
		data := make([]byte, 48*f.Bytes()*5)
		for i := range data {
			data[i] = byte(i*i*7 + i*31)
		}
		copy(data, remarkable)
		if f == pcm.F64 {
			for i, v := range nans64 {
				binary.LittleEndian.PutUint64(data[64+8*i:], v)
			}
		}
		want := canonical(data, f)
		if f.Float() == bytes.Equal(want, data) {
			t.Fatalf("NaN in the samples of %v: got %v, want %v", f, !f.Float(), f.Float())
		}
		for _, channels := range []int{1, 2, 6} {
			file := wavBytes(t, 32000, channels, f, data)
			in := writeFile(t, shortPath(t, "in.wav"), file)
			for _, args := range [][]string{
				{"--rate", "32000"},
				{"--rate", "32000", "--chunk", "1"},
				{"--rate", "32000", "--chunk", "7", "--keep-partial"},
				{"--rate", "32000", "--format", f.String(), "--dither", "none"},
			} {
				t.Run(fmt.Sprintf("%v/%d channels/%s", f, channels, strings.Join(args, " ")), func(t *testing.T) {
					out := shortPath(t, "out.wav")
					must(t, nil, slices.Concat([]string{"upsample", in, out}, args)...)
					got := parse(t, readFile(t, out))
					wantBytes(t, "samples", got.raw, want)
					if got.Encoding != f || got.Channels != channels {
						t.Errorf("header: got %v, %d channels, want %v, %d", got.Encoding, got.Channels, f, channels)
					}
					piped := must(t, bytes.NewReader(file), slices.Concat([]string{"upsample", "-", "-"}, args)...)
					wantBytes(t, "samples through a pipe", parse(t, []byte(piped.out)).raw, want)
				})
			}
		}
	}
}

// TestDitherDefault: dither for PCM up to 24 bits where the rate changes or bits are lost, and nowhere else.
func TestDitherDefault(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		in     pcm.Format
		format string
		rate   string
		dither bool
	}{
		{pcm.S16, "same", "48000", true},
		{pcm.U8, "same", "48000", true},
		{pcm.S24, "same", "22050", true},
		{pcm.S16, "pcm32", "48000", false},
		{pcm.F32, "pcm24", "44100", true},
		{pcm.F64, "pcm24", "44100", true},
		{pcm.S32, "pcm24", "44100", true},
		{pcm.S24, "pcm16", "44100", true},
		{pcm.S16, "pcm8", "44100", true},
		{pcm.S16, "pcm24", "44100", false},
		{pcm.U8, "pcm16", "44100", false},
		{pcm.S16, "pcm16", "44100", false},
		{pcm.F32, "pcm32", "44100", false},
	} {
		t.Run(fmt.Sprintf("%v to %s at %s Hz", c.in, c.format, c.rate), func(t *testing.T) {
			in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 2, c.in, tones(400, 2)))
			files := map[string][]byte{}
			for _, d := range []string{"auto", "none", "tpdf"} {
				out := shortPath(t, d)
				must(t, nil, "upsample", in, out, "--rate", c.rate, "--format", c.format, "--dither", d)
				files[d] = parse(t, readFile(t, out)).raw
			}
			if bytes.Equal(files["none"], files["tpdf"]) {
				t.Errorf("got the same %d bytes with --dither none and tpdf, want others", len(files["none"]))
			}
			if got := bytes.Equal(files["auto"], files["tpdf"]); got != c.dither {
				t.Errorf("--dither auto is tpdf: got %v, want %v", got, c.dither)
			}
			if got := bytes.Equal(files["auto"], files["none"]); got == c.dither {
				t.Errorf("--dither auto is none: got %v, want %v", got, !c.dither)
			}
		})
	}
}

// TestManyChannels: each of 1024 channels is converted as if it were alone. Blocks are short enough for all of them.
func TestManyChannels(t *testing.T) {
	const channels, frames = 1024, 12
	x := tones(frames, channels)
	in := soundBytes(t, 44100, channels, pcm.F32, x)
	o := must(t, bytes.NewReader(in), "upsample", "-", "-", "--rate", "48000")
	got := parse(t, []byte(o.out))
	for _, c := range []int{0, 1, 511, 1023} {
		t.Run(fmt.Sprint("channel ", c), func(t *testing.T) {
			var one, converted []float32
			for i := c; i < len(x); i += channels {
				one = append(one, x[i])
			}
			for i := c; i < len(got.samples); i += channels {
				converted = append(converted, got.samples[i])
			}
			wantSamples(t, "samples", converted, resampled(t, 44100, 48000, 1, resample.Best, one))
		})
	}
	o = must(t, bytes.NewReader(in), "upsample", "-", "-", "--rate", "768000", "--quality", "fast", "--format", "pcm16")
	if got, want := parse(t, []byte(o.out)).Frames, int64((frames*768000+44099)/44100); got != want {
		t.Errorf("at 768000 Hz: got %d frames, want %d", got, want)
	}
	tailwave(bytes.NewReader(in), "upsample", "-", "-", "--rate", "768000", "--format", "f64").
		wantError(t, exitFailed, "lower rate or fewer channels")
}

// TestTruncated: a truncated file is a failure and leaves no output. With --keep-partial it is a failure too, and the
// output is that of the complete frames.
func TestTruncated(t *testing.T) {
	const frames, kept = 500, 321
	x := tones(frames, 2)
	whole := soundBytes(t, 44100, 2, pcm.S24, x)
	header := len(whole) - frames*6
	dir := t.TempDir()
	short := writeFile(t, filepath.Join(dir, "short.wav"), whole[:header+kept*6+4])
	exact := writeFile(t, filepath.Join(dir, "exact.wav"), soundBytes(t, 44100, 2, pcm.S24, x[:kept*2]))
	out := filepath.Join(dir, "out.wav")
	for _, rate := range []string{"48000", "44100"} {
		for _, chunk := range []string{"1", "4096"} {
			t.Run(fmt.Sprintf("%s Hz/chunk %s", rate, chunk), func(t *testing.T) {
				defer os.Remove(out)
				args := []string{"--rate", rate, "--chunk", chunk}
				where := fmt.Sprintf("ends at byte %d, after %d of %d frames", header+kept*6+4, kept, frames)
				tailwave(nil, slices.Concat([]string{"upsample", short, out}, args)...).
					wantError(t, exitFailed, where, "--keep-partial")
				wantNames(t, dir, "exact.wav", "short.wav")
				tailwave(bytes.NewReader(readFile(t, short)), slices.Concat([]string{"upsample", "-", out}, args)...).
					wantError(t, exitFailed, where, "standard input")
				wantNames(t, dir, "exact.wav", "short.wav")

				want := shortPath(t, "want.wav")
				must(t, nil, slices.Concat([]string{"upsample", exact, want}, args)...)
				tailwave(nil, slices.Concat([]string{"upsample", short, out, "--keep-partial", "--quiet"}, args)...).
					wantError(t, exitFailed, where, "what was there has been used")
				got, whole := parse(t, readFile(t, out)), parse(t, readFile(t, want))
				wantBytes(t, "samples of the file", got.raw, whole.raw)
				if got.Frames != whole.Frames {
					t.Errorf("header: got %d frames, want %d", got.Frames, whole.Frames)
				}
				o := tailwave(bytes.NewReader(readFile(t, short)),
					slices.Concat([]string{"upsample", "-", "-", "--keep-partial"}, args)...)
				if o.code != exitFailed {
					t.Errorf("through a pipe: got exit %d, want %d; standard error is %q", o.code, exitFailed, o.err)
				}
				wantBytes(t, "samples through a pipe", parse(t, []byte(o.out)).raw, whole.raw)
			})
		}
	}
	tailwave(nil, "verify", short, "--rate", "48000").wantError(t, exitFailed, "or use what is there with --keep-partial")
}

// TestBrokenInput: a read that fails is a failure, also with --keep-partial.
func TestBrokenInput(t *testing.T) {
	file := soundBytes(t, 44100, 1, pcm.S16, tones(100, 1))
	dir := t.TempDir()
	for _, n := range []int{0, 20, len(file) / 2} {
		for _, rate := range []string{"48000", "44100"} {
			t.Run(fmt.Sprintf("after %d bytes/%s Hz", n, rate), func(t *testing.T) {
				in := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(io.ErrClosedPipe))
				tailwave(in, "upsample", "-", filepath.Join(dir, "out.wav"), "--rate", rate, "--keep-partial").
					wantError(t, exitFailed, "standard input", fmt.Sprintf("at byte %d", n), io.ErrClosedPipe.Error())
				wantNames(t, dir)
			})
		}
	}
}

// TestBrokenOutput: a write that fails is a failure.
func TestBrokenOutput(t *testing.T) {
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 44100, 1, pcm.S16, tones(100, 1)))
	for _, rate := range []string{"48000", "44100"} {
		t.Run(rate+" Hz", func(t *testing.T) {
			var diag bytes.Buffer
			args := []string{"upsample", in, "-", "--rate", rate}
			code := run(args, strings.NewReader(""), failingWriter{io.ErrClosedPipe}, &diag)
			outcome{code: code, err: diag.String()}.
				wantError(t, exitFailed, "standard output: ", "at frame 0", io.ErrClosedPipe.Error())
		})
	}
}

// TestUpsampleDesign: bandwidth and phase reach the filter. With minimum phase, little sounds before an impulse.
func TestUpsampleDesign(t *testing.T) {
	dir := t.TempDir()
	x := make([]float32, 2000)
	x[1000] = 0.5
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 8000, 1, pcm.F32, x))
	first := func(args ...string) int {
		t.Helper()
		o := must(t, nil, slices.Concat([]string{"upsample", in, "-", "--rate", "16000", "--quiet"}, args)...)
		r, err := wav.NewReader(strings.NewReader(o.out))
		if err != nil {
			t.Fatal(err)
		}
		samples := make([]float32, 4000)
		if n, err := r.Read(samples); n != 4000 || err != nil {
			t.Fatalf("got %d samples, %v; want %d", n, err, len(samples))
		}
		return slices.IndexFunc(samples, func(v float32) bool { return max(v, -v) > 1e-9 })
	}
	plain, wide, minimum := first(), first("--bandwidth", "0.99"), first("--phase", "minimum")
	if !(wide < plain && plain < 2000) {
		t.Errorf("first sample: got %d, and %d with more bandwidth, want an earlier one with more, both before 2000",
			plain, wide)
	}
	if minimum < 1988 || minimum > 2000 {
		t.Errorf("first sample with minimum phase: got %d, want at most 12 before 2000, where the impulse is", minimum)
	}
}

// TestEmptyInputs: an input without frames becomes an output without frames, however it is converted. verify
// refuses it: there is nothing to compare.
func TestEmptyInputs(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 48000, 2, pcm.S16, nil))
	kernel := npyFile(t, filepath.Join(dir, "k.npy"), "(9,)", make([]float64, 9))
	for _, args := range [][]string{
		{"--rate", "48000"}, {"--rate", "44100"}, {"--rate", "96000", "--keep-partial"},
		{"--filter", kernel, "--stride", "2"}, {"--filter", kernel, "--stride", "2", "--padding", "valid"},
	} {
		t.Run(strings.ReplaceAll(strings.Join(args, " "), kernel, "KERNEL"), func(t *testing.T) {
			o := must(t, nil, append([]string{"upsample", in, "-"}, args...)...)
			if s := parse(t, []byte(o.out)); len(s.raw) != 0 || s.Channels != 2 {
				t.Errorf("got %d bytes of samples, %d channels, want none, 2 channels", len(s.raw), s.Channels)
			}
		})
	}
	t.Run("verify", func(t *testing.T) {
		const nothing = "in.wav: holds no frames: nothing to compare"
		tailwave(nil, "verify", in, "--rate", "96000").wantError(t, exitFailed, nothing)
		tailwave(nil, "verify", in, "--filter", kernel, "--stride", "2").wantError(t, exitFailed, nothing)
	})
}

// TestRecordings: the program converts recorded sound to the samples that the library returns. At twice the rate and
// back the sound is the same except in the filters' transition band.
func TestRecordings(t *testing.T) {
	for _, name := range []string{"sample1_8kHz.wav", "LJ050-0264.wav"} {
		t.Run(name, func(t *testing.T) {
			path := reference.File(t, "audio", name)
			in := parse(t, readFile(t, path))
			double := fmt.Sprint(2 * in.Rate)
			up := must(t, nil, "upsample", path, "-", "--rate", double, "--format", "f32")
			got := parse(t, []byte(up.out))
			want := resampled(t, int(in.Rate), int(2*in.Rate), in.Channels, resample.Best, in.samples)
			wantSamples(t, "samples at twice the rate", got.samples, want)
			back := must(t, strings.NewReader(up.out), "upsample", "-", "-", "--rate", fmt.Sprint(in.Rate))
			again := parse(t, []byte(back.out))
			if len(again.samples) != len(in.samples) {
				t.Fatalf("after twice the rate and back: got %d samples, want %d", len(again.samples), len(in.samples))
			}
			var signal, noise float64
			for i, v := range in.samples {
				d := float64(v) - float64(again.samples[i])
				signal += float64(v) * float64(v)
				noise += d * d
			}
			// The sound in the filters' transition band, the highest 5 % of the spectrum, is lost.
			if noise > signal/1000 {
				t.Errorf("signal to noise after twice the rate and back: got %.1f, want at least 1000", signal/noise)
			}
		})
	}
}
