package main

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

func TestVerify(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 8000, 2, pcm.S16, tones(2000, 2)))
	kernel := npyFile(t, filepath.Join(dir, "k.npy"), "(7,)", []float64{1, 2, 3, 4, 3, 2, 1})
	for _, c := range []struct {
		args []string
		says []string
	}{
		{[]string{"--rate", "11025"}, []string{"become 2757 frames", "one-shot   first 2000 frames: identical", "sums       within ", "run 3 "}},
		{[]string{"--rate", "8001"}, []string{"sums       not compared: ", "run 3 "}},
		{[]string{"--rate", "768000", "--quality", "fast"}, []string{"become 192000 frames"}},
		{[]string{"--filter", kernel, "--stride", "3", "--decimate", "2", "--padding", "valid"}, []string{"become 3002 frames"}},
	} {
		o := must(t, nil, slices.Concat([]string{"verify", in, "--runs", "3"}, c.args)...)
		for _, part := range append(c.says, "no bit differs\n") {
			if !strings.Contains(o.out, part) {
				t.Errorf("%v: %q does not say %q", c.args, o.out, part)
			}
		}
		if strings.Contains(o.out, "differ,") || o.err != "" {
			t.Errorf("%v: %q, %q", c.args, o.out, o.err)
		}
	}
}

// TestVerifyNotices: the run that is compared finds a single flipped bit, a sample too many and one too few.
func TestVerifyNotices(t *testing.T) {
	o := verifyOptions{convert: conversion{rate: 11025, quality: "best"}}
	x := tones(700, 2)
	source := func() *cutSource {
		return &cutSource{format: stream.Format{Rate: stream.Hz(8000), Channels: 2}, rest: x, rng: rand.New(rand.NewPCG(1, 2)), most: 50}
	}
	stages, err := o.convert.stages(8000, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := whole(stages, x)
	once := func(want []float32) (difference, error) {
		c := &comparison{want: want, out: 2, stages: func(options ...dsp.Option) ([]stream.Stage, error) { return o.convert.stages(8000, 2, options...) }}
		return c.once(context.Background(), source(), 64, 3)
	}
	d, err := once(want)
	if err != nil || d.bits != 0 || d.samples != int64(len(want)) {
		t.Fatalf("%+v, %v", d, err)
	}
	const at = 1201
	want[at] = math.Float32frombits(math.Float32bits(want[at]) ^ 1)
	d, err = once(want)
	if err != nil || d.bits != 1 || d.ulp != 1 || d.first != at/2 || d.samples != int64(len(want)) {
		t.Errorf("one bit flipped: %+v, %v", d, err)
	}
	if _, err = once(want[:len(want)-2]); err == nil || !strings.Contains(err.Error(), "more frames") {
		t.Errorf("a frame too many: %v", err)
	}
	if _, err = once(append(want, 0, 0)); err == nil || !strings.Contains(err.Error(), "2 samples fewer") {
		t.Errorf("a frame too few: %v", err)
	}
	total := difference{channels: 2}
	if err := againstReference(shifted(stages[0]), x, &bytes.Buffer{}, &total); err != nil || total.bits == 0 || total.first != 0 {
		t.Errorf("another stream than the operator's: %+v, %v", total, err)
	}
	want[at] *= 1.000001
	if err := againstSums(stages[0].Processor.(directly), x, want, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "from the sum that defines it") {
		t.Errorf("a sample is off: %v", err)
	}
}

// shifted is a stage that is not its operator: the first frame comes twice as large.
func shifted(s stream.Stage) stream.Stage {
	s.Processor = struct {
		*loud
		dsp.Referencer
	}{&loud{s}, s.Processor.(dsp.Referencer)}
	return s
}

type loud struct{ stream.Stage }

func (l *loud) Process(dst, src []float32) []float32 {
	src = slices.Clone(src)
	src[0] *= 2
	return l.Stage.Process(dst, src)
}

// TestReadAll: what is gathered in blocks is the whole, in order.
func TestReadAll(t *testing.T) {
	for _, channels := range []int{1, 3} {
		frames := (2*readAllValues + 1000) / channels
		x := tones(frames, channels)
		in, err := openWAV("-", bytes.NewReader(soundBytes(t, 8000, channels, pcm.F32, x)))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readAll(context.Background(), in, in.Format().Channels); err != nil || !sameBits(got, x) {
			t.Errorf("%d channels: %d samples, not the %d written, %v", channels, len(got), len(x), err)
		}
	}
}
