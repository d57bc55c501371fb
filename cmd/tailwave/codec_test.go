package main

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

// voice returns the first part of a recording as a WAV file of one channel at 16 kHz, or less of it where that is slow.
func voice(t *testing.T, frames int) []byte {
	t.Helper()
	b := readFile(t, reference.File(t, "audio", "sample1_16kHz.wav"))
	return wavBytes(t, 16000, 1, pcm.S16, b[44+20000:][:2*frames])
}

// TestCodec: what is decoded is as long as what was encoded, at every rate and bitrate, and sounds like it.
func TestCodec(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), voice(t, 16000))
	for _, bitrate := range []int{3200, 6000, 9200} {
		codes, out := filepath.Join(dir, fmt.Sprint(bitrate, ".lyra")), filepath.Join(dir, fmt.Sprint(bitrate, ".wav"))
		o := must(t, nil, "codec", "encode", in, codes, "--model", model, "--bitrate", fmt.Sprint(bitrate))
		if want := fmt.Sprintf("1.000 s, 50 hops, %d bytes at %d bit/s", 20+5+bitrate/8+13, bitrate); !strings.Contains(o.err, want) {
			t.Errorf("%q, must have %q", o.err, want)
		}
		must(t, nil, "codec", "decode", codes, out, "--model", model, "--quiet")
		a, b := parse(t, readFile(t, in)).samples, parse(t, readFile(t, out)).samples
		if len(a) != len(b) {
			t.Fatalf("%d bit/s: %d samples become %d", bitrate, len(a), len(b))
		}
		if c := correlation(envelope(a), envelope(b)); c < 0.9 {
			t.Errorf("%d bit/s: the loudness over time correlates with %.3f only", bitrate, c)
		}
	}
	must(t, nil, "codec", "encode", in, filepath.Join(dir, "default.lyra"), "--model", model, "-q")
	if !bytes.Equal(readFile(t, filepath.Join(dir, "default.lyra")), readFile(t, filepath.Join(dir, "9200.lyra"))) {
		t.Error("the usual bitrate is not 9200")
	}
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

// TestCodecLengths: any number of samples at any rate, and channels, through files and pipes.
func TestCodecLengths(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	for _, c := range []struct{ rate, channels, frames, out, want int }{
		{16000, 1, 0, 16000, 0}, {16000, 1, 1, 16000, 1}, {16000, 1, 319, 16000, 319}, {16000, 1, 320, 16000, 320}, {16000, 1, 321, 16000, 321},
		{8000, 1, 1001, 8000, 1001}, {44100, 2, 3001, 44100, 3001}, {48000, 1, 3333, 48000, 3333}, {44100, 1, 3001, 16000, 1089}, {16000, 3, 500, 22050, 690},
	} {
		in := soundBytes(t, c.rate, c.channels, pcm.S16, tones(c.frames, c.channels))
		codes := must(t, bytes.NewReader(in), "codec", "encode", "-", "-", "--model", model, "-q", "--chunk", "1").out
		file := writeFile(t, filepath.Join(dir, "x.lyra"), []byte(codes))
		out := filepath.Join(dir, "x.wav")
		must(t, nil, "codec", "decode", file, out, "--model", model, "--force", "-q", "--rate", fmt.Sprint(c.out))
		whole := parse(t, readFile(t, out))
		if len(whole.samples) != c.want {
			t.Errorf("%+v: %d samples", c, len(whole.samples))
		}
		piped := parse(t, []byte(must(t, strings.NewReader(codes), "codec", "decode", "-", "-", "--model", model, "-q", "--rate", fmt.Sprint(c.out), "--chunk", "3", "--threads", "1").out))
		if !sameBits(piped.samples, whole.samples) {
			t.Errorf("%+v: through a pipe, in other chunks, other samples", c)
		}
		o := must(t, nil, "info", file).out
		if !strings.Contains(o, fmt.Sprintf("%d Hz, decoded at 16000 Hz", c.rate)) || !strings.Contains(o, fmt.Sprintf("samples   %d, decoded", c.frames)) {
			t.Errorf("info: %s", o)
		}
	}
}

// TestCodecFolder: many files side by side, each by itself; what one of them lacks does not stop the others.
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
	if o.code != exitFailed || !strings.HasSuffix(o.err, "tailwave: 1 of 5 files failed\n") || !strings.Contains(o.err, "none.wav: not a WAV file") || strings.Count(o.err, "\n") != 6 {
		t.Errorf("exit %d: %s", o.code, o.err)
	}
	wantNames(t, coded, "in0.lyra", "in1.lyra", "in2.lyra", "in3.lyra")
	alone := must(t, bytes.NewReader(readFile(t, args[2])), "codec", "encode", "-", "-", "--model", model, "-q").out
	if alone != string(readFile(t, filepath.Join(coded, "in0.lyra"))) {
		t.Error("a file among others has other codes than alone")
	}
	must(t, nil, "codec", "decode", filepath.Join(coded, "in0.lyra"), filepath.Join(coded, "in3.lyra"), decoded, "--model", model, "-q", "--raw", "s16")
	wantNames(t, decoded, "in0.s16", "in3.s16")
	if n := len(readFile(t, filepath.Join(decoded, "in0.s16"))); n != 4000 {
		t.Errorf("%d bytes", n)
	}
}

// TestCodecDamage: every good frame is decoded, and one line says what is wrong.
func TestCodecDamage(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	codes := []byte(must(t, bytes.NewReader(voice(t, 33000)), "codec", "encode", "-", "-", "--model", model, "-q", "--bitrate", "3200").out)
	decode := func(b []byte) (outcome, []float32) {
		t.Helper()
		in, out := writeFile(t, filepath.Join(dir, "in.lyra"), b), filepath.Join(dir, "out.npy")
		os.Remove(out)
		o := tailwave(nil, "codec", "decode", in, out, "--model", model, "-q")
		if _, err := os.Stat(out); err != nil {
			return o, nil
		}
		file := readFile(t, out)
		return o, parse(t, soundOf(t, file)).samples
	}
	_, want := decode(codes)
	if len(want) != 33000 {
		t.Fatalf("%d samples", len(want))
	}
	const second = 405
	broken := bytes.Clone(codes)
	broken[20+second+77] ^= 16
	o, got := decode(broken)
	o.wantError(t, exitFailed, "in.lyra: the second from 1 s on is damaged", "it is silent")
	if len(got) != 33000 || !sameBits(got[:16000], want[:16000]) {
		t.Errorf("%d samples, or others in the first second", len(got))
	}
	loudest := float32(0)
	for _, v := range got[16000+8000 : 32000] {
		loudest = max(loudest, v, -v)
	}
	if loudest > 0.001 {
		t.Errorf("the damaged second has %g", loudest)
	}
	broken[20+77] ^= 16
	o, got = decode(broken)
	o.wantError(t, exitFailed, "in.lyra: the second from 0 s on is damaged", "and 1 more; they are silent, all else has been decoded")
	if len(got) != 33000 {
		t.Errorf("%d samples", len(got))
	}
	o, got = decode(codes[:20+2*second+9])
	o.wantError(t, exitFailed, "in.lyra: ends inside the second from 2 s on", "what was there has been decoded")
	if !sameBits(got, want[:32000]) {
		t.Errorf("%d samples of whole seconds", len(got))
	}
	broken = bytes.Clone(codes[:20+2*second+9])
	broken[20+77] ^= 16
	o, got = decode(broken)
	o.wantError(t, exitFailed, "in.lyra: the second from 0 s on is damaged", "ends inside the second from 2 s on: the rest is missing", "all else has been decoded")
	if len(got) != 32000 {
		t.Errorf("%d samples of whole seconds", len(got))
	}
	o, got = decode(append(bytes.Clone(codes), "more"...))
	o.wantError(t, exitFailed, "in.lyra: goes on behind its trailer; what was there has been decoded")
	if !sameBits(got, want) {
		t.Errorf("%d samples before the trailer", len(got))
	}
	o, got = decode(slices.Concat(codes[:20+second], []byte("more"), codes[20+second:]))
	o.wantError(t, exitFailed, "in.lyra: there are bytes that do not belong there before the second from 1 s on; what was there")
	if !sameBits(got, want) {
		t.Errorf("%d samples around what does not belong there", len(got))
	}
	o, got = decode(codes[:len(codes)-1])
	o.wantError(t, exitFailed, "its trailer is damaged")
	if len(got) != 104*320 || !sameBits(got[:33000], want) {
		t.Errorf("%d samples of whole hops", len(got))
	}
	o, got = decode([]byte("no codes"))
	o.wantError(t, exitFailed, "is no Lyra container")
	if got != nil {
		t.Error("there is an output")
	}
	wantNames(t, dir, "in.lyra")
}

// soundOf returns the WAV file that has the samples of a .npy file.
func soundOf(t *testing.T, array []byte) []byte {
	t.Helper()
	data := array[10+int(array[8])+256*int(array[9]):]
	return wavBytes(t, 16000, 1, pcm.F32, data)
}

// TestCodecUsage: wrong usage and what cannot be opened.
func TestCodecUsage(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), voice(t, 400))
	same := filepath.Join(dir, "sub", "in.wav")
	if err := os.Mkdir(filepath.Dir(same), 0o777); err != nil {
		t.Fatal(err)
	}
	writeFile(t, same, voice(t, 400))
	out := filepath.Join(dir, "out.lyra")
	for _, c := range []struct {
		code  int
		args  []string
		parts []string
	}{
		{exitUsage, []string{"encode", in}, []string{"needs IN and OUT, got 1 argument"}},
		{exitUsage, []string{"encode", in, "", out}, []string{"argument 2 is empty"}},
		{exitUsage, []string{"encode", in, out}, []string{"--model is missing"}},
		{exitUsage, []string{"encode", in, out, "--model", model, "--bitrate", "6001"}, []string{"--bitrate 6001: must be 3200, 6000 or 9200"}},
		{exitUsage, []string{"encode", in, out, "--model", model, "--chunk", "0"}, []string{"--chunk 0"}},
		{exitUsage, []string{"encode", in, out, "--model", model, "--threads", "-1"}, []string{"--threads -1"}},
		{exitUsage, []string{"encode", in, in, out, "--model", model}, []string{"must be a folder that exists, for 2 files"}},
		{exitUsage, []string{"encode", in, same, dir, "--model", model}, []string{"would both become"}},
		{exitUsage, []string{"encode", "-", dir, "--model", model}, []string{"standard input has no name"}},
		{exitFailed, []string{"encode", in, out, "--model", dir}, []string{"soundstream_encoder.tflite: no such file"}},
		{exitFailed, []string{"encode", filepath.Join(dir, "none"), out, "--model", model}, []string{"none"}},
		{exitUsage, []string{"decode", in, out, "--model", model, "--rate", "5"}, []string{"--rate 5"}},
		{exitUsage, []string{"decode", in, out, "--model", model, "--format", "mp3"}, []string{`--format "mp3"`}},
		{exitUsage, []string{"decode", in, out, "--model", model, "--raw", "f32", "--format", "f32"}, []string{"--format goes with WAV output"}},
		{exitFailed, []string{"decode", in, out, "--model", model}, []string{"in.wav: is no Lyra container"}},
		{exitFailed, []string{"decode", dir, out, "--model", model}, []string{"is a folder"}},
	} {
		tailwave(nil, append([]string{"codec"}, c.args...)...).wantError(t, c.code, c.parts...)
	}
	wantNames(t, dir, "in.wav", "sub")
	if o := must(t, nil, "codec"); !strings.Contains(o.out, "encode") {
		t.Error(o.out)
	}
}

// TestCodecPlay: what is heard is what the file holds, trimmed to the sample, with the file or without it.
func TestCodecPlay(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	codes := must(t, bytes.NewReader(voice(t, 2001)), "codec", "encode", "-", "-", "--model", model, "-q").out
	in, out := writeFile(t, filepath.Join(dir, "in.lyra"), []byte(codes)), filepath.Join(dir, "out.s16")
	want := must(t, nil, "codec", "decode", in, "-", "--model", model, "-q", "--raw", "s16").out
	if len(want) != 2*2001 {
		t.Fatalf("%d bytes", len(want))
	}
	for _, args := range [][]string{{in}, {"-"}, {in, out, "--raw", "s16"}} {
		host := &soundless{channels: 2}
		o := on(host, strings.NewReader(codes), append(append([]string{"codec", "decode"}, args...), "--model", model, "--play", "-q")...)
		if o.code != exitDone || o.err != "" || string(host.heard) != want {
			t.Errorf("%v: exit %d, %d bytes heard, want %d: %s", args, o.code, len(host.heard), len(want), o.err)
		}
	}
	if string(readFile(t, out)) != want {
		t.Error("the file beside has other samples")
	}
	tailwave(nil, "codec", "decode", in, in, dir, "--model", model, "--device", "0").wantError(t, exitUsage, "--device goes with --play")
	tailwave(nil, "codec", "decode", in, writeFile(t, filepath.Join(dir, "b.lyra"), []byte(codes)), dir, "--model", model, "--play").wantError(t, exitUsage, "--play: 2 files, must be one")
}
