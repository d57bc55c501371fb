package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestVocodePlay: what is heard is what the file holds, and the file what it is without --play.
func TestVocodePlay(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, bare := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	for _, c := range []struct {
		out   string
		args  []string
		heard pcm.Format
		raw   []string // flags that give the same as bare samples
	}{
		{"", nil, pcm.S16, []string{"--raw", "s16"}},
		{"", []string{"--format", "f32"}, pcm.F32, []string{"--raw", "f32"}},
		{"out.wav", nil, pcm.S16, []string{"--raw", "s16"}},
		{"out.wav", []string{"--format", "pcm24"}, pcm.F32, []string{"--raw", "f32"}},
		{"out.raw", []string{"--raw", "s16"}, pcm.S16, []string{"--raw", "s16"}},
		{"out.npy", nil, pcm.F32, []string{"--raw", "f32"}},
		{"-", []string{"--raw", "f32", "--rate", "12000"}, pcm.F32, []string{"--raw", "f32", "--rate", "12000"}},
	} {
		args := []string{"vocode", "-", "--model", model, "--quiet"}
		want := must(t, bytes.NewReader(bare), append([]string{"vocode", "-", "-", "--model", model, "--quiet"}, c.raw...)...).out
		out := c.out
		if out != "" && out != "-" {
			out = filepath.Join(dir, out)
		}
		var file outcome
		if out != "" {
			args = append(args, out)
			file = must(t, bytes.NewReader(bare), append(append(args, "--force"), c.args...)...)
			if out != "-" {
				file.out = string(readFile(t, out))
			}
		}
		host := &soundless{channels: 2}
		o := on(host, bytes.NewReader(bare), append(append(args, "--play", "--force"), c.args...)...)
		if o.code != exitDone || o.err != "" {
			t.Errorf("%+v: exit %d, %s", c, o.code, o.err)
		}
		if string(host.heard) != want || host.format.Samples != c.heard {
			t.Errorf("%+v: %d bytes heard of %v, want %d", c, len(host.heard), host.format.Samples, len(want))
		}
		if out != "" && out != "-" {
			o.out = string(readFile(t, out))
		}
		if o.out != file.out {
			t.Errorf("%+v: another file than without --play", c)
		}
	}
	// The device takes another rate: that is its own affair.
	host := &soundless{channels: 2, rates: []int{48000}}
	o := on(host, nil, "vocode", in, "-", "--model", model, "--raw", "f32", "--play")
	same := must(t, nil, "vocode", in, "-", "--model", model, "--raw", "f32", "--quiet")
	other := must(t, nil, "vocode", in, "-", "--model", model, "--raw", "f32", "--rate", "48000", "--quiet")
	if o.code != exitDone || o.out != same.out || string(host.heard) != other.out {
		t.Errorf("at another rate: exit %d, %d bytes written, %d heard; %s", o.code, len(o.out), len(host.heard), o.err)
	}
	for _, part := range []string{"-> -: 400 samples", "-> nowhere: 2400 frames", "block time "} {
		if !strings.Contains(o.err, part) {
			t.Errorf("summary %q does not say %q", o.err, part)
		}
	}
}

// TestVocodePlaySound: so it is with the built-in vocoder and several channels.
func TestVocodePlaySound(t *testing.T) {
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 8000, 2, pcm.S16, tones(4000, 2)))
	want := must(t, nil, "vocode", in, "-", "--raw", "f32", "--quiet").out
	host := &soundless{channels: 2}
	o := on(host, nil, "vocode", in, "--play", "--format", "f32", "--quiet")
	if o.code != exitDone || string(host.heard) != want || len(want) != 4*2*4000 {
		t.Errorf("exit %d, %d bytes heard, want %d: %s", o.code, len(host.heard), len(want), o.err)
	}
}

// TestVocodePlayWithoutDevice: a file beside the device is completed though that is busy or lost.
func TestVocodePlayWithoutDevice(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, _ := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	out := filepath.Join(dir, "out.wav")
	must(t, nil, "vocode", in, out, "--model", model, "--quiet")
	want := readFile(t, out)
	for name, host := range map[string]*soundless{"busy": {channels: 2, busy: errGone}, "lost": {channels: 2, fails: errGone}} {
		o := on(host, nil, "vocode", in, out, "--model", model, "--force", "--play", "--quiet")
		o.wantError(t, exitFailed, `device "nowhere": `, "unplugged")
		if !bytes.Equal(readFile(t, out), want) {
			t.Errorf("%s: another file", name)
		}
		on(host, nil, "vocode", in, "--model", model, "--play", "--quiet").wantError(t, exitFailed, `device "nowhere": `)
	}
	on(&soundless{channels: 2}, nil, "vocode", in, out, "--model", model, "--play", "--quiet").wantError(t, exitFailed, "exists; --force")
	for _, c := range [][]string{{in}, {in, out, "--device", "x"}, {in, out, "--latency", "5"}, {in, out, "--verbose"}, {in, out, "more", "--play"}, {in, "", "--play"}} {
		o := on(&soundless{channels: 2}, nil, append([]string{"vocode", "--model", model}, c...)...)
		o.wantError(t, exitUsage)
	}
	wantNames(t, dir, "mel.npy", "out.wav")
}

// TestPlayAllocations: once a stream plays, nothing is allocated for a block, from the pipe to the device and the file.
func TestPlayAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("skipped, race detector: it allocates")
	}
	_, bare := melFile()
	t.Run("tiny", func(t *testing.T) { playAllocations(t, tinyModel(t), 3, bare, 1000) })
	t.Run("HiFi-GAN V3", func(t *testing.T) {
		if cpu, err := dsp.CPU(); err != nil || cpu == "generic" {
			t.Skip("skipped, no assembly: it would take minutes")
		}
		playAllocations(t, reference.File(t, "weights", "hifigan-v3-ljspeech"), 80, encode(t, pcm.F32, 80, dsptest.Noise[float32](1, 80*64)), 30)
	})
}

func playAllocations(t *testing.T, path string, mels int, frames []byte, blocks int) {
	pool := stream.NewPool(2)
	defer pool.Close()
	run := func(blocks int) uint64 {
		const block = 8
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		p := &playback{host: &soundless{channels: 2, rates: []int{48000}, forget: true}}
		in, err := openSound("-", p.stdin(ctx, io.LimitReader(&repeated{p: frames}, int64(blocks*block*mels*4))))
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		v, err := newVocodePipeline(in, path, spectral.Effects{Stretch: 1}, "")
		if err != nil {
			t.Fatal(err)
		}
		stages, err := v.stages(dsp.WithWorkers(pool))
		if err != nil {
			t.Fatal(err)
		}
		file := &fileSink{path: "-", stdout: io.Discard, all: new(outputs), writer: func(w io.Writer) (sampleWriter, error) {
			return wav.NewWriter(w, wav.Options{Encoding: pcm.S16, Dither: true}), nil
		}}
		o := &vocodeOptions{format: "pcm16"}
		sink, err := o.playAlong(ctx, nil, p, file, v, stages, v.rate, pool)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		stats, err := stream.Pipeline{Source: v.source, Stages: stages, Sink: sink, BlockFrames: block}.Run(ctx)
		runtime.ReadMemStats(&after)
		if err != nil || stats.FramesIn != int64(blocks*block) || p.sink.Stats().Frames == 0 {
			t.Fatalf("%+v, %v", stats, err)
		}
		return after.Mallocs - before.Mallocs
	}
	run(blocks)
	// The runtime allocates a little of its own accord, for each processor.
	if few, many := run(blocks), run(11*blocks); many > few+10*uint64(blocks)/2 {
		t.Errorf("%d allocations for %d blocks, %d for %d", few, blocks, many, 11*blocks)
	}
}

// repeated yields the same bytes over and over.
type repeated struct {
	p  []byte
	at int
}

func (r *repeated) Read(p []byte) (int, error) {
	n := copy(p, r.p[r.at:])
	r.at = (r.at + n) % len(r.p)
	return n, nil
}
