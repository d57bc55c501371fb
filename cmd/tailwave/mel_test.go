package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/models/npy"
	"github.com/tailwave/tailwave/testdata/reference"
)

// readFrames returns the frames of a file, one after the other.
func readFrames(t *testing.T, path string, melsFirst bool) (channels int, values []float32) {
	t.Helper()
	f, err := npy.NewFrames(bytes.NewReader(readFile(t, path)), melsFirst)
	if err != nil {
		t.Fatal(err)
	}
	values = make([]float32, int(f.Total)*f.Channels)
	if n, err := f.Read(values); err != nil || int64(n) != f.Total {
		t.Fatalf("%d frames, %v", n, err)
	}
	return f.Channels, values
}

// TestMelGolden: frames of a recording are those that the models' own front ends made of it.
func TestMelGolden(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"hifigan-v3", "mb-melgan"} {
		out := filepath.Join(dir, name+".npy")
		must(t, nil, "mel", reference.File(t, "audio", "LJ050-0264.wav"), out, "--model", reference.File(t, "weights", name+"-ljspeech"), "--quiet")
		_, got := readFrames(t, out, true)
		_, want := readFrames(t, reference.File(t, "golden", "vocoders", name+"_LJ050-0264_mel.npy"), true)
		if len(got) != len(want) {
			t.Fatalf("%s: %d values, want %d", name, len(got), len(want))
		}
		worst := 0.0
		for i, v := range want {
			worst = max(worst, math.Abs(float64(got[i]-v)))
		}
		t.Logf("%s: off by %.2g at most", name, worst)
		if !(worst <= 1e-6) {
			t.Errorf("%s: off by %g", name, worst)
		}
	}
}

// TestMel: layouts, pipes and chunks hold the same frames, which are what vocode takes.
func TestMel(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	o := must(t, nil, "mel", speech, path("mel.npy"))
	if !strings.Contains(o.err, "174 frames of 80 mels") {
		t.Errorf("%q", o.err)
	}
	channels, want := readFrames(t, path("mel.npy"), true)
	if channels != 80 || len(want) != 174*80 {
		t.Fatalf("%d values of %d channels", len(want), channels)
	}
	must(t, nil, "mel", speech, path("frames.npy"), "--layout", "frames-first", "--quiet")
	if channels, got := readFrames(t, path("frames.npy"), false); channels != 80 || dsptest.FirstDifference(got, want) >= 0 {
		t.Error("frames-first: other values")
	}
	sound := readFile(t, speech)
	bare := must(t, bytes.NewReader(sound), "mel", "-", "-", "--raw", "--quiet").out
	array := must(t, bytes.NewReader(sound), "mel", "-", "-", "--quiet").out
	if bare != array[128:] || array != string(readFile(t, path("mel.npy"))) {
		t.Error("through pipes: other values")
	}

	must(t, nil, "vocode", path("mel.npy"), path("a.wav"), "--quiet")
	must(t, strings.NewReader(bare), "vocode", "-", path("b.wav"), "--model", "builtin", "--quiet", "--chunk", "3")
	_, a := readSound(t, readFile(t, path("a.wav")))
	_, b := readSound(t, readFile(t, path("b.wav")))
	if dsptest.FirstDifference(a, b) >= 0 || len(a) != 174*256 {
		t.Errorf("an array and bare frames: other sound, or %d samples, not %d", len(a), 174*256)
	}
	// At twice the rate there are as many frames, and they are about the same.
	must(t, nil, "upsample", speech, path("44.wav"), "--rate", "44100", "--quiet")
	must(t, nil, "mel", path("44.wav"), path("44.npy"), "--quiet")
	_, got := readFrames(t, path("44.npy"), true)
	if len(got) != len(want) {
		t.Fatalf("44100 Hz: %d values", len(got))
	}
	for i, v := range want {
		if v > -5 && math.Abs(float64(got[i]-v)) > 0.02 {
			t.Fatalf("44100 Hz: value %d is %v, want %v", i, got[i], v)
		}
	}
}

func TestMelErrors(t *testing.T) {
	dir := t.TempDir()
	short := writeFile(t, filepath.Join(dir, "short.wav"), readFile(t, speech)[:44+2*300])
	out := filepath.Join(dir, "out.npy")
	for _, c := range []struct {
		code  int
		args  []string
		parts []string
	}{
		{exitUsage, []string{speech, out, "--model", ""}, []string{"--model is empty"}},
		{exitUsage, []string{speech, out, "--layout", "x"}, []string{`--layout "x"`}},
		{exitUsage, []string{speech, out, "--raw", "--layout", "frames-first"}, []string{"--layout goes with an array"}},
		{exitUsage, []string{speech, out, "--threads", "-1"}, []string{"--threads -1"}},
		{exitFailed, []string{speech, out, "--model", tinyModel(t)}, []string{"how frames are made of sound: n_fft is missing"}},
		{exitFailed, []string{speech, out, "--model", dir}, []string{"is a folder without"}},
		{exitFailed, []string{"mel_test.go", out}, []string{"not a WAV file"}},
		{exitFailed, []string{short, out}, []string{"short.wav", "truncated"}},
	} {
		tailwave(nil, append([]string{"mel"}, c.args...)...).wantError(t, c.code, c.parts...)
	}
	few := wavBytes(t, 22050, 1, pcm.S16, make([]byte, 2*300))
	tailwave(bytes.NewReader(few), "mel", "-", out).wantError(t, exitFailed, "standard input: input too short: 300 frames, need at least 385, at 22050 Hz")
	endless := wavBytes(t, 22050, 1, pcm.S16, make([]byte, 2*3000))
	binary.LittleEndian.PutUint32(endless[4:], math.MaxUint32)
	binary.LittleEndian.PutUint32(endless[40:], math.MaxUint32)
	tailwave(bytes.NewReader(endless), "mel", "-", "-").wantError(t, exitFailed, "standard output: cannot be a .npy file", "or see --raw")
	must(t, bytes.NewReader(endless), "mel", "-", "-", "--raw", "--quiet")
	wantNames(t, dir, "short.wav")
	must(t, nil, "mel", speech, out, "--quiet")
	tailwave(nil, "mel", speech, out).wantError(t, exitFailed, "exists; --force")
}
