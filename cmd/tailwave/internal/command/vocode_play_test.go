package command

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/playback"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/vocoder"
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/models/vocode"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/live"
	"github.com/tailwave/tailwave/stream/wav"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestVocodePlay: the device gets the samples of the file, and the file is the same as without --play.
func TestVocodePlay(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	_, bare := melFile()
	for _, c := range []struct {
		out   string
		args  []string
		heard pcm.Format
		raw   []string // flags for the same as bare samples
	}{
		{"", nil, pcm.S16, []string{"--raw", "s16"}},
		{"", []string{"--format", "f32"}, pcm.F32, []string{"--raw", "f32"}},
		{"out.wav", nil, pcm.S16, []string{"--raw", "s16"}},
		{"out.wav", []string{"--format", "pcm24"}, pcm.F32, []string{"--raw", "f32"}},
		{"out.raw", []string{"--raw", "s16"}, pcm.S16, []string{"--raw", "s16"}},
		{"out.npy", nil, pcm.F32, []string{"--raw", "f32"}},
		{"-", []string{"--raw", "f32", "--rate", "12000"}, pcm.F32, []string{"--raw", "f32", "--rate", "12000"}},
	} {
		t.Run(strings.Join(append([]string{"OUT " + c.out}, c.args...), " "), func(t *testing.T) {
			args := []string{"vocode", "-", "--model", model, "--quiet", "--gain", "-1"} // so that nothing is clipped
			plain := append([]string{"vocode", "-", "-", "--model", model, "--quiet", "--gain", "-1"}, c.raw...)
			want := must(t, bytes.NewReader(bare), plain...).out
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
			o.wantDone(t)
			wantBytes(t, "heard", string(host.heard), want)
			if host.format.Samples != c.heard {
				t.Errorf("samples for the device: got %v, want %v", host.format.Samples, c.heard)
			}
			if out != "" && out != "-" {
				o.out = string(readFile(t, out))
			}
			wantBytes(t, "file", o.out, file.out)
		})
	}
}

// TestVocodePlayRate: a device that takes another rate gets the samples at that rate. The file keeps its own.
func TestVocodePlayRate(t *testing.T) {
	model := tinyModel(t)
	array, _ := melFile()
	in := writeFile(t, shortPath(t, "mel.npy"), array)
	host := &soundless{channels: 2, rates: []int{48000}}
	o := on(host, nil, "vocode", in, "-", "--model", model, "--raw", "f32", "--play")
	same := must(t, nil, "vocode", in, "-", "--model", model, "--raw", "f32", "--quiet")
	other := must(t, nil, "vocode", in, "-", "--model", model, "--raw", "f32", "--rate", "48000", "--quiet")
	if o.code != exitDone {
		t.Errorf("got exit %d, want %d; standard error is %q", o.code, exitDone, o.err)
	}
	wantBytes(t, "standard output", o.out, same.out)
	wantBytes(t, "heard", string(host.heard), other.out)
	wantParts(t, "summary", o.err, "-> -: 400 samples", "-> nowhere: 2400 frames", "block time ")
}

// TestVocodePlaySound: the device gets the samples of the file also from the built-in vocoder and with two channels.
func TestVocodePlaySound(t *testing.T) {
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 8000, 2, pcm.S16, tones(4000, 2)))
	want := must(t, nil, "vocode", in, "-", "--raw", "f32", "--quiet").out
	host := &soundless{channels: 2}
	o := on(host, nil, "vocode", in, "--play", "--format", "f32", "--quiet")
	if o.code != exitDone {
		t.Errorf("got exit %d, want %d; standard error is %q", o.code, exitDone, o.err)
	}
	wantBytes(t, "heard", string(host.heard), want)
	if len(want) != 4*2*4000 {
		t.Errorf("standard output: got %d bytes, want %d", len(want), 4*2*4000)
	}
}

// TestVocodePlayWithoutDevice: the file is completed although the device is busy or lost.
func TestVocodePlayWithoutDevice(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, _ := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	out := filepath.Join(dir, "out.wav")
	must(t, nil, "vocode", in, out, "--model", model, "--quiet", "--gain", "-1")
	want := readFile(t, out)
	for name, host := range map[string]*soundless{
		"busy": {channels: 2, busy: errGone},
		"lost": {channels: 2, fails: errGone},
	} {
		t.Run(name, func(t *testing.T) {
			o := on(host, nil, "vocode", in, out, "--model", model, "--force", "--play", "--quiet", "--gain", "-1")
			o.wantError(t, exitFailed, `device "nowhere": `, "unplugged")
			wantBytes(t, "file", readFile(t, out), want)
			on(host, nil, "vocode", in, "--model", model, "--play", "--quiet").
				wantError(t, exitFailed, `device "nowhere": `)
		})
	}
	wantNames(t, dir, "mel.npy", "out.wav")
}

// TestVocodePlayErrors: an existing file and wrong arguments are one line of error, and leave no file.
func TestVocodePlayErrors(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, _ := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	out := writeFile(t, filepath.Join(dir, "out.wav"), []byte("old"))
	for name, c := range map[string]struct {
		code int
		args []string
		part string
	}{
		"existing file":   {exitFailed, []string{in, out, "--play", "--quiet"}, "exists: name another file, or use --force"},
		"no output":       {exitUsage, []string{in}, "needs IN and OUT, got 1 argument"},
		"device":          {exitUsage, []string{in, out, "--device", "x"}, "--device goes with --play"},
		"latency":         {exitUsage, []string{in, out, "--latency", "5"}, "--latency goes with --play"},
		"verbose":         {exitUsage, []string{in, out, "--verbose"}, "--verbose goes with --play"},
		"three arguments": {exitUsage, []string{in, out, "more", "--play"}, "needs IN and OUT, got 3 arguments"},
		"empty output":    {exitUsage, []string{in, "", "--play"}, "OUT is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			o := on(&soundless{channels: 2}, nil, append([]string{"vocode", "--model", model}, c.args...)...)
			o.wantError(t, c.code, c.part)
			wantNames(t, dir, "mel.npy", "out.wav")
		})
	}
}

// TestPlayAllocations: a stream that plays allocates nothing for a block, from the pipe to the device and the file.
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
		frames := encode(t, pcm.F32, 80, dsptest.Noise[float32](1, 80*64))
		playAllocations(t, reference.File(t, "weights", "hifigan-v3-ljspeech"), 80, frames, 30)
	})
}

// playAllocations compares the allocations for a number of blocks with those for 11 times that number.
func playAllocations(t *testing.T, path string, mels int, frames []byte, blocks int) {
	pool := stream.NewPool(2)
	defer pool.Close()
	run := func(blocks int) uint64 {
		const block = 8
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		host := &soundless{channels: 2, rates: []int{48000}, forget: true}
		var flags playback.Flags
		flags.Add(&cobra.Command{}, "")
		player, err := flags.Open(ctx, func(bool) (live.Host, error) { return host, nil }, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		defer player.Close()
		in, err := fileio.OpenSound("-", player.Stdin(io.LimitReader(&repeated{p: frames}, int64(blocks*block*mels*4))), fileio.Reading{})
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		m, err := models.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		source, err := new(vocoder.Flags).Input(in, vocode.New(m), nil)
		if err != nil {
			t.Fatal(err)
		}
		workers := dsp.WithWorkers(pool)
		p, err := source.Pipeline(vocode.Options{Frames: block}, workers)
		if err != nil {
			t.Fatal(err)
		}
		file := fileio.NewSink(fileio.Destination{Path: "-", Stdout: io.Discard, Outputs: new(fileio.Outputs)}, func(w io.Writer) stream.Sink {
			return wav.NewWriter(w, wav.Options{Encoding: pcm.S16, Dither: true})
		})
		f, err := p.OutFormat()
		if err != nil {
			t.Fatal(err)
		}
		if p.Sink, err = player.Along(file, f, pcm.S16, workers); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		stats, err := p.Run(ctx)
		runtime.ReadMemStats(&after)
		if err != nil || stats.FramesIn != int64(blocks*block) || host.writes == 0 {
			t.Fatalf("got %+v and error %v, want %d frames in and some played", stats, err, blocks*block)
		}
		return after.Mallocs - before.Mallocs
	}
	run(blocks)
	// The runtime allocates a little of its own accord, for each processor.
	few, many := run(blocks), run(11*blocks)
	if most := few + 10*uint64(blocks)/2; many > most {
		t.Errorf("got %d allocations for %d blocks, and %d for %d, want at most %d", few, blocks, many, 11*blocks, most)
	}
}

// A repeated reader returns the same bytes over and over.
type repeated struct {
	p  []byte
	at int
}

func (r *repeated) Read(p []byte) (int, error) {
	n := copy(p, r.p[r.at:])
	r.at = (r.at + n) % len(r.p)
	return n, nil
}
