package main

import (
	"bytes"
	"context"
	"fmt"
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

// TestVerify: verify finds no difference between the streamed, the one-shot and the summed forms of a conversion.
func TestVerify(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 8000, 2, pcm.S16, tones(2000, 2)))
	kernel := npyFile(t, filepath.Join(dir, "k.npy"), "(7,)", []float64{1, 2, 3, 4, 3, 2, 1})
	for _, c := range []struct {
		args []string
		says []string
	}{
		{
			[]string{"--rate", "11025"},
			[]string{"become 2757 frames", "one-shot   first 2000 frames: identical", "sums       within ", "run 3 "},
		},
		{[]string{"--rate", "8001"}, []string{"sums       not compared: ", "run 3 "}},
		{[]string{"--rate", "768000", "--quality", "fast"}, []string{"become 192000 frames"}},
		{
			[]string{"--filter", kernel, "--stride", "3", "--decimate", "2", "--padding", "valid"},
			[]string{"become 3002 frames"},
		},
	} {
		t.Run(strings.ReplaceAll(strings.Join(c.args, " "), kernel, "KERNEL"), func(t *testing.T) {
			o := must(t, nil, slices.Concat([]string{"verify", in, "--runs", "3"}, c.args)...)
			wantParts(t, "standard output", o.out, append(c.says, "no bit differs\n")...)
			if strings.Contains(o.out, "differ,") {
				t.Errorf("standard output: got %q, want no %q", o.out, "differ,")
			}
			if o.err != "" {
				t.Errorf("standard error: got %q, want nothing", o.err)
			}
		})
	}
}

// TestVerifyNotices: a run finds a single flipped bit, a frame too many and one too few. The comparisons with the
// one-shot form and with the sums find a wrong sample.
func TestVerifyNotices(t *testing.T) {
	o := verifyOptions{convert: conversion{rate: 11025, quality: "best"}}
	x := tones(700, 2)
	source := func() *cutSource {
		rng := rand.New(rand.NewPCG(1, 2))
		return &cutSource{format: stream.Format{Rate: stream.Hz(8000), Channels: 2}, rest: x, rng: rng, most: 50}
	}
	stages, err := o.convert.stages(8000, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := whole(stages, x)
	once := func(want []float32) (difference, error) {
		c := &comparison{want: want, out: 2, stages: func(options ...dsp.Option) ([]stream.Stage, error) {
			return o.convert.stages(8000, 2, options...)
		}}
		return c.once(context.Background(), source(), 64, 3)
	}
	wantError := func(t *testing.T, err error, part string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("got error %v, want %q in it", err, part)
		}
	}
	d, err := once(want)
	if err != nil || d.bits != 0 || d.samples != int64(len(want)) {
		t.Fatalf("got %+v and error %v, want no different bit in %d samples", d, err, len(want))
	}
	const at = 1201
	flipped := slices.Clone(want)
	flipped[at] = math.Float32frombits(math.Float32bits(want[at]) ^ 1)
	t.Run("one bit flipped", func(t *testing.T) {
		d, err := once(flipped)
		if err != nil || d.bits != 1 || d.ulp != 1 || d.first != at/2 || d.samples != int64(len(want)) {
			t.Errorf("got %+v and error %v, want 1 bit by 1 ulp in frame %d of %d samples", d, err, at/2, len(want))
		}
	})
	t.Run("a frame too many", func(t *testing.T) {
		_, err := once(want[:len(want)-2])
		wantError(t, err, "more frames")
	})
	t.Run("a frame too few", func(t *testing.T) {
		_, err := once(slices.Concat(want, []float32{0, 0}))
		wantError(t, err, "2 samples fewer")
	})
	t.Run("another stream than the operator's", func(t *testing.T) {
		total := difference{channels: 2}
		err := againstReference(doubled(stages[0]), x, &bytes.Buffer{}, &total)
		if err != nil || total.bits == 0 || total.first != 0 {
			t.Errorf("got %+v and error %v, want different bits, the first in frame 0", total, err)
		}
	})
	t.Run("a sample off its sum", func(t *testing.T) {
		off := slices.Clone(flipped)
		off[at] *= 1.000001
		err := againstSums(stages[0].Processor.(directly), x, off, &bytes.Buffer{})
		wantError(t, err, "from the sum that defines it")
	})
}

// doubled returns a stage that is not its operator: the first frame comes twice as large.
func doubled(s stream.Stage) stream.Stage {
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

// TestReadAll: readAll returns all samples in order, also where they take several blocks.
func TestReadAll(t *testing.T) {
	for _, channels := range []int{1, 3} {
		t.Run(fmt.Sprint(channels, " channels"), func(t *testing.T) {
			frames := (2*readAllValues + 1000) / channels
			x := tones(frames, channels)
			in, err := openWAV("-", bytes.NewReader(soundBytes(t, 8000, channels, pcm.F32, x)))
			if err != nil {
				t.Fatal(err)
			}
			got, err := readAll(context.Background(), in, in.Format().Channels)
			if err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			wantSamples(t, "samples", got, x)
		})
	}
}
