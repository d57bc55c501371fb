package command

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestPlay: the device gets the bytes that upsample writes, at a rate that it takes. The summary is one line.
func TestPlay(t *testing.T) {
	dir := t.TempDir()
	stereo := soundBytes(t, 22050, 2, pcm.S24, tones(5000, 2))
	in := writeFile(t, filepath.Join(dir, "in.wav"), stereo)
	for _, c := range []struct {
		rates []int
		args  []string
		rate  int
	}{
		{nil, nil, 22050},
		{[]int{48000, 44100}, nil, 48000}, // the device's usual rate
		{[]int{44100}, nil, 44100},
		{nil, []string{"--rate", "32000"}, 32000},
	} {
		for format, encoding := range map[string]string{"s16": "pcm16", "f32": "f32"} {
			for name, from := range map[string]string{"file": in, "pipe": "-"} {
				t.Run(fmt.Sprintf("%d Hz %v/device of %v/%s/%s", c.rate, c.args, c.rates, format, name), func(t *testing.T) {
					host := &soundless{channels: 2, rates: c.rates}
					args := append([]string{"play", from, "--format", format}, c.args...)
					o := on(host, bytes.NewReader(stereo), args...)
					if o.code != exitDone {
						t.Fatalf("got exit %d and %q, want exit %d", o.code, o.err, exitDone)
					}
					out := filepath.Join(dir, "out.wav")
					rate := fmt.Sprint(c.rate)
					must(t, nil, "upsample", in, out, "--rate", rate, "--format", encoding, "--force", "--quiet")
					wantBytes(t, "heard", host.heard, parse(t, readFile(t, out)).raw)
					if host.format.Rate != c.rate || host.format.Channels != 2 {
						t.Errorf("format for the device: got %+v, want %d Hz, 2 channels", host.format, c.rate)
					}
					frames := len(host.heard) / 2 / host.format.Samples.Bytes()
					length := float64(frames) / float64(c.rate)
					wantParts(t, "summary", o.err, from+" -> nowhere: ",
						fmt.Sprintf("%d frames, %.3f s, first sample after 0.", frames, length),
						"0 underruns, lowest buffer fill ")
					if c.rate != 22050 {
						wantParts(t, "summary", o.err, " % of its deadline (p50, p99, p99.9, max)\n")
					}
					if n := strings.Count(o.err, "\n"); n != 1 {
						t.Errorf("summary: got %d lines, want 1: %q", n, o.err)
					}
					if !host.closed {
						t.Error("host: got it open at the end, want it closed")
					}
				})
			}
		}
	}
}

// TestPlayFlags: --quiet leaves the summary out, and --verbose describes the device that --device and --latency choose.
func TestPlayFlags(t *testing.T) {
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 22050, 2, pcm.S24, tones(5000, 2)))
	t.Run("quiet", func(t *testing.T) { on(&soundless{channels: 2}, nil, "play", in, "--quiet").wantDone(t) })
	t.Run("verbose", func(t *testing.T) {
		host := &soundless{channels: 2}
		o := on(host, nil, "play", in, "--verbose", "--latency", "low", "--device", "where")
		wantParts(t, "standard error", o.err,
			`device  4 "nowhere" of none: 22050 Hz, 2 channels, f32, buffer of 5.0 ms`)
		if got := host.latency.Milliseconds(); got != 5 {
			t.Errorf("latency: got %d ms, want 5 ms", got)
		}
	})
}

// TestPlayOneChannel: one channel is played on a device of one, and sound without frames ends at once.
func TestPlayOneChannel(t *testing.T) {
	t.Run("two frames", func(t *testing.T) {
		x := []float32{0.5, -0.25}
		host := &soundless{channels: 1, rates: []int{8000}}
		o := on(host, bytes.NewReader(soundBytes(t, 8000, 1, pcm.F32, x)), "play", "-", "--quiet")
		if o.code != exitDone {
			t.Errorf("got exit %d and %q, want exit %d", o.code, o.err, exitDone)
		}
		wantBytes(t, "heard", host.heard, encode(t, pcm.F32, 1, x))
	})
	t.Run("no frames", func(t *testing.T) {
		empty := soundBytes(t, 8000, 1, pcm.F32, nil)
		on(&soundless{channels: 1}, bytes.NewReader(empty), "play", "-").wantDone(t)
	})
}

// TestPlayErrors: wrong arguments and files, and devices that cannot play, are errors that name the fault.
func TestPlayErrors(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 22050, 2, pcm.S16, tones(9000, 2)))
	cut := writeFile(t, filepath.Join(dir, "cut.wav"), readFile(t, in)[:20000])
	stereo := func() *soundless { return &soundless{channels: 2} }
	missing := filepath.Join(dir, "no.wav")
	for name, c := range map[string]struct {
		host  *soundless
		code  int
		args  []string
		parts []string
	}{
		"no input": {stereo(), exitUsage, []string{"play"}, []string{"needs IN"}},
		"rate":     {stereo(), exitUsage, []string{"play", in, "--rate", "5"}, []string{"--rate 5: must be from 1000"}},
		"format": {stereo(), exitUsage, []string{"play", in, "--format", "pcm16"},
			[]string{`--format "pcm16": must be s16 or f32`}},
		"latency": {stereo(), exitUsage, []string{"play", in, "--latency", "soon"},
			[]string{`--latency "soon": must be low, high, or 1 to 2000 milliseconds`}},
		"other device": {stereo(), exitFailed, []string{"play", in, "--device", "usb"},
			[]string{`device "usb": not found: choose one of 4 "nowhere"`}},
		"no device":         {&soundless{}, exitFailed, []string{"play", in}, []string{"no sound device"}},
		"no device to list": {&soundless{}, exitFailed, []string{"devices"}, []string{"no sound device"}},
		"channels": {&soundless{channels: 1}, exitFailed, []string{"play", in},
			[]string{`device "nowhere": does not support 2 channels, at most 1: choose another device`}},
		"rate of the device": {&soundless{channels: 2, rates: []int{48000}}, exitFailed,
			[]string{"play", in, "--rate", "44100"},
			[]string{`device "nowhere": does not support this sample rate, 44100 Hz: convert the sound to another rate, such as 48000 Hz`}},
		"busy": {&soundless{channels: 2, busy: errGone}, exitFailed, []string{"play", in},
			[]string{`device "nowhere": unplugged`}},
		"no file": {stereo(), exitFailed, []string{"play", missing}, []string{"no.wav", "no such file"}},
	} {
		t.Run(name, func(t *testing.T) { on(c.host, nil, c.args...).wantError(t, c.code, c.parts...) })
	}
	t.Run("lost", func(t *testing.T) {
		o := on(&soundless{channels: 2, fails: errGone}, nil, "play", in)
		want := `device "nowhere": was lost while playing: unplugged`
		lines := strings.Split(o.err, "\n")
		if o.code != exitFailed || len(lines) != 3 || !strings.Contains(lines[1], want) {
			t.Errorf("got exit %d and %q, want exit %d and two lines, %q in the second",
				o.code, o.err, exitFailed, want)
		}
	})
	t.Run("truncated", func(t *testing.T) {
		o := on(&soundless{channels: 2}, nil, "play", cut)
		if o.code != exitFailed {
			t.Errorf("got exit %d, want %d", o.code, exitFailed)
		}
		wantParts(t, "standard error", o.err, "cut.wav: ")
	})
}

// TestLostWhileSilent: a run that only plays ends when the device is lost, although its source is silent. The device
// has taken 160 frames, 2000 are queued, and a few more wait.
func TestLostWhileSilent(t *testing.T) {
	model := tinyModel(t)
	_, bare := melFile()
	for name, c := range map[string]struct {
		stdin []byte
		args  []string
	}{
		"play":   {soundBytes(t, 8000, 1, pcm.F32, tones(9000, 1))[:9000], []string{"play", "-", "--quiet"}},
		"vocode": {bytes.Repeat(bare, 6), []string{"vocode", "-", "--model", model, "--play", "--quiet"}},
	} {
		t.Run(name, func(t *testing.T) {
			host := &soundless{channels: 2, fails: errGone, until: make(chan struct{})}
			in := &silent{r: bytes.NewReader(c.stdin), then: func() { close(host.until) }, closed: make(chan struct{})}
			waited := time.AfterFunc(20*time.Second, func() { close(in.closed) })
			on(host, in, c.args...).wantError(t, exitFailed, `device "nowhere": was lost while playing: unplugged`)
			if !waited.Stop() {
				t.Error("got an end of the run with its source, after 20 s, want one with the device")
			} else {
				close(in.closed)
			}
		})
	}
}

// TestRefusedWhileSilent: a run that only plays ends when the device cannot be opened, although its source is silent
// after the first frames and waits in a read.
func TestRefusedWhileSilent(t *testing.T) {
	model := tinyModel(t)
	_, bare := melFile()
	for name, c := range map[string]struct {
		stdin []byte
		args  []string
	}{
		"play":   {soundBytes(t, 8000, 1, pcm.F32, tones(9000, 1))[:800], []string{"play", "-", "--quiet"}},
		"vocode": {bytes.Repeat(bare, 2), []string{"vocode", "-", "--model", model, "--play", "--quiet"}},
	} {
		t.Run(name, func(t *testing.T) {
			host := &soundless{channels: 2, refuses: errGone, until: make(chan struct{})}
			in := &silent{r: bytes.NewReader(c.stdin), then: func() { close(host.until) }, closed: make(chan struct{})}
			waited := time.AfterFunc(20*time.Second, func() { close(in.closed) })
			on(host, in, c.args...).wantError(t, exitFailed, `device "nowhere": unplugged`)
			if !waited.Stop() {
				t.Error("got an end of the run with its source, after 20 s, want one with the refusal of the device")
			} else {
				close(in.closed)
			}
		})
	}
}
