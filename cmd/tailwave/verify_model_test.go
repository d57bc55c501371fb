package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream"
)

// TestVerifyModelNotices: a stream that is not the model is found by its one-shot form, and only by that if chunks agree.
func TestVerifyModelNotices(t *testing.T) {
	for name, folder := range map[string]string{"HiFi-GAN": tinyModel(t), "MelGAN": tinyMelGAN(t)} {
		m, err := models.Open(folder)
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.NewStream()
		if err != nil {
			t.Fatal(err)
		}
		head := dsptest.Noise[float32](9, 3*60)
		ctx, cancel := context.WithCancel(t.Context())
		s := stream.Stage{Name: "vocode", Processor: &definedModel{p, m, ctx}}
		total := difference{channels: 1}
		if err := againstReference(s, head, &bytes.Buffer{}, &total); err != nil || total.bits != 0 || total.samples == 0 {
			t.Errorf("%s: %+v, %v", name, total, err)
		}
		if err := againstReference(shifted(s), head, &bytes.Buffer{}, &total); err != nil || total.bits == 0 {
			t.Errorf("%s: another stream than the model's: %+v, %v", name, total, err)
		}
		cancel()
		if err := againstReference(s, head, &bytes.Buffer{}, &total); err != context.Canceled {
			t.Errorf("%s: interrupted: %v", name, err)
		}
	}
}

// TestOneShotFrames: enough for all that a sample depends on, and what takes seconds.
func TestOneShotFrames(t *testing.T) {
	for _, c := range []struct {
		info models.Info
		want int
	}{
		{models.Info{SampleRate: 22050, Hop: 256, Latency: 2582, Receptive: 22, MACs: 1936519200}, 34},
		{models.Info{SampleRate: 22050, Hop: 256, Latency: 2582, Receptive: 22, MACs: 250e6}, 172},
		{models.Info{SampleRate: 8000, Hop: 8, Latency: 8, Receptive: 3, MACs: 250e12}, 5},
	} {
		if got := oneShotFrames(c.info); got != c.want {
			t.Errorf("%+v: %d, want %d", c.info, got, c.want)
		}
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

func TestVerifyBuiltin(t *testing.T) {
	mel := filepath.Join(t.TempDir(), "mel.npy")
	must(t, nil, "mel", speech, mel, "--quiet")
	for _, in := range []string{speech, mel} {
		o := must(t, nil, "verify", in, "--model", "builtin", "--runs", "2")
		if !strings.Contains(o.out, "no bit differs") {
			t.Errorf("%q", o.out)
		}
	}
}
