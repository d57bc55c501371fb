package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream/wav"
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

// TestSummary: one line on standard error, and no bar, unless it is a terminal.
func TestSummary(t *testing.T) {
	x := []float32{0, 0.5, -2, 1.5, 0.25, float32(math.NaN())}
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 2000, 1, pcm.F32, x))
	o := must(t, nil, "upsample", in, "-", "--rate", "2000", "--format", "pcm16", "--dither", "none")
	want := regexp.MustCompile(`^\S+in\.wav -> -: 6 frames, 0\.003 s, \d+(\.\d)? x real time, peak 6\.02 dBFS, 2 clipped, 1 NaN\n$`)
	if !want.MatchString(o.err) {
		t.Errorf("summary %q", o.err)
	}
	o = must(t, nil, "upsample", in, "-", "--rate", "2000")
	if !strings.Contains(o.err, "6 frames") || !strings.Contains(o.err, "peak 6.02 dBFS, 0 clipped, 1 NaN\n") {
		t.Errorf("summary of a copy %q", o.err)
	}
	o = must(t, nil, "upsample", in, "-", "--rate", "3000", "--quiet")
	if o.err != "" || parse(t, []byte(o.out)).Frames != 9 {
		t.Errorf("quiet: %q", o.err)
	}
	o = must(t, nil, "upsample", in, "-", "--rate", "3000", "--verbose")
	for _, part := range []string{"input   2000 Hz, 1 channel, f32\n", "output  3000 Hz, f32, dither off\n", "ratio 3/2, ", " 6 -> 9 frames, busy "} {
		if !strings.Contains(o.err, part) {
			t.Errorf("verbose: %q does not say %q", o.err, part)
		}
	}
	if strings.ContainsAny(o.err, "\r\x1b") {
		t.Errorf("terminal control in %q", o.err)
	}
}

// TestNamesOnTheTerminal: a file's name neither breaks a line nor commands the terminal.
func TestNamesOnTheTerminal(t *testing.T) {
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 2000, 1, pcm.S16, tones(5, 1)))
	out := filepath.Join(t.TempDir(), "a\nb\x1b[2J.wav")
	if err := os.WriteFile(out, nil, 0o666); err != nil {
		t.Skipf("skipped, this file system refuses the name: %v", err)
	}
	tailwave(nil, "upsample", in, out, "--rate", "3000").wantError(t, exitFailed, "a b [2J.wav: exists")
	o := must(t, nil, "upsample", in, out, "--rate", "3000", "--force")
	if strings.Count(o.err, "\n") != 1 || strings.Contains(o.err, "\x1b") {
		t.Errorf("%q", o.err)
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

// TestUsage: everything wrong with the flags is exit status 2, one line, and no file.
func TestUsage(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 1, pcm.F32, tones(10, 1)))
	out := filepath.Join(dir, "out.wav")
	kernel := npyFile(t, filepath.Join(dir, "k.npy"), "(3,)", []float32{1, 2, 3})
	for _, c := range []struct {
		args string
		says string
	}{
		{"bogus", `unknown command "bogus" for "tailwave"; see tailwave --help`},
		{"upsample", "needs IN and OUT"},
		{"upsample IN", "see tailwave upsample --help"},
		{"upsample IN OUT more --rate 48000", "needs IN and OUT"},
		{"upsample IN OUT", "--rate is missing"},
		{"upsample IN OUT --rate", "--rate"},
		{"upsample IN OUT --rate 48k", "--rate"},
		{"upsample IN OUT --rate 999", "from 1000 to 768000"},
		{"upsample IN OUT --rate 768001", "from 1000 to 768000"},
		{"upsample IN OUT --rate -5", "from 1000 to 768000"},
		{"upsample IN OUT --rate 48000 --bogus", "--bogus"},
		{"upsample IN OUT --rate 48000 --quality ultra", "best, high or fast"},
		{"upsample IN OUT --rate 48000 --format mp3", "pcm16"},
		{"upsample IN OUT --rate 48000 --dither loud", "auto, none or tpdf"},
		{"upsample IN OUT --rate 48000 --dither tpdf", "PCM --format"},
		{"upsample IN OUT --rate 48000 --chunk 0", "--chunk 0"},
		{"upsample IN OUT --rate 48000 --chunk 1048577", "1048576"},
		{"upsample IN OUT --rate 48000 --threads -1", "--threads -1"},
		{"upsample IN OUT --rate 48000 --threads 1025", "1024"},
		{"upsample IN OUT --rate 48000 --stride 2", "--stride goes with --filter"},
		{"upsample IN OUT --rate 48000 --decimate 2", "--decimate goes with --filter"},
		{"upsample IN OUT --rate 48000 --padding valid", "--padding goes with --filter"},
		{"upsample IN OUT --filter KERNEL --rate 48000", "--rate does not go with --filter"},
		{"upsample IN OUT --filter KERNEL --quality best", "--quality does not go with --filter"},
		{"upsample IN OUT --filter KERNEL --bandwidth 0.95", "--bandwidth does not go with --filter"},
		{"upsample IN OUT --filter KERNEL --phase minimum", "--phase does not go with --filter"},
		{"upsample IN OUT --rate 48000 --bandwidth 0.999", "--bandwidth 0.999: must be from 0.90 to 0.995"},
		{"upsample IN OUT --rate 48000 --phase maximum", `--phase "maximum": must be linear or minimum`},
		{"upsample IN OUT --filter KERNEL --stride 0", "--stride 0"},
		{"upsample IN OUT --filter KERNEL --decimate 0", "--decimate 0"},
		{"upsample IN OUT --filter KERNEL --padding full", "same or valid"},
		{"upsample IN OUT --filter KERNEL --decimate 11", "no whole number"},
		{"upsample IN EMPTY --rate 48000", "OUT is empty"},
		{"upsample EMPTY OUT --rate 48000", "IN is empty"},
		{"upsample IN OUT --rate 96k", "must be a whole number"},
		{"upsample IN OUT --filter KERNEL --stride 800", "must be from 1000 to 768000"},
		{"verify", "needs IN"},
		{"verify IN", "--rate is missing"},
		{"verify IN --rate 44100", "that rate already"},
		{"verify IN --rate 48000 --runs 0", "--runs 0"},
		{"info", "needs FILE"},
		{"info IN IN", "needs FILE"},
		{"version more", "version"},
	} {
		t.Run(c.args, func(t *testing.T) {
			args := strings.Fields(c.args)
			for i, a := range args {
				args[i] = strings.NewReplacer("EMPTY", "", "IN", in, "OUT", out, "KERNEL", kernel).Replace(a)
			}
			o := tailwave(nil, args...)
			o.wantError(t, exitUsage, c.says)
			if o.out != "" {
				t.Errorf("standard output %q", o.out)
			}
			wantNames(t, dir, "in.wav", "k.npy")
		})
	}
}

// TestFailures: everything wrong with the files is exit status 1, one line that says where, and no file.
func TestFailures(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	good := soundBytes(t, 44100, 1, pcm.S16, tones(100, 1))
	writeFile(t, path("good.wav"), good)
	writeFile(t, path("exists.wav"), []byte("precious"))
	writeFile(t, path("empty.wav"), nil)
	writeFile(t, path("text.wav"), []byte("this is no sound"))
	writeFile(t, path("header.wav"), good[:30])
	writeFile(t, path("slow.wav"), soundBytes(t, 999, 1, pcm.S16, tones(10, 1)))
	writeFile(t, path("broken.npy"), []byte("no kernel"))
	npyFile(t, path("none.npy"), "(0,)", []float32{})
	npyFile(t, path("wide.npy"), "(2, 2, 1)", []float32{1, 2, 3, 4})
	if err := os.Mkdir(path("folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	before := names(t, dir)
	for _, c := range []struct{ args, says string }{
		{"upsample missing.wav out.wav --rate 48000", "missing.wav"},
		{"upsample folder out.wav --rate 48000", "folder: is a folder"},
		{"upsample empty.wav out.wav --rate 48000", "empty input"},
		{"upsample text.wav out.wav --rate 48000", "not a WAV file"},
		{"upsample header.wav out.wav --rate 48000", "ends at byte 30"},
		{"upsample slow.wav out.wav --rate 48000", "999 Hz: must be from 1000 to 768000"},
		{"upsample good.wav exists.wav --rate 48000", "exists.wav: exists; --force overwrites it"},
		{"upsample good.wav exists.wav --rate 44100", "exists.wav: exists; --force overwrites it"},
		{"upsample good.wav folder --rate 48000", "folder: is a folder"},
		{"upsample good.wav folder --rate 48000 --force", "folder: is a folder"},
		{"upsample good.wav nowhere/out.wav --rate 48000", "nowhere/out.wav: its folder does not exist"},
		{"upsample good.wav nowhere/ --rate 48000", "its folder does not exist"},
		{"upsample good.wav good.wav/out.wav --rate 48000", "not a directory"},
		{"upsample good.wav out.wav --filter missing.npy", "missing.npy"},
		{"upsample good.wav out.wav --filter broken.npy", "broken.npy: not a .npy file"},
		{"upsample good.wav out.wav --filter none.npy", "none.npy: "},
		{"upsample good.wav out.wav --filter wide.npy", "[2 2 1]: must be [k] or [k, 1, 1]"},
		{"upsample good.wav out.wav --filter folder", "folder: "},
		{"upsample - out.wav --rate 48000", "standard input: empty input"},
		{"verify text.wav --rate 48000", "text.wav: not a WAV file"},
		{"verify header.wav --rate 48000", "header.wav: truncated"},
		{"info missing.wav", "missing.wav"},
		{"info folder", "is a folder"},
		{"info text.wav", "text.wav: not a WAV file"},
	} {
		t.Run(c.args, func(t *testing.T) {
			args := strings.Fields(c.args)
			for i, a := range args {
				if strings.ContainsAny(a, "./") || a == "folder" {
					args[i] = dir + string(filepath.Separator) + a
				}
			}
			tailwave(nil, args...).wantError(t, exitFailed, filepath.FromSlash(c.says))
			wantNames(t, dir, before...)
		})
	}
	if string(readFile(t, path("exists.wav"))) != "precious" {
		t.Error("the existing file was touched")
	}
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

func TestInfoAndVersion(t *testing.T) {
	file := soundBytes(t, 48000, 6, pcm.S24, tones(72000, 6))
	path := writeFile(t, shortPath(t, "in.wav"), file)
	for name, o := range map[string]outcome{"file": must(t, nil, "info", path), "pipe": must(t, bytes.NewReader(file), "info", "-")} {
		for _, part := range []string{"24-bit integer PCM, extensible", "48000 Hz", "6 (mask 0x3F)", "72000\n", "0:00:01.500"} {
			if !strings.Contains(o.out, part) {
				t.Errorf("%s: %q does not say %q", name, o.out, part)
			}
		}
		if chunks := strings.Contains(o.out, `"data"`); chunks != (name == "file") {
			t.Errorf("%s: lists chunks %v", name, chunks)
		}
	}
	// A header that a pipe wrote says nothing; the file's length does.
	open := slices.Clone(file)
	binary.LittleEndian.PutUint32(open[4:], math.MaxUint32)
	binary.LittleEndian.PutUint32(open[len(open)-72000*18-4:], math.MaxUint32)
	if o := must(t, nil, "info", writeFile(t, shortPath(t, "open.wav"), open)); !strings.Contains(o.out, "72000 by the length of the file") {
		t.Errorf("open header: %q", o.out)
	}
	if o := must(t, bytes.NewReader(open), "info", "-"); !strings.Contains(o.out, "the header does not say") {
		t.Errorf("open header, piped: %q", o.out)
	}
	short := writeFile(t, shortPath(t, "short.wav"), file[:1000])
	if o := tailwave(nil, "info", short); !strings.Contains(o.out, "72000\n") {
		t.Errorf("truncated: %q", o.out)
	} else {
		o.wantError(t, exitFailed, "short.wav", `"data"`, "ends after")
	}
	if o := must(t, nil, "version"); !regexp.MustCompile(`^tailwave \S+ go\S+ \w+/\w+ (generic|avx2|avx512)\n$`).MatchString(o.out) {
		t.Errorf("version %q", o.out)
	}
	if o := must(t, nil, "upsample", "--help"); !strings.Contains(o.out, "--keep-partial") || o.err != "" {
		t.Errorf("help: %q, %q", o.out, o.err)
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
