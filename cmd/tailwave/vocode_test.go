package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nlpodyssey/safetensors"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/models/npy"
	"github.com/tailwave/tailwave/stream/wav"
)

// tinyModel writes a HiFi-GAN generator of 3 mels and a hop of 8 samples, at 8000 Hz, with random weights, to a folder.
func tinyModel(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	tensors := map[string]safetensors.TensorView{}
	seed := uint64(1)
	add := func(name string, shape ...uint64) {
		n := uint64(1)
		for _, d := range shape {
			n *= d
		}
		var raw bytes.Buffer
		binary.Write(&raw, binary.LittleEndian, dsptest.Noise[float32](seed, int(n)))
		seed++
		v, err := safetensors.NewTensorView(safetensors.F32, shape, raw.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		tensors[name] = v
	}
	add("conv_pre.weight", 8, 3, 7)
	add("conv_pre.bias", 8)
	add("ups.0.weight", 8, 4, 8)
	add("ups.0.bias", 4)
	add("ups.1.weight", 4, 2, 4)
	add("ups.1.bias", 2)
	for i, c := range []uint64{4, 2} {
		add(fmt.Sprintf("resblocks.%d.convs.0.weight", i), c, c, 3)
		add(fmt.Sprintf("resblocks.%d.convs.0.bias", i), c)
	}
	add("conv_post.weight", 1, 2, 7)
	add("conv_post.bias", 1)
	b, err := safetensors.Serialize(tensors, nil)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "generator.safetensors"), b)
	writeFile(t, filepath.Join(dir, "config.json"), []byte(`{"resblock": "2", "upsample_rates": [4, 2], "upsample_kernel_sizes": [8, 4],
		"upsample_initial_channel": 8, "resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[2]], "num_mels": 3, "sampling_rate": 8000}`))
	return dir
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
		{exitUsage, []string{in, out}, []string{"--model is missing"}},
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
		{exitFailed, []string{filepath.Join(dir, "no.npy"), out, "--model", model}, []string{"no.npy", "no such file"}},
		{exitFailed, []string{wide, out, "--model", model}, []string{"wide.npy", "the model takes 3", "--layout frames-first"}},
		{exitFailed, []string{deep, out, "--model", model}, []string{"deep.npy", "must have two dimensions"}},
		{exitFailed, []string{"-", out, "--model", model}, []string{"standard input: ends inside a frame: 4 of its 12 bytes"}},
	} {
		o := tailwave(bytes.NewReader(bare[:64]), append([]string{"vocode"}, c.args...)...)
		o.wantError(t, c.code, c.parts...)
	}
	wantNames(t, dir, "deep.npy", "mel.npy", "wide.npy")
	must(t, nil, "vocode", in, out, "--model", model, "--quiet")
	tailwave(nil, "vocode", in, out, "--model", model).wantError(t, exitFailed, "exists; --force")
}

func TestModelInfo(t *testing.T) {
	o := must(t, nil, "info", tinyModel(t))
	for _, part := range []string{"HiFi-GAN, 551 parameters", "frames of 3 mels, at least 1", "8 samples per frame, at 8000 Hz", "latency", "a sample on up to ", " multiply-adds per second", " bytes of weights, "} {
		if !strings.Contains(o.out, part) {
			t.Errorf("%q does not say %q", o.out, part)
		}
	}
}

func TestVerifyModel(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, _ := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	o := must(t, nil, "verify", in, "--model", model, "--runs", "4")
	if !strings.Contains(o.out, "50 frames of 3 channels become 400 frames") || !strings.Contains(o.out, "no bit differs") {
		t.Errorf("%q", o.out)
	}
	tailwave(nil, "verify", in, "--model", model, "--rate", "8000").wantError(t, exitUsage, "--rate does not go with --model")
	tailwave(nil, "verify", in, "--model", model, "--layout", "x").wantError(t, exitUsage, "--layout")
	tailwave(nil, "verify", in, "--rate", "8000", "--layout", "x").wantError(t, exitUsage, "--layout goes with --model")
}
