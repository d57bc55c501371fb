package command

import (
	"bytes"
	"encoding/binary"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/testdata/reference"
)

// readFrames returns the frames of a file, one after the other.
func readFrames(t *testing.T, path string, melsFirst bool) (channels int, values []float32) {
	t.Helper()
	layout := npy.FramesFirst
	if melsFirst {
		layout = npy.ChannelsFirst
	}
	f, err := npy.NewReader(bytes.NewReader(readFile(t, path)), stream.Hz(1), layout)
	if err != nil {
		t.Fatal(err)
	}
	channels = f.Format().Channels
	all, err := stream.ReadAll(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return channels, all.Samples
}

// TestMelGolden: the frames of a recording are within 1e-6 of those of the models' own front ends.
func TestMelGolden(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"hifigan-v3", "mb-melgan"} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(dir, name+".npy")
			in, model := reference.File(t, "audio", "LJ050-0264.wav"), reference.File(t, "weights", name+"-ljspeech")
			must(t, nil, "mel", in, out, "--model", model, "--quiet")
			_, got := readFrames(t, out, true)
			_, want := readFrames(t, reference.File(t, "golden", "vocoders", name+"_LJ050-0264_mel.npy"), true)
			if len(got) != len(want) {
				t.Fatalf("got %d values, want %d", len(got), len(want))
			}
			worst := 0.0
			for i, v := range want {
				worst = max(worst, math.Abs(float64(got[i]-v)))
			}
			t.Logf("largest difference %.2g", worst)
			if !(worst <= 1e-6) {
				t.Errorf("largest difference: got %g, want at most 1e-6", worst)
			}
		})
	}
}

// TestMel: arrays of both layouts, pipes and bare frames hold the same values, and vocode takes them all.
func TestMel(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	o := must(t, nil, "mel", speech, path("mel.npy"))
	wantParts(t, "summary", o.err, "174 frames of 80 mels")
	channels, want := readFrames(t, path("mel.npy"), true)
	if channels != 80 || len(want) != 174*80 {
		t.Fatalf("got %d values of %d channels, want %d of 80", len(want), channels, 174*80)
	}
	must(t, nil, "mel", speech, path("frames.npy"), "--layout", "frames-first", "--quiet")
	channels, got := readFrames(t, path("frames.npy"), false)
	if channels != 80 {
		t.Errorf("frames first: got %d channels, want 80", channels)
	}
	wantSamples(t, "frames first", got, want)
	sound := readFile(t, speech)
	bare := must(t, bytes.NewReader(sound), "mel", "-", "-", "--raw", "--quiet").out
	array := must(t, bytes.NewReader(sound), "mel", "-", "-", "--quiet").out
	wantBytes(t, "array through a pipe", array, string(readFile(t, path("mel.npy"))))
	wantBytes(t, "bare frames through a pipe", bare, array[128:])

	must(t, nil, "vocode", path("mel.npy"), path("a.wav"), "--quiet")
	must(t, strings.NewReader(bare), "vocode", "-", path("b.wav"), "--model", "builtin", "--quiet", "--chunk", "3")
	_, a := readSound(t, readFile(t, path("a.wav")))
	_, b := readSound(t, readFile(t, path("b.wav")))
	if len(a) != 174*256 {
		t.Errorf("sound of an array: got %d samples, want %d", len(a), 174*256)
	}
	wantSamples(t, "sound of bare frames", b, a)
}

// TestMelRate: sound at twice the rate becomes as many frames, with about the same values.
func TestMelRate(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	must(t, nil, "mel", speech, path("22.npy"), "--quiet")
	must(t, nil, "upsample", speech, path("44.wav"), "--rate", "44100", "--quiet")
	must(t, nil, "mel", path("44.wav"), path("44.npy"), "--quiet")
	_, want := readFrames(t, path("22.npy"), true)
	_, got := readFrames(t, path("44.npy"), true)
	if len(got) != len(want) {
		t.Fatalf("got %d values, want %d", len(got), len(want))
	}
	for i, v := range want {
		if v > -5 && math.Abs(float64(got[i]-v)) > 0.02 {
			t.Fatalf("value %d: got %v, want %v to within 0.02", i, got[i], v)
		}
	}
}

// TestMelErrors: wrong arguments and files are one line of error, and leave no file.
func TestMelErrors(t *testing.T) {
	dir := t.TempDir()
	short := writeFile(t, filepath.Join(dir, "short.wav"), readFile(t, speech)[:44+2*300])
	out := filepath.Join(dir, "out.npy")
	few := wavBytes(t, 22050, 1, pcm.S16, make([]byte, 2*300))
	endless := wavBytes(t, 22050, 1, pcm.S16, make([]byte, 2*3000))
	binary.LittleEndian.PutUint32(endless[4:], math.MaxUint32)
	binary.LittleEndian.PutUint32(endless[40:], math.MaxUint32)
	tiny := tinyModel(t)
	for name, c := range map[string]struct {
		stdin []byte
		code  int
		args  []string
		parts []string
	}{
		"empty model": {nil, exitUsage, []string{speech, out, "--model", ""}, []string{"--model is empty"}},
		"layout":      {nil, exitUsage, []string{speech, out, "--layout", "x"}, []string{`--layout "x"`}},
		"threads":     {nil, exitUsage, []string{speech, out, "--threads", "-1"}, []string{"--threads -1"}},
		"folder without a model": {nil, exitFailed, []string{speech, out, "--model", dir},
			[]string{"is a folder without"}},
		"text":      {nil, exitFailed, []string{"mel_test.go", out}, []string{"mel_test.go: is text, not sound: name a WAV file"}},
		"truncated": {nil, exitFailed, []string{short, out}, []string{"short.wav", "truncated"}},
		"layout of bare frames": {nil, exitUsage, []string{speech, out, "--raw", "--layout", "frames-first"},
			[]string{"--layout goes with an array"}},
		"model without a front end": {nil, exitFailed, []string{speech, out, "--model", tiny},
			[]string{"the frames cannot be computed from sound: n_fft is missing"}},
		"too short": {few, exitFailed, []string{"-", out},
			[]string{"standard input: input too short: 300 frames, need at least 385 frames at 22050 Hz"}},
		"array of unknown length": {endless, exitFailed, []string{"-", "-"},
			[]string{"standard output: cannot be a .npy file", "or use --raw"}},
	} {
		t.Run(name, func(t *testing.T) {
			tailwave(iotest.DataErrReader(bytes.NewReader(c.stdin)), append([]string{"mel"}, c.args...)...).wantError(t, c.code, c.parts...)
			wantNames(t, dir, "short.wav")
		})
	}
	must(t, bytes.NewReader(endless), "mel", "-", "-", "--raw", "--quiet")
	wantNames(t, dir, "short.wav")
	must(t, nil, "mel", speech, out, "--quiet")
	tailwave(nil, "mel", speech, out).wantError(t, exitFailed, "exists: name another file, or use --force")
}
