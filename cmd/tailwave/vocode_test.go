package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/nlpodyssey/safetensors"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models/npy"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// A modelFile collects tensors of random numbers.
type modelFile struct {
	t       *testing.T
	tensors map[string]safetensors.TensorView
}

func (m *modelFile) add(name string, shape ...uint64) {
	n := uint64(1)
	for _, d := range shape {
		n *= d
	}
	var raw bytes.Buffer
	binary.Write(&raw, binary.LittleEndian, dsptest.Noise[float32](uint64(len(m.tensors)+1), int(n)))
	v, err := safetensors.NewTensorView(safetensors.F32, shape, raw.Bytes())
	if err != nil {
		m.t.Fatal(err)
	}
	m.tensors[name] = v
}

// layer adds a layer's weights and its bias of so many channels.
func (m *modelFile) layer(name string, bias uint64, shape ...uint64) {
	m.add(name+".weight", shape...)
	m.add(name+".bias", bias)
}

// write makes a folder of the tensors and the configuration.
func (m *modelFile) write(config string) string {
	dir := m.t.TempDir()
	b, err := safetensors.Serialize(m.tensors, nil)
	if err != nil {
		m.t.Fatal(err)
	}
	writeFile(m.t, filepath.Join(dir, "generator.safetensors"), b)
	writeFile(m.t, filepath.Join(dir, "config.json"), []byte(config))
	return dir
}

// tinyModel writes a HiFi-GAN generator of 3 mels and a hop of 8 samples, at 8000 Hz, to a folder.
func tinyModel(t *testing.T) string {
	t.Helper()
	m := &modelFile{t, map[string]safetensors.TensorView{}}
	m.layer("conv_pre", 8, 8, 3, 7)
	m.layer("ups.0", 4, 8, 4, 8)
	m.layer("ups.1", 2, 4, 2, 4)
	for i, c := range []uint64{4, 2} {
		m.layer(fmt.Sprintf("resblocks.%d.convs.0", i), c, c, c, 3)
	}
	m.layer("conv_post", 1, 1, 2, 7)
	return m.write(`{"resblock": "2", "upsample_rates": [4, 2], "upsample_kernel_sizes": [8, 4], "upsample_initial_channel": 8,
		"resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[2]], "num_mels": 3, "sampling_rate": 8000}`)
}

// tinyMelGAN writes a MelGAN generator of 3 mels and a hop of 2 samples to a folder. Its first layer reflects 3 frames.
func tinyMelGAN(t *testing.T) string {
	t.Helper()
	m := &modelFile{t, map[string]safetensors.TensorView{}}
	m.layer("melgan.1", 4, 4, 3, 7)
	m.layer("melgan.3", 2, 4, 2, 4)
	m.layer("melgan.4.skip_layer", 2, 2, 2, 1)
	m.layer("melgan.4.stack.2", 2, 2, 2, 3)
	m.layer("melgan.4.stack.4", 2, 2, 2, 1)
	m.layer("melgan.7", 1, 1, 2, 7)
	return m.write(`{"model_type": "melgan", "sampling_rate": 8000, "num_mels": 3, "channels": 4, "kernel_size": 7, "stack_kernel_size": 3,
		"stacks": 1, "upsample_scales": [2], "leaky_relu_slope": 0.2, "padding": "reflect", "out_channels": 1, "final_activation": "tanh"}`)
}

// melFile returns 50 frames as a mels-first .npy file, and as bare frames.
func melFile() (array, bare []byte) {
	const mels, n = 3, 50
	values := dsptest.Noise[float32](9, mels*n)
	var raw, byFrame bytes.Buffer
	binary.Write(&raw, binary.LittleEndian, values)
	for f := range n {
		for m := range mels {
			binary.Write(&byFrame, binary.LittleEndian, values[m*n+f])
		}
	}
	return npyBytes("(1, 3, 50)", raw.Bytes()), byFrame.Bytes()
}

// npyBytes makes a .npy file of float32.
func npyBytes(shape string, raw []byte) []byte {
	header := "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n"
	return append(append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), 0), append([]byte(header), raw...)...)
}

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

// TestVocodeShortSound: whether it is the sound that is too short, or the frames made of it, is said.
func TestVocodeShortSound(t *testing.T) {
	model := tinyMelGAN(t)
	config := filepath.Join(model, "config.json")
	writeFile(t, config, bytes.Replace(readFile(t, config), []byte("{"), []byte(`{"n_fft": 8, `), 1))
	for n, want := range map[int]string{
		4: "standard input: input too short: 4 frames, need at least 5, at 8000 Hz",
		5: "standard input: input too short: 3 frames, need at least 4, of mels",
	} {
		sound := wavBytes(t, 8000, 1, pcm.S16, make([]byte, 2*n))
		tailwave(bytes.NewReader(sound), "verify", "-", "--model", model).wantError(t, exitFailed, want)
		tailwave(bytes.NewReader(sound), "vocode", "-", "-", "--model", model).wantError(t, exitFailed, want)
	}
}

// TestVocodeBlock: what a chunk has and becomes is bounded, however many channels there are, and however far the model, a
// stretch and the rate raise it.
func TestVocodeBlock(t *testing.T) {
	source := func(channels int) stream.Source {
		return rateOverride{format: stream.Format{Channels: channels}}
	}
	pipeline := func(sourceChannels, rate, channels, hop, perFrame, stretchCeil int) vocodePipeline {
		return vocodePipeline{
			source: source(sourceChannels), rate: rate, channels: channels,
			hop: hop, perFrame: perFrame, stretchCeil: stretchCeil,
		}
	}
	for _, c := range []struct {
		chunk, want int
		rate        int64
		v           vocodePipeline
	}{
		{32, 32, 0, pipeline(80, 22050, 1, 256, 1, 1)},
		{4096, 4096, 0, pipeline(80, 22050, 1, 256, 1, 1)},
		{4096, 64, 0, pipeline(80, 22050, 1, 1<<16, 1, 1)},
		{4096, 64, 8000, pipeline(80, 22050, 1, 1<<16, 1, 1)},
		{4096, 512, 64000, pipeline(80, 8000, 1, 1<<10, 1, 1)},
		{4096, 1, 768000, pipeline(80, 1000, 1, 1<<16, 1, 1)},
		{4096, 128, 0, pipeline(32, 96000, 32, 1<<10, 1<<10, 1)},
		{4096, 512, 0, pipeline(1, 96000, 1, 1<<10, 1<<10, 8)},
		{32, 4, 0, pipeline(1024, 22050, 1, 256, 1<<10, 1)},
	} {
		if got := blockFrames(c.chunk, c.v.values(c.rate)); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
	sound := wavBytes(t, 8000, 2, pcm.S16, make([]byte, 4*1000))
	in, err := openSound("-", bytes.NewReader(sound))
	if err != nil {
		t.Fatal(err)
	}
	v, err := newVocodePipeline(in, builtinModel, spectral.Effects{Stretch: 2.5}, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.values(16000), int64(128*3*2*2); got != want {
		t.Errorf("a frame becomes %d values, want %d", got, want)
	}
}

func TestModelInfo(t *testing.T) {
	o := must(t, nil, "info", tinyModel(t))
	for _, part := range []string{"HiFi-GAN, 551 parameters", "frames of 3 mels, at least 1", "8 samples per frame, at 8000 Hz", "latency", "a sample on up to ", " multiply-adds per second", " bytes of weights, "} {
		if !strings.Contains(o.out, part) {
			t.Errorf("%q does not say %q", o.out, part)
		}
	}
	memory := regexp.MustCompile(`memory +[\d ]+ bytes of weights, ([\d ]+) for each stream of one thread, ([\d ]+) of 2\n`).FindStringSubmatch(o.out)
	if memory == nil || memory[1] == memory[2] {
		t.Errorf("%q does not tell the memory of streams of one thread and of two, which differ", o.out)
	}
}

func TestVerifyModel(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, _ := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	o := must(t, nil, "verify", in, "--model", model, "--runs", "4")
	if !strings.Contains(o.out, "50 frames of 3 channels become 400 frames") || !strings.Contains(o.out, "no bit differs") ||
		!strings.Contains(o.out, "one-shot   first 50 frames: identical\n") {
		t.Errorf("%q", o.out)
	}
	tailwave(nil, "verify", in, "--model", model, "--rate", "8000").wantError(t, exitUsage, "--rate does not go with --model")
	tailwave(nil, "verify", in, "--model", model, "--layout", "x").wantError(t, exitUsage, "--layout")
	tailwave(bytes.NewReader(make([]byte, 120)), "verify", "-", "--model", model, "--layout", "mels-first").wantError(t, exitUsage, "--layout goes with an array of frames; standard input holds bare frames")
	o = tailwave(bytes.NewReader(make([]byte, 125)), "verify", "-", "--model", model)
	if o.wantError(t, exitFailed, "ends inside a frame: 5 of its 12 bytes"); strings.Contains(o.err, "keep-partial") {
		t.Errorf("%q names a flag of another command", o.err)
	}
	tailwave(nil, "verify", in, "--rate", "8000", "--layout", "x").wantError(t, exitUsage, "--layout goes with --model")
}
