package command

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/testdata/reference"
)

// voice returns the first frames of a recording as a WAV file of one channel at 16 kHz.
func voice(t *testing.T, frames int) []byte {
	t.Helper()
	b := readFile(t, reference.File(t, "audio", "sample1_16kHz.wav"))
	return wavBytes(t, 16000, 1, pcm.S16, b[44+20000:][:2*frames])
}

// TestCodec: decoded sound is as long as the encoded one at every bitrate, and its loudness over time correlates.
func TestCodec(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), voice(t, 16000))
	for _, bitrate := range []int{3200, 6000, 9200} {
		t.Run(fmt.Sprint(bitrate, " bit/s"), func(t *testing.T) {
			codes := filepath.Join(dir, fmt.Sprint(bitrate, ".lyra"))
			out := filepath.Join(dir, fmt.Sprint(bitrate, ".wav"))
			o := must(t, nil, "codec", "encode", in, codes, "--model", model, "--bitrate", fmt.Sprint(bitrate))
			wantParts(t, "summary", o.err,
				fmt.Sprintf("1.000 s, 50 hops, %d bytes at %d bit/s", 20+5+bitrate/8+13, bitrate))
			must(t, nil, "codec", "decode", codes, out, "--model", model, "--quiet")
			want, got := parse(t, readFile(t, in)).samples, parse(t, readFile(t, out)).samples
			if len(got) != len(want) {
				t.Fatalf("got %d samples, want %d", len(got), len(want))
			}
			if c := correlation(envelope(want), envelope(got)); c < 0.9 {
				t.Errorf("correlation of the loudness over time: got %.3f, want at least 0.9", c)
			}
		})
	}
	t.Run("default", func(t *testing.T) {
		got := must(t, nil, "codec", "encode", in, "-", "--model", model, "-q").out
		want := must(t, nil, "codec", "encode", in, "-", "--model", model, "-q", "--bitrate", "9200").out
		wantBytes(t, "codes without --bitrate", got, want)
	})
}

// envelope returns the energy in parts of 20 ms.
func envelope(x []float32) (e []float64) {
	for part := range slices.Chunk(x, 320) {
		sum := 0.0
		for _, v := range part {
			sum += float64(v) * float64(v)
		}
		e = append(e, math.Sqrt(sum))
	}
	return e
}

func correlation(a, b []float64) float64 {
	mean := func(x []float64) (m float64) {
		for _, v := range x {
			m += v / float64(len(x))
		}
		return m
	}
	ma, mb := mean(a), mean(b)
	var ab, aa, bb float64
	for i := range a {
		ab, aa, bb = ab+(a[i]-ma)*(b[i]-mb), aa+(a[i]-ma)*(a[i]-ma), bb+(b[i]-mb)*(b[i]-mb)
	}
	return ab / math.Sqrt(aa*bb)
}

// TestCodecLengths: sound of any length, rate and number of channels keeps its length, through files and pipes.
func TestCodecLengths(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	for _, c := range []struct{ rate, channels, frames, out, want int }{
		{16000, 1, 0, 16000, 0},
		{16000, 1, 1, 16000, 1},
		{16000, 1, 319, 16000, 319},
		{16000, 1, 320, 16000, 320},
		{16000, 1, 321, 16000, 321},
		{8000, 1, 1001, 8000, 1001},
		{44100, 2, 3001, 44100, 3001},
		{48000, 1, 3333, 48000, 3333},
		{44100, 1, 3001, 16000, 1089},
		{16000, 3, 500, 22050, 690},
	} {
		name := fmt.Sprintf("%d frames of %d channels, %d to %d Hz", c.frames, c.channels, c.rate, c.out)
		t.Run(name, func(t *testing.T) {
			in := soundBytes(t, c.rate, c.channels, pcm.S16, tones(c.frames, c.channels))
			codes := must(t, bytes.NewReader(in), "codec", "encode", "-", "-", "--model", model, "-q",
				"--chunk", "1").out
			file := writeFile(t, filepath.Join(dir, "x.lyra"), []byte(codes))
			out, rate := filepath.Join(dir, "x.wav"), fmt.Sprint(c.out)
			must(t, nil, "codec", "decode", file, out, "--model", model, "--force", "-q", "--rate", rate)
			whole := parse(t, readFile(t, out))
			if len(whole.samples) != c.want {
				t.Errorf("got %d samples, want %d", len(whole.samples), c.want)
			}
			piped := must(t, strings.NewReader(codes), "codec", "decode", "-", "-", "--model", model, "-q",
				"--rate", rate, "--chunk", "3", "--threads", "1")
			wantSamples(t, "through a pipe, in other chunks", parse(t, []byte(piped.out)).samples, whole.samples)
			wantParts(t, "info", must(t, nil, "info", file).out, fmt.Sprintf("%d Hz, decoded at 16000 Hz", c.rate),
				fmt.Sprintf("samples   %d, decoded", c.frames))
		})
	}
}

// TestCodecFolder: several files are converted into a folder, each as if it were alone. A bad file does not stop the
// others.
func TestCodecFolder(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	args := []string{"codec", "encode"}
	for i, frames := range []int{2000, 900, 0, 1500} {
		args = append(args, writeFile(t, filepath.Join(dir, fmt.Sprint("in", i, ".wav")), voice(t, frames)))
	}
	args = append(args, writeFile(t, filepath.Join(dir, "none.wav"), []byte("no sound")))
	coded, decoded := filepath.Join(dir, "coded"), filepath.Join(dir, "decoded")
	for _, d := range []string{coded, decoded} {
		if err := os.Mkdir(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	o := tailwave(nil, append(args, coded, "--model", model, "--threads", "3")...)
	last := "tailwave: 1 of 5 files failed: see the errors above\n"
	if o.code != exitFailed || strings.Count(o.err, "\n") != 6 || !strings.HasSuffix(o.err, last) {
		t.Errorf("got exit %d and %q, want exit %d and 6 lines, the last %q", o.code, o.err, exitFailed, last)
	}
	wantParts(t, "standard error", o.err, "none.wav: is text, not sound: name a WAV file")
	wantNames(t, coded, "in0.lyra", "in1.lyra", "in2.lyra", "in3.lyra")
	alone := must(t, bytes.NewReader(readFile(t, args[2])), "codec", "encode", "-", "-", "--model", model, "-q").out
	in0, in3 := filepath.Join(coded, "in0.lyra"), filepath.Join(coded, "in3.lyra")
	wantBytes(t, "codes of a file among others", string(readFile(t, in0)), alone)
	must(t, nil, "codec", "decode", in0, in3, decoded, "--model", model, "-q", "--raw", "s16")
	wantNames(t, decoded, "in0.s16", "in3.s16")
	if n := len(readFile(t, filepath.Join(decoded, "in0.s16"))); n != 4000 {
		t.Errorf("in0.s16: got %d bytes, want 4000", n)
	}
}

// TestCodecDamage: every good frame is decoded, and one line of error says what is wrong.
func TestCodecDamage(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	codes := []byte(must(t, bytes.NewReader(voice(t, 33000)), "codec", "encode", "-", "-", "--model", model, "-q",
		"--bitrate", "3200").out)
	decode := func(t *testing.T, b []byte) (outcome, []float32) {
		t.Helper()
		in, out := writeFile(t, filepath.Join(dir, "in.lyra"), b), filepath.Join(dir, "out.npy")
		os.Remove(out)
		o := tailwave(nil, "codec", "decode", in, out, "--model", model, "-q")
		if _, err := os.Stat(out); err != nil {
			return o, nil
		}
		return o, parse(t, soundOf(t, readFile(t, out))).samples
	}
	_, want := decode(t, codes)
	if len(want) != 33000 {
		t.Fatalf("undamaged: got %d samples, want 33000", len(want))
	}
	// flipped returns codes up to an end with one bit flipped at each of the bytes at.
	flipped := func(end int, at ...int) []byte {
		b := bytes.Clone(codes[:end])
		for _, i := range at {
			b[i] ^= 16
		}
		return b
	}
	const second = 405
	cut := 20 + 2*second + 9
	for name, c := range map[string]struct {
		codes []byte
		parts []string
		begin []float32 // of the samples
		total int
	}{
		"second damaged": {flipped(len(codes), 20+second+77),
			[]string{"in.lyra: the second that starts at 1 s is damaged", "the damaged second is silent"}, want[:16000], 33000},
		"two seconds damaged": {flipped(len(codes), 20+second+77, 20+77),
			[]string{"in.lyra: 2 seconds are damaged, the first of them starts at 0 s",
				"the damaged seconds are silent, everything else has been decoded"}, nil, 33000},
		"truncated": {codes[:cut],
			[]string{"in.lyra: truncated: ends inside the second that starts at 2 s; everything readable has been decoded"},
			want[:32000], 32000},
		"damaged and truncated": {flipped(cut, 20+77), []string{"in.lyra: the second that starts at 0 s is damaged",
			"truncated: ends inside the second that starts at 2 s", "everything else has been decoded"}, nil, 32000},
		"bytes after the trailer": {slices.Concat(codes, []byte("more")),
			[]string{
				"in.lyra: has bytes after its trailer; everything readable has been decoded: get another copy"}, want, 33000},
		"bytes between seconds": {slices.Concat(codes[:20+second], []byte("more"), codes[20+second:]),
			[]string{"in.lyra: 4 stray bytes before the second that starts at 1 s; everything readable"},
			want, 33000},
		"trailer damaged": {codes[:len(codes)-1], []string{"its trailer is damaged"}, want, 104 * 320},
		"no container":    {[]byte("no codes"), []string{"not a Lyra container"}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			o, got := decode(t, c.codes)
			o.wantError(t, exitFailed, c.parts...)
			if len(got) != c.total {
				t.Fatalf("got %d samples, want %d", len(got), c.total)
			}
			wantSamples(t, "good samples", got[:len(c.begin)], c.begin)
			if name == "second damaged" {
				loudest := float32(0)
				for _, v := range got[16000+8000 : 32000] {
					loudest = max(loudest, v, -v)
				}
				if loudest > 0.001 {
					t.Errorf("loudest sample of the damaged second: got %g, want at most 0.001", loudest)
				}
			}
			if name == "no container" {
				wantNames(t, dir, "in.lyra")
			}
		})
	}
}

// soundOf returns a WAV file of the samples of a .npy file.
func soundOf(t *testing.T, array []byte) []byte {
	t.Helper()
	data := array[10+int(array[8])+256*int(array[9]):]
	return wavBytes(t, 16000, 1, pcm.F32, data)
}

// TestCodecUsage: wrong arguments and files are one line of error, and leave no file.
func TestCodecUsage(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), voice(t, 400))
	same := filepath.Join(dir, "sub", "in.wav")
	if err := os.Mkdir(filepath.Dir(same), 0o777); err != nil {
		t.Fatal(err)
	}
	writeFile(t, same, voice(t, 400))
	out := filepath.Join(dir, "out.lyra")
	encode, decode := []string{"encode", in, out, "--model", model}, []string{"decode", in, filepath.Join(dir, "out"), "--model", model}
	with := func(args []string, more ...string) []string { return slices.Concat(args, more) }
	for name, c := range map[string]struct {
		code int
		args []string
		part string
	}{
		"no output":      {exitUsage, []string{"encode", in}, "needs IN and OUT, got 1 argument"},
		"empty argument": {exitUsage, []string{"encode", in, "", out}, "argument 2 is empty"},
		"no model":       {exitUsage, []string{"encode", in, out}, "--model is missing"},
		"bitrate":        {exitUsage, with(encode, "--bitrate", "6001"), "--bitrate 6001: must be 3200, 6000 or 9200"},
		"chunk":          {exitUsage, with(encode, "--chunk", "0"), "--chunk 0"},
		"threads":        {exitUsage, with(encode, "--threads", "-1"), "--threads -1"},
		"two files to one": {exitUsage, []string{"encode", in, in, out, "--model", model},
			"must be a folder that exists, for 2 files"},
		"two files of one name": {exitUsage, []string{"encode", in, same, dir, "--model", model}, "would both become"},
		"pipe to a folder":      {exitUsage, []string{"encode", "-", dir, "--model", model}, "standard input has no name"},
		"folder without a model": {exitFailed, []string{"encode", in, out, "--model", dir},
			"soundstream_encoder.tflite: no such file or directory: name the folder of the three .tflite files of Lyra 1.2.0; " +
				"tailwave models lists where to get them"},
		"no input":         {exitFailed, []string{"encode", filepath.Join(dir, "none"), out, "--model", model}, "none"},
		"rate":             {exitUsage, with(decode, "--rate", "5"), "--rate 5"},
		"format":           {exitUsage, with(decode, "--format", "mp3"), `--format "mp3"`},
		"raw and format":   {exitUsage, with(decode, "--raw", "f32", "--format", "f32"), "--format goes with WAV output"},
		"sound to decode":  {exitFailed, decode, "in.wav: not a Lyra container"},
		"folder to decode": {exitFailed, []string{"decode", dir, filepath.Join(dir, "out"), "--model", model}, "is a folder"},
	} {
		t.Run(name, func(t *testing.T) {
			tailwave(nil, append([]string{"codec"}, c.args...)...).wantError(t, c.code, c.part)
			wantNames(t, dir, "in.wav", "sub")
		})
	}
	wantParts(t, "help", must(t, nil, "codec").out, "encode")
}

// TestCodecPlay: the device gets the samples of the file, as many as were encoded, with the file and without it.
func TestCodecPlay(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	codes := must(t, bytes.NewReader(voice(t, 2001)), "codec", "encode", "-", "-", "--model", model, "-q").out
	in, out := writeFile(t, filepath.Join(dir, "in.lyra"), []byte(codes)), filepath.Join(dir, "out.s16")
	want := must(t, nil, "codec", "decode", in, "-", "--model", model, "-q", "--raw", "s16").out
	if len(want) != 2*2001 {
		t.Fatalf("got %d bytes, want %d", len(want), 2*2001)
	}
	for name, args := range map[string][]string{"file": {in}, "pipe": {"-"}, "with a file": {in, out, "--raw", "s16"}} {
		t.Run(name, func(t *testing.T) {
			host := &soundless{channels: 2}
			args := slices.Concat([]string{"codec", "decode"}, args, []string{"--model", model, "--play", "-q"})
			on(host, strings.NewReader(codes), args...).wantDone(t)
			wantBytes(t, "heard", string(host.heard), want)
			if name == "with a file" {
				wantBytes(t, "file", string(readFile(t, out)), want)
			}
		})
	}
	tailwave(nil, "codec", "decode", in, in, dir, "--model", model, "--device", "0").
		wantError(t, exitUsage, "--device goes with --play")
	second := writeFile(t, filepath.Join(dir, "b.lyra"), []byte(codes))
	tailwave(nil, "codec", "decode", in, second, dir, "--model", model, "--play").
		wantError(t, exitUsage, "--play: 2 files, must be one")
}
