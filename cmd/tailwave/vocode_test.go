package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/models/npy"
	"github.com/tailwave/tailwave/stream/wav"
	"github.com/tailwave/tailwave/testdata/reference"
)

func TestVocode(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, bare := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	byFrames := writeFile(t, filepath.Join(dir, "frames.npy"), npyBytes("(50, 3)", bare))
	out := filepath.Join(dir, "out.npy")
	must(t, nil, "vocode", in, out, "--model", model, "--chunk", "50", "--threads", "1", "--quiet")
	want := readFile(t, out)
	a, err := npy.Read(bytes.NewReader(want))
	if err != nil || len(a.Shape) != 1 || len(a.Float32) != 50*8 {
		t.Fatalf("%v, %v", a, err)
	}
	samples := want[len(want)-4*400:]
	for _, args := range [][]string{{"--chunk", "1"}, {"--chunk", "7", "--threads", "3"}, {"--model", filepath.Join(model, "generator.safetensors")}} {
		must(t, nil, append([]string{"vocode", in, out, "--model", model, "--force", "--quiet"}, args...)...)
		if !bytes.Equal(readFile(t, out), want) {
			t.Errorf("%v: other bytes", args)
		}
	}
	must(t, nil, "vocode", byFrames, out, "--model", model, "--force", "--layout", "frames-first", "--quiet")
	if !bytes.Equal(readFile(t, out), want) {
		t.Error("frames-first: other bytes")
	}
	for name, stdin := range map[string][]byte{"array": array, "bare frames": bare} {
		o := must(t, bytes.NewReader(stdin), "vocode", "-", "-", "--model", model, "--raw", "f32")
		if o.out != string(samples) {
			t.Errorf("%s through a pipe: other samples", name)
		}
		if !strings.Contains(o.err, "400 samples, 0.050 s") {
			t.Errorf("summary %q", o.err)
		}
		must(t, bytes.NewReader(stdin), "vocode", "-", out, "--model", model, "--force", "--quiet")
		if !bytes.Equal(readFile(t, out), want) {
			t.Errorf("%s to a .npy file: other bytes", name)
		}
	}
	o := must(t, nil, "vocode", in, "-", "--model", model, "--format", "f32", "--quiet")
	r, err := wav.NewReader(strings.NewReader(o.out))
	if err != nil {
		t.Fatal(err)
	}
	if i := r.Info(); i.Rate != 8000 || i.Channels != 1 || !strings.HasSuffix(o.out, string(samples)) {
		t.Errorf("WAV: %+v, not the samples", i)
	}
	if o := must(t, nil, "vocode", in, "-", "--model", model, "--raw", "s16", "--quiet"); len(o.out) != 2*400 {
		t.Errorf("raw s16 has %d bytes", len(o.out))
	}
	o = must(t, nil, "vocode", in, "-", "--model", model, "--rate", "16000", "--raw", "f32", "--quiet")
	if len(o.out) != 4*800 {
		t.Errorf("at twice the rate %d bytes", len(o.out))
	}
	o = must(t, bytes.NewReader(nil), "vocode", "-", "-", "--model", model, "--raw", "f32", "--quiet")
	if o.out != "" {
		t.Errorf("no frames give %d bytes", len(o.out))
	}
}

// TestVocodeAsItComes: samples leave before the input has ended.
func TestVocodeAsItComes(t *testing.T) {
	model := tinyModel(t)
	_, bare := melFile()
	cmd := program(t, t.TempDir(), "vocode", "-", "-", "--model", model, "--raw", "f32", "--quiet")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stdin.Write(bare[:20*12])
	first := make([]byte, 4*8*10) // of 20 frames 10 are out: the rest would wait for more than is there
	if _, err := io.ReadFull(stdout, first); err != nil {
		t.Fatal(err)
	}
	stdin.Write(bare[20*12:])
	stdin.Close()
	rest, err := io.ReadAll(stdout)
	if err != nil || len(first)+len(rest) != 4*400 {
		t.Errorf("%d bytes more, %v", len(rest), err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestVocodeErrors(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, bare := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	wide := writeFile(t, filepath.Join(dir, "wide.npy"), npyBytes("(50, 3)", bare))
	deep := writeFile(t, filepath.Join(dir, "deep.npy"), npyBytes("(2, 25, 3)", bare))
	out := filepath.Join(dir, "out.wav")
	for _, c := range []struct {
		code  int
		args  []string
		parts []string
	}{
		{exitUsage, []string{in, out, "--model", ""}, []string{"--model is empty"}},
		{exitFailed, []string{in, out}, []string{"mel.npy: has frames of 3 values, the model takes 80"}},
		{exitUsage, []string{in, out, "--model", model, "--pitch", "1"}, []string{"--pitch goes with the built-in vocoder"}},
		{exitUsage, []string{in, out, "--model", model, "--robot"}, []string{"--robot goes with the built-in vocoder"}},
		{exitUsage, []string{in, out, "--pitch", "25"}, []string{"--pitch 25: must be from -24 to 24"}},
		{exitUsage, []string{in, out, "--pitch", "high"}, []string{`"--pitch" flag: must be a number;`}},
		{exitUsage, []string{in, out, "--stretch", "0"}, []string{"--stretch 0: must be from 0.1 to 10"}},
		{exitUsage, []string{in, out, "--stretch", "NaN"}, []string{"--stretch NaN"}},
		{exitUsage, []string{"../../testdata/speech.wav", out, "--layout", "frames-first"}, []string{"--layout goes with an array of frames", "speech.wav is a WAV file"}},
		{exitFailed, []string{"vocode_test.go", out, "--layout", "mels-first"}, []string{"vocode_test.go: not a WAV file"}},
		{exitFailed, []string{"vocode_test.go", out}, []string{"vocode_test.go: not a WAV file", "or a .npy file of frames"}},
		{exitFailed, []string{"../../testdata/speech.wav", out, "--model", model}, []string{"config.json: how frames are made of sound: n_fft is missing"}},
		{exitUsage, []string{in, out, "--model", model, "--chunk", "0"}, []string{"--chunk 0: must be from 1"}},
		{exitUsage, []string{in, out, "--model", model, "--threads", "-1"}, []string{"--threads -1"}},
		{exitUsage, []string{in, out, "--model", model, "--rate", "5"}, []string{"--rate 5"}},
		{exitUsage, []string{in, out, "--model", model, "--layout", "x"}, []string{`--layout "x": must be mels-first or frames-first`}},
		{exitUsage, []string{in, out, "--model", model, "--format", "x"}, []string{`--format "x"`}},
		{exitUsage, []string{in, out, "--model", model, "--raw", "x"}, []string{`--raw "x": must be s16 or f32`}},
		{exitUsage, []string{in, "o.npy", "--model", model, "--raw", "f32"}, []string{"--raw"}},
		{exitUsage, []string{in, "o.npy", "--model", model, "--format", "f32"}, []string{"--format goes with WAV"}},
		{exitFailed, []string{in, out, "--model", dir}, []string{dir, "is a folder without"}},
		{exitFailed, []string{in, out, "--model", filepath.Join(dir, "no.safetensors")}, []string{"no such file"}},
		{exitFailed, []string{filepath.Join(dir, "no.npy"), out, "--model", model}, []string{"tailwave: " + filepath.Join(dir, "no.npy") + ": no such file"}},
		{exitFailed, []string{wide, out, "--model", model}, []string{"wide.npy", "the model takes 3", "--layout frames-first"}},
		{exitFailed, []string{deep, out, "--model", model}, []string{"deep.npy", "must have two dimensions"}},
		{exitFailed, []string{"-", out, "--model", model}, []string{"standard input: ends inside a frame: 4 of its 12 bytes, or convert what is there with --keep-partial"}},
		{exitUsage, []string{"-", out, "--model", model, "--layout", "mels-first"}, []string{"--layout goes with an array of frames; standard input holds bare frames"}},
		{exitUsage, []string{in, out, "--model", model, "--keep-partial"}, []string{"--keep-partial goes with WAV files and bare frames", "mel.npy is an array"}},
	} {
		o := tailwave(bytes.NewReader(bare[:64]), append([]string{"vocode"}, c.args...)...)
		o.wantError(t, c.code, c.parts...)
	}
	wantNames(t, dir, "deep.npy", "mel.npy", "wide.npy")
	must(t, nil, "vocode", in, out, "--model", model, "--quiet")
	tailwave(nil, "vocode", in, out, "--model", model).wantError(t, exitFailed, "exists; --force")
}

// TestVocodeShort: what cannot be reflected is refused, from a file and from a pipe, and leaves no file; no frames are none.
func TestVocodeShort(t *testing.T) {
	model, dir := tinyMelGAN(t), t.TempDir()
	out := filepath.Join(dir, "out.wav")
	for frames := range 5 {
		raw := make([]byte, 4*3*frames)
		in := writeFile(t, filepath.Join(t.TempDir(), "mel.npy"), npyBytes(fmt.Sprintf("(3, %d)", frames), raw))
		for _, path := range []string{in, "-"} {
			args := []string{"vocode", path, out, "--model", model, "--force"}
			if frames > 0 && frames < 4 {
				o := tailwave(bytes.NewReader(raw), args...)
				o.wantError(t, exitFailed, fmt.Sprintf("input too short: %s, need at least 4", count(int64(frames), "frame")))
				wantNames(t, dir)
				continue
			}
			if o := must(t, bytes.NewReader(raw), args...); !strings.Contains(o.err, fmt.Sprintf("%d samples", 2*frames)) {
				t.Errorf("%d frames: %q", frames, o.err)
			}
			os.Remove(out)
		}
	}
}

// TestVocodeSoundWithModel: sound to sound is mel and vocode, one after the other, at any rate and of any channels.
func TestVocodeSoundWithModel(t *testing.T) {
	model, dir := reference.File(t, "weights", "mb-melgan-ljspeech"), t.TempDir()
	mel, a, b := filepath.Join(dir, "mel.npy"), filepath.Join(dir, "a.wav"), filepath.Join(dir, "b.wav")
	for _, in := range []string{speech, "../../testdata/chime.wav"} {
		if in == speech && testing.Short() {
			continue
		}
		must(t, nil, "mel", in, mel, "--model", model, "--quiet", "--force")
		must(t, nil, "vocode", mel, a, "--model", model, "--quiet", "--force")
		must(t, nil, "vocode", in, b, "--model", model, "--quiet", "--force", "--chunk", "5")
		x, y := readFile(t, a), readFile(t, b)
		if len(x) < 40000 || !bytes.Equal(x[44:], y[44:]) {
			t.Errorf("%s: %d and %d bytes, or other samples", in, len(x), len(y))
		}
	}
	if testing.Short() {
		return
	}
	o := must(t, nil, "verify", speech, "--model", model, "--runs", "2")
	if !strings.Contains(o.out, "no bit differs") {
		t.Errorf("%q", o.out)
	}
}

// TestVocodeLatents: latents come frames first, if not said otherwise, and are no mels.
func TestVocodeLatents(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	x := dsptest.Noise[float32](1, 3*64)
	byFrames, byLatents := make([]float32, 0, len(x)), make([]float32, len(x))
	for f := range 3 {
		for c := range 64 {
			byFrames = append(byFrames, x[f*64+c])
			byLatents[c*3+f] = x[f*64+c]
		}
	}
	a, b := npyFile(t, filepath.Join(dir, "a.npy"), "(3, 64)", byFrames), npyFile(t, filepath.Join(dir, "b.npy"), "(64, 3)", byLatents)
	one := must(t, nil, "vocode", a, "-", "--model", model, "-q").out
	if two := must(t, nil, "vocode", b, "-", "--model", filepath.Join(model, "lyragan.tflite"), "-q", "--layout", "mels-first").out; one != two || len(parse(t, []byte(one)).samples) != 3*320 {
		t.Errorf("%d bytes frames first, %d latents first", len(one), len(two))
	}
	tailwave(nil, "vocode", b, "-", "--model", model).wantError(t, exitFailed, "has frames of 3 values, the model takes 64", "--layout mels-first")
	must(t, nil, "verify", a, "--model", model, "--runs", "2")
	sound := writeFile(t, filepath.Join(dir, "in.wav"), voice(t, 400))
	tailwave(nil, "vocode", sound, "-", "--model", model).wantError(t, exitFailed, "latents of a codec")
	if o := must(t, nil, "info", model).out; !strings.Contains(o, "frames of 64 latents") || strings.Contains(o, "made of") {
		t.Error(o)
	}
}
