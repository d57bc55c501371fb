package main

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

// TestUpsampleIsTheResampler: the samples of the file are those of one call, and n frames become ceil(n*L/M).
func TestUpsampleIsTheResampler(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ in, out int }{
		{44100, 48000}, {48000, 44100}, {96000, 44100}, {8000, 48000}, {44100, 44101}, {44101, 44100}, {1000, 768000}, {768000, 1000},
	} {
		for _, frames := range []int{0, 1, 2, 301} {
			for _, q := range []string{"fast", "high", "best"} {
				if q != "fast" && frames != 301 {
					continue
				}
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
				if len(got.samples) != want*channels || got.Rate != int64(c.out) || got.Channels != channels || got.Encoding != pcm.F32 {
					t.Errorf("%d -> %d, %d frames of %d channels: %d samples of %+v, want %d frames",
						c.in, c.out, frames, channels, len(got.samples), got.Info, want)
				}
				if !sameBits(got.samples, resampled(t, c.in, c.out, channels, quality, x)) {
					t.Errorf("%d -> %d, %s, %d frames: not the samples of one call", c.in, c.out, q, frames)
				}
			}
		}
	}
}

// TestNeitherChunksNorThreads: the same file for any, also where dither has to stay on its frames, from file and pipe.
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
		want := shortPath(t, "want.wav")
		must(t, nil, slices.Concat([]string{"upsample", path, want, "--threads", "1"}, args)...)
		for _, cut := range [][]string{
			{"--chunk", "1", "--threads", "3"}, {"--chunk", "7"}, {"--chunk", "2999", "--threads", "2"}, {"--chunk", "1048576"}, {"--threads", "33"},
		} {
			got := shortPath(t, "got.wav")
			must(t, nil, slices.Concat([]string{"upsample", path, got}, args, cut)...)
			if !bytes.Equal(readFile(t, got), readFile(t, want)) {
				t.Errorf("%v %v: another file", args, cut)
			}
		}
		samples := parse(t, readFile(t, want)).raw
		for name, r := range map[string]io.Reader{
			"half reads": iotest.HalfReader(bytes.NewReader(in)), "single bytes": iotest.OneByteReader(bytes.NewReader(in)),
		} {
			got := must(t, r, slices.Concat([]string{"resample", "-", "-"}, args)...)
			if s := parse(t, []byte(got.out)); !bytes.Equal(s.raw, samples) || s.Frames*int64(s.FrameBytes()) != int64(len(samples)) {
				t.Errorf("%v in %s to a pipe: %d bytes of samples, header %d frames; want %d bytes", args, name, len(s.raw), s.Frames, len(samples))
			}
		}
	}
}

// TestSameRateKeepsBits also of what float32 cannot hold. NaN alone changes: to the canonical one, from any payload and
// from a signalling one too.
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
			t.Fatalf("%v: NaN in the samples: %v, want %v", f, !f.Float(), f.Float())
		}
		for _, channels := range []int{1, 2, 6} {
			file := wavBytes(t, 32000, channels, f, data)
			in := writeFile(t, shortPath(t, "in.wav"), file)
			for _, args := range [][]string{{}, {"--chunk", "1"}, {"--chunk", "7", "--keep-partial"}, {"--format", f.String(), "--dither", "none"}} {
				out := shortPath(t, "out.wav")
				must(t, nil, slices.Concat([]string{"upsample", in, out, "--rate", "32000"}, args)...)
				if got := parse(t, readFile(t, out)); !bytes.Equal(got.raw, want) || got.Encoding != f || got.Channels != channels {
					t.Errorf("%v, %d channels, %v: bits lost", f, channels, args)
				}
				piped := must(t, bytes.NewReader(file), slices.Concat([]string{"upsample", "-", "-", "--rate", "32000"}, args)...)
				if got := parse(t, []byte(piped.out)); !bytes.Equal(got.raw, want) {
					t.Errorf("%v, %d channels, %v, piped: bits lost", f, channels, args)
				}
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
		name := fmt.Sprintf("%v to %s at %s Hz", c.in, c.format, c.rate)
		in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 2, c.in, tones(400, 2)))
		files := map[string][]byte{}
		for _, d := range []string{"auto", "none", "tpdf"} {
			out := shortPath(t, d)
			must(t, nil, "upsample", in, out, "--rate", c.rate, "--format", c.format, "--dither", d)
			files[d] = parse(t, readFile(t, out)).raw
		}
		if bytes.Equal(files["none"], files["tpdf"]) {
			t.Errorf("%s: dither makes no difference", name)
		}
		if on := bytes.Equal(files["auto"], files["tpdf"]); on != c.dither {
			t.Errorf("%s: dither %v, want %v", name, on, c.dither)
		}
		if off := bytes.Equal(files["auto"], files["none"]); off == c.dither {
			t.Errorf("%s: no dither %v, want %v", name, off, !c.dither)
		}
	}
}

// TestManyChannels: each of 1024 is converted as if alone, and blocks are chosen so that they fit.
func TestManyChannels(t *testing.T) {
	const channels, frames = 1024, 12
	x := tones(frames, channels)
	in := soundBytes(t, 44100, channels, pcm.F32, x)
	o := must(t, bytes.NewReader(in), "upsample", "-", "-", "--rate", "48000")
	got := parse(t, []byte(o.out))
	for _, c := range []int{0, 1, 511, 1023} {
		var one, converted []float32
		for i := c; i < len(x); i += channels {
			one = append(one, x[i])
		}
		for i := c; i < len(got.samples); i += channels {
			converted = append(converted, got.samples[i])
		}
		if !sameBits(converted, resampled(t, 44100, 48000, 1, resample.Best, one)) {
			t.Errorf("channel %d is not converted as if alone", c)
		}
	}
	o = must(t, bytes.NewReader(in), "upsample", "-", "-", "--rate", "768000", "--quality", "fast", "--format", "pcm16")
	if got := parse(t, []byte(o.out)); got.Frames != (frames*768000+44099)/44100 {
		t.Errorf("%d frames at 768000 Hz", got.Frames)
	}
	tailwave(bytes.NewReader(in), "upsample", "-", "-", "--rate", "768000", "--format", "f64").wantError(t, exitFailed, "lower rate or fewer channels")
}

// TestTruncated: no output, or with --keep-partial what the good frames give; a failure in both cases.
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
			args := []string{"--rate", rate, "--chunk", chunk}
			where := fmt.Sprintf("ends at byte %d, after %d of %d frames", header+kept*6+4, kept, frames)
			tailwave(nil, slices.Concat([]string{"upsample", short, out}, args)...).wantError(t, exitFailed, where, "--keep-partial")
			wantNames(t, dir, "exact.wav", "short.wav")
			tailwave(bytes.NewReader(readFile(t, short)), slices.Concat([]string{"upsample", "-", out}, args)...).
				wantError(t, exitFailed, where, "standard input")
			wantNames(t, dir, "exact.wav", "short.wav")

			want := shortPath(t, "want.wav")
			must(t, nil, slices.Concat([]string{"upsample", exact, want}, args)...)
			o := tailwave(nil, slices.Concat([]string{"upsample", short, out, "--keep-partial", "--quiet"}, args)...)
			o.wantError(t, exitFailed, where, "what was there has been converted")
			if !bytes.Equal(readFile(t, out), readFile(t, want)) {
				t.Errorf("%s Hz: not what the good frames give", rate)
			}
			o = tailwave(bytes.NewReader(readFile(t, short)), slices.Concat([]string{"upsample", "-", "-", "--keep-partial"}, args)...)
			if o.code != exitFailed || !bytes.Equal(parse(t, []byte(o.out)).raw, parse(t, readFile(t, want)).raw) {
				t.Errorf("%s Hz, piped: exit %d or other frames, %s", rate, o.code, o.err)
			}
			if err := os.Remove(out); err != nil {
				t.Fatal(err)
			}
		}
	}
	tailwave(nil, "verify", short, "--rate", "48000").wantError(t, exitFailed, "get a complete copy of the file\n")
}

// TestBrokenInput: a read that fails is a failure, whatever --keep-partial says.
func TestBrokenInput(t *testing.T) {
	file := soundBytes(t, 44100, 1, pcm.S16, tones(100, 1))
	dir := t.TempDir()
	for _, n := range []int{0, 20, len(file) / 2} {
		for _, rate := range []string{"48000", "44100"} {
			in := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(io.ErrClosedPipe))
			tailwave(in, "upsample", "-", filepath.Join(dir, "out.wav"), "--rate", rate, "--keep-partial").
				wantError(t, exitFailed, "standard input", fmt.Sprintf("at byte %d", n), io.ErrClosedPipe.Error())
			wantNames(t, dir)
		}
	}
}

// TestBrokenOutput: so is a write.
func TestBrokenOutput(t *testing.T) {
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 44100, 1, pcm.S16, tones(100, 1)))
	for _, rate := range []string{"48000", "44100"} {
		var diag bytes.Buffer
		code := run([]string{"upsample", in, "-", "--rate", rate}, strings.NewReader(""), failingWriter{io.ErrClosedPipe}, &diag)
		outcome{code: code, err: diag.String()}.wantError(t, exitFailed, "standard output: ", "at frame 0", io.ErrClosedPipe.Error())
	}
}

// TestUpsampleDesign: bandwidth and phase reach the filter; with minimum phase nothing sounds before an impulse.
func TestUpsampleDesign(t *testing.T) {
	dir := t.TempDir()
	x := make([]float32, 2000)
	x[1000] = 0.5
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 8000, 1, pcm.F32, x))
	first := func(args ...string) int {
		o := must(t, nil, slices.Concat([]string{"upsample", in, "-", "--rate", "16000", "--quiet"}, args)...)
		r, err := wav.NewReader(strings.NewReader(o.out))
		if err != nil {
			t.Fatal(err)
		}
		samples := make([]float32, 4000)
		if n, err := r.Read(samples); n != 4000 || err != nil {
			t.Fatalf("%d samples, %v", n, err)
		}
		return slices.IndexFunc(samples, func(v float32) bool { return max(v, -v) > 1e-9 })
	}
	plain, wide, minimum := first(), first("--bandwidth", "0.99"), first("--phase", "minimum")
	if !(wide < plain && plain < 2000 && minimum == 2000) {
		t.Errorf("sound begins at %d, with more bandwidth at %d, with minimum phase at %d; the impulse is at 2000", plain, wide, minimum)
	}
}

// TestEmptyInputs: no frame in, no frame out, in every way.
func TestEmptyInputs(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 48000, 2, pcm.S16, nil))
	kernel := npyFile(t, filepath.Join(dir, "k.npy"), "(9,)", make([]float64, 9))
	for _, args := range [][]string{
		{"--rate", "48000"}, {"--rate", "44100"}, {"--rate", "96000", "--keep-partial"},
		{"--filter", kernel, "--stride", "2"}, {"--filter", kernel, "--stride", "2", "--padding", "valid"},
	} {
		o := must(t, nil, append([]string{"upsample", in, "-"}, args...)...)
		if s := parse(t, []byte(o.out)); len(s.raw) != 0 || s.Channels != 2 {
			t.Errorf("%v: %d bytes", args, len(s.raw))
		}
	}
	must(t, nil, "verify", in, "--rate", "96000", "--runs", "2")
	must(t, nil, "verify", in, "--filter", kernel, "--stride", "2", "--padding", "valid", "--runs", "2")
}

// TestRecordings: real sound through the program is what the library gives, and comes back from twice the rate.
func TestRecordings(t *testing.T) {
	for _, name := range []string{"sample1_8kHz.wav", "LJ050-0264.wav"} {
		path := reference.File(t, "audio", name)
		in := parse(t, readFile(t, path))
		double := fmt.Sprint(2 * in.Rate)
		up := must(t, nil, "upsample", path, "-", "--rate", double, "--format", "f32")
		got := parse(t, []byte(up.out))
		if !sameBits(got.samples, resampled(t, int(in.Rate), int(2*in.Rate), in.Channels, resample.Best, in.samples)) {
			t.Errorf("%s: not what the library gives", name)
		}
		back := must(t, strings.NewReader(up.out), "upsample", "-", "-", "--rate", fmt.Sprint(in.Rate))
		again := parse(t, []byte(back.out))
		if len(again.samples) != len(in.samples) {
			t.Fatalf("%s: %d samples, %d after twice the rate and back", name, len(in.samples), len(again.samples))
		}
		var signal, noise float64
		for i, v := range in.samples {
			d := float64(v) - float64(again.samples[i])
			signal += float64(v) * float64(v)
			noise += d * d
		}
		// What the filters' transition band, the highest 5 % of the spectrum, held of it is lost.
		if noise > signal/1000 {
			t.Errorf("%s: signal to noise %.1f after twice the rate and back", name, signal/noise)
		}
	}
}
