package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestVocode: chunks, threads, layouts, pipes and kinds of output change no bit of the samples.
func TestVocode(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, bare := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	byFrames := writeFile(t, filepath.Join(dir, "frames.npy"), npyBytes("(50, 3)", bare))
	out := filepath.Join(dir, "out.npy")
	must(t, nil, "vocode", in, out, "--model", model, "--chunk", "50", "--threads", "1", "--quiet")
	want := readFile(t, out)
	a, err := npy.Read(bytes.NewReader(want))
	if err != nil {
		t.Fatalf("got error %v, want none", err)
	}
	if len(a.Shape) != 1 || len(a.Float32) != 50*8 {
		t.Fatalf("array: got shape %v, %d samples, want one dimension, 400 samples", a.Shape, len(a.Float32))
	}
	samples := want[len(want)-4*400:]
	for name, args := range map[string][]string{
		"chunk 1":            {in, "--model", model, "--chunk", "1"},
		"chunk 7, 3 threads": {in, "--model", model, "--chunk", "7", "--threads", "3"},
		"file of the model":  {in, "--model", filepath.Join(model, "generator.safetensors")},
		"frames first":       {byFrames, "--model", model, "--layout", "frames-first"},
	} {
		t.Run(name, func(t *testing.T) {
			must(t, nil, append([]string{"vocode", args[0], out, "--force", "--quiet"}, args[1:]...)...)
			wantBytes(t, "file", readFile(t, out), want)
		})
	}
	for name, stdin := range map[string][]byte{"array": array, "bare frames": bare} {
		t.Run(name+" through a pipe", func(t *testing.T) {
			o := must(t, bytes.NewReader(stdin), "vocode", "-", "-", "--model", model, "--raw", "f32")
			wantBytes(t, "samples", o.out, string(samples))
			wantParts(t, "summary", o.err, "400 samples, 0.050 s")
			must(t, bytes.NewReader(stdin), "vocode", "-", out, "--model", model, "--force", "--quiet")
			wantBytes(t, "file", readFile(t, out), want)
		})
	}
	t.Run("WAV", func(t *testing.T) {
		o := must(t, nil, "vocode", in, "-", "--model", model, "--format", "f32", "--quiet")
		got := parse(t, []byte(o.out))
		if got.Rate != 8000 || got.Channels != 1 {
			t.Errorf("header: got %d Hz, %d channels, want 8000 Hz, 1 channel", got.Rate, got.Channels)
		}
		wantBytes(t, "samples", got.raw, samples)
	})
	for name, c := range map[string]struct {
		stdin []byte
		args  []string
		want  int
	}{
		"s16":            {nil, []string{in, "-", "--raw", "s16"}, 2 * 400},
		"twice the rate": {nil, []string{in, "-", "--rate", "16000", "--raw", "f32"}, 4 * 800},
		"no frames":      {nil, []string{"-", "-", "--raw", "f32"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"vocode", "--model", model, "--quiet"}, c.args...)
			if got := len(must(t, bytes.NewReader(c.stdin), args...).out); got != c.want {
				t.Errorf("got %d bytes, want %d", got, c.want)
			}
		})
	}
}

// TestVocodeAsItComes: the program writes samples before its input has ended.
func TestVocodeAsItComes(t *testing.T) {
	_, bare := melFile()
	begin, rest := bare[:20*12], bare[20*12:]
	const early = 8 * 10 // the samples of 10 frames of 20: the others wait for frames that have not come
	wantAsItComes(t, begin, rest, 4*early, 4*400, "vocode", "-", "-", "--model", tinyModel(t), "--raw", "f32", "--quiet")
}

// TestVocodeErrors: wrong arguments and files are one line of error, and leave no file.
func TestVocodeErrors(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, bare := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	wide := writeFile(t, filepath.Join(dir, "wide.npy"), npyBytes("(50, 3)", bare))
	deep := writeFile(t, filepath.Join(dir, "deep.npy"), npyBytes("(2, 25, 3)", bare))
	flat := writeFile(t, filepath.Join(dir, "flat.npy"), npyBytes("(150,)", bare))
	unknown := writeFile(t, filepath.Join(dir, "unknown.f32"), bare)
	out := filepath.Join(dir, "out.wav")
	noMels, noModel := filepath.Join(dir, "no.npy"), filepath.Join(dir, "no.safetensors")
	for _, c := range []struct {
		name  string
		code  int
		args  []string
		parts []string
	}{
		{"empty model", exitUsage, []string{in, out, "--model", ""}, []string{"--model is empty"}},
		{"mels", exitFailed, []string{in, out}, []string{"mel.npy: has frames of 3 values, the model takes 80"}},
		{"pitch with a model", exitUsage, []string{in, out, "--model", model, "--pitch", "1"},
			[]string{"--pitch goes with the built-in vocoder"}},
		{"robot with a model", exitUsage, []string{in, out, "--model", model, "--robot"},
			[]string{"--robot goes with the built-in vocoder"}},
		{"large pitch", exitUsage, []string{in, out, "--pitch", "25"}, []string{"--pitch 25: must be from -24 to 24"}},
		{"pitch in words", exitUsage, []string{in, out, "--pitch", "high"},
			[]string{`--pitch "high": must be a number: raise the pitch`}},
		{"stretch 0", exitUsage, []string{in, out, "--stretch", "0"}, []string{"--stretch 0: must be from 0.1 to 10"}},
		{"stretch NaN", exitUsage, []string{in, out, "--stretch", "NaN"}, []string{"--stretch NaN"}},
		{"layout of sound", exitUsage, []string{speech, out, "--layout", "frames-first"},
			[]string{"--layout goes with an array of frames", "speech.wav is a WAV file"}},
		{"layout of text", exitFailed, []string{"vocode_test.go", out, "--layout", "mels-first"},
			[]string{"vocode_test.go: is text"}},
		{"text", exitFailed, []string{"vocode_test.go", out},
			[]string{"vocode_test.go: is text: save its numbers as an array, with np.save"}},
		{"unknown bytes", exitFailed, []string{unknown, out},
			[]string{"unknown.f32: not a WAV file", "or a .npy file of frames"}},
		{"model without a front end", exitFailed, []string{speech, out, "--model", model},
			[]string{"config.json: the frames cannot be computed from sound: n_fft is missing"}},
		{"chunk", exitUsage, []string{in, out, "--model", model, "--chunk", "0"}, []string{"--chunk 0: must be from 1"}},
		{"threads", exitUsage, []string{in, out, "--model", model, "--threads", "-1"}, []string{"--threads -1"}},
		{"rate", exitUsage, []string{in, out, "--model", model, "--rate", "5"}, []string{"--rate 5"}},
		{"layout", exitUsage, []string{in, out, "--model", model, "--layout", "x"},
			[]string{`--layout "x": must be mels-first or frames-first`}},
		{"format", exitUsage, []string{in, out, "--model", model, "--format", "x"}, []string{`--format "x"`}},
		{"raw", exitUsage, []string{in, out, "--model", model, "--raw", "x"}, []string{`--raw "x": must be s16 or f32`}},
		{"raw array", exitUsage, []string{in, "o.npy", "--model", model, "--raw", "f32"}, []string{"--raw"}},
		{"format of an array", exitUsage, []string{in, "o.npy", "--model", model, "--format", "f32"},
			[]string{"--format goes with WAV"}},
		{"folder without a model", exitFailed, []string{in, out, "--model", dir}, []string{dir, "is a folder without"}},
		{"no model", exitFailed, []string{in, out, "--model", noModel}, []string{"no such file"}},
		{"no input", exitFailed, []string{noMels, out, "--model", model},
			[]string{"tailwave: " + noMels + ": no such file"}},
		{"other layout", exitFailed, []string{wide, out, "--model", model},
			[]string{"wide.npy", "the model takes 3", "--layout frames-first"}},
		{"three dimensions", exitFailed, []string{deep, out, "--model", model},
			[]string{"deep.npy", "must have two dimensions"}},
		{"one dimension", exitFailed, []string{flat, out, "--model", model},
			[]string{"flat.npy: has frames of 1 value, the model takes 3: save an array of shape [3, frames]"}},
		{"part of a frame", exitFailed, []string{"-", out, "--model", model},
			[]string{"standard input: ends inside a frame: 4 of its 12 bytes: get a complete copy of the samples, " +
				"or use what is there with --keep-partial"}},
		{"layout of bare frames", exitUsage, []string{"-", out, "--model", model, "--layout", "mels-first"},
			[]string{"--layout goes with an array of frames; standard input holds raw frames"}},
		{"part of an array", exitUsage, []string{in, out, "--model", model, "--keep-partial"},
			[]string{"--keep-partial goes with WAV files and raw frames", "mel.npy is an array"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := tailwave(bytes.NewReader(bare[:64]), append([]string{"vocode"}, c.args...)...)
			o.wantError(t, c.code, c.parts...)
			wantNames(t, dir, "deep.npy", "flat.npy", "mel.npy", "unknown.f32", "wide.npy")
		})
	}
	must(t, nil, "vocode", in, out, "--model", model, "--quiet")
	tailwave(nil, "vocode", in, out, "--model", model).wantError(t, exitFailed, "exists: name another file, or use --force")
}

// TestVocodeShort: too few frames to be reflected are an error, from a file and from a pipe, and leave no file. No
// frames become no samples.
func TestVocodeShort(t *testing.T) {
	model, dir := tinyMelGAN(t), t.TempDir()
	out := filepath.Join(dir, "out.wav")
	for frames := range 5 {
		raw := make([]byte, 4*3*frames)
		in := writeFile(t, filepath.Join(t.TempDir(), "mel.npy"), npyBytes(fmt.Sprintf("(3, %d)", frames), raw))
		for name, path := range map[string]string{"file": in, "pipe": "-"} {
			t.Run(fmt.Sprintf("%d frames/%s", frames, name), func(t *testing.T) {
				defer os.Remove(out)
				args := []string{"vocode", path, out, "--model", model, "--force"}
				if name == "file" {
					args = append(args, "--layout", "mels-first") // the square array needs it
				}
				if frames > 0 && frames < 4 {
					short := fmt.Sprintf("input too short: %s, need at least 4", cli.Count(int64(frames), "frame"))
					tailwave(bytes.NewReader(raw), args...).wantError(t, exitFailed, short)
					wantNames(t, dir)
					return
				}
				wantParts(t, "summary", must(t, bytes.NewReader(raw), args...).err, fmt.Sprintf("%d samples", 2*frames))
			})
		}
	}
}

// TestVocodeSoundWithModel: vocode turns sound into the same sound as mel and vocode after each other, at any rate and
// of any number of channels.
func TestVocodeSoundWithModel(t *testing.T) {
	model, dir := reference.File(t, "weights", "mb-melgan-ljspeech"), t.TempDir()
	mel, a, b := filepath.Join(dir, "mel.npy"), filepath.Join(dir, "a.wav"), filepath.Join(dir, "b.wav")
	for _, in := range []string{speech, "../../../../testdata/chime.wav"} {
		t.Run(filepath.Base(in), func(t *testing.T) {
			if in == speech && testing.Short() {
				t.Skip("skipped, -short: vocodes two seconds of sound with a large model")
			}
			must(t, nil, "mel", in, mel, "--model", model, "--quiet", "--force")
			must(t, nil, "vocode", mel, a, "--model", model, "--quiet", "--force")
			must(t, nil, "vocode", in, b, "--model", model, "--quiet", "--force", "--chunk", "5")
			want := readFile(t, a)
			if len(want) < 40000 {
				t.Errorf("got %d bytes, want at least 40000", len(want))
			}
			wantBytes(t, "samples", readFile(t, b)[44:], want[44:])
		})
	}
	t.Run("verify", func(t *testing.T) {
		if testing.Short() {
			t.Skip("skipped, -short: vocodes two seconds of sound with a large model")
		}
		o := must(t, nil, "verify", speech, "--model", model, "--runs", "2")
		wantParts(t, "standard output", o.out, "no bit differs")
	})
}

// TestVocodeLatents: an array of latents is frames first unless --layout says otherwise. A model of latents takes no
// sound.
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
	a := npyFile(t, filepath.Join(dir, "a.npy"), "(3, 64)", byFrames)
	b := npyFile(t, filepath.Join(dir, "b.npy"), "(64, 3)", byLatents)
	want := must(t, nil, "vocode", a, "-", "--model", model, "-q").out
	if n := len(parse(t, []byte(want)).samples); n != 3*320 {
		t.Errorf("frames first: got %d samples, want %d", n, 3*320)
	}
	graph := filepath.Join(model, "lyragan.tflite")
	other := must(t, nil, "vocode", b, "-", "--model", graph, "-q", "--layout", "mels-first").out
	wantBytes(t, "latents first", other, want)
	tailwave(nil, "vocode", b, "-", "--model", model).
		wantError(t, exitFailed, "has frames of 3 values, the model takes 64", "--layout mels-first")
	must(t, nil, "verify", a, "--model", model, "--runs", "2")
	sound := writeFile(t, filepath.Join(dir, "in.wav"), voice(t, 400))
	tailwave(nil, "vocode", sound, "-", "--model", model).wantError(t, exitFailed, "latents of a codec")
	out := must(t, nil, "info", model).out
	wantParts(t, "info", out, "frames of 64 latents")
	if strings.Contains(out, "front end") {
		t.Errorf("info: got %q, want nothing about sound that frames are made of", out)
	}
}
