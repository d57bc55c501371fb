package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestPlay: the device gets the bytes that upsample writes, at a rate that it takes.
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
			for _, stdin := range []bool{false, true} {
				host, from := &soundless{channels: 2, rates: c.rates}, in
				if stdin {
					from = "-"
				}
				o := on(host, bytes.NewReader(stereo), append([]string{"play", from, "--format", format}, c.args...)...)
				if o.code != exitDone {
					t.Fatalf("%v: %s", c, o.err)
				}
				out := filepath.Join(dir, "out.wav")
				must(t, nil, "upsample", in, out, "--rate", fmt.Sprint(c.rate), "--format", encoding, "--force", "--quiet")
				if want := parse(t, readFile(t, out)); !bytes.Equal(host.heard, want.raw) || host.format.Rate != c.rate || host.format.Channels != 2 {
					t.Errorf("%v, %s: %d bytes heard in %+v, not the %d of the file", c, format, len(host.heard), host.format, len(want.raw))
				}
				frames := len(host.heard) / 2 / host.format.Samples.Bytes()
				parts := []string{from + " -> nowhere: ", fmt.Sprintf("%d frames, %.3f s, first sample after 0.", frames, float64(frames)/float64(c.rate)), "0 underruns, lowest buffer fill "}
				if c.rate != 22050 {
					parts = append(parts, " % of its deadline (p50, p99, p99.9, max)\n")
				}
				for _, part := range parts {
					if !strings.Contains(o.err, part) || strings.Count(o.err, "\n") != 1 {
						t.Errorf("%v: %q does not say %q in one line", c, o.err, part)
					}
				}
				if !host.closed {
					t.Error("the host was not closed")
				}
			}
		}
	}
	if o := on(&soundless{channels: 2}, nil, "play", in, "--quiet"); o.err != "" || o.code != exitDone {
		t.Errorf("quiet: %q", o.err)
	}
	host := &soundless{channels: 2}
	o := on(host, nil, "play", in, "--verbose", "--latency", "low", "--device", "where")
	if !strings.Contains(o.err, `device  4 "nowhere" of none: 22050 Hz, 2 channels, f32, buffer of 5.0 ms`) || host.latency.Milliseconds() != 5 {
		t.Errorf("verbose: %q, latency %v", o.err, host.latency)
	}
	mono := soundBytes(t, 8000, 1, pcm.F32, []float32{0.5, -0.25})
	host = &soundless{channels: 1, rates: []int{8000}}
	if o := on(host, bytes.NewReader(mono), "play", "-", "--quiet"); o.code != exitDone || !bytes.Equal(host.heard, encode(t, pcm.F32, 1, []float32{0.5, -0.25})) {
		t.Errorf("mono: %x, %s", host.heard, o.err)
	}
	empty := soundBytes(t, 8000, 1, pcm.F32, nil)
	if o := on(&soundless{channels: 1}, bytes.NewReader(empty), "play", "-"); o.code != exitDone || o.err != "" {
		t.Errorf("no frames: %d, %q", o.code, o.err)
	}
}

func TestPlayErrors(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 22050, 2, pcm.S16, tones(9000, 2)))
	cut := writeFile(t, filepath.Join(dir, "cut.wav"), readFile(t, in)[:20000])
	for _, c := range []struct {
		host  *soundless
		code  int
		args  []string
		parts []string
	}{
		{&soundless{channels: 2}, exitUsage, []string{"play"}, []string{"needs IN"}},
		{&soundless{channels: 2}, exitUsage, []string{"play", in, "--rate", "5"}, []string{"--rate 5: must be from 1000"}},
		{&soundless{channels: 2}, exitUsage, []string{"play", in, "--format", "pcm16"}, []string{`--format "pcm16": must be s16 or f32`}},
		{&soundless{channels: 2}, exitUsage, []string{"play", in, "--latency", "soon"}, []string{`--latency "soon": must be low, high, or 1 to 2000 milliseconds`}},
		{&soundless{channels: 2}, exitFailed, []string{"play", in, "--device", "usb"}, []string{`device "usb": there is none; there are 4 "nowhere"`}},
		{&soundless{}, exitFailed, []string{"play", in}, []string{"no sound device"}},
		{&soundless{}, exitFailed, []string{"devices"}, []string{"no sound device"}},
		{&soundless{channels: 1}, exitFailed, []string{"play", in}, []string{`device "nowhere": takes up to 1 channels, not 2`}},
		{&soundless{channels: 2, rates: []int{48000}}, exitFailed, []string{"play", in, "--rate", "44100"}, []string{`device "nowhere": does not take this sample rate, 44100 Hz`}},
		{&soundless{channels: 2, busy: errGone}, exitFailed, []string{"play", in}, []string{`device "nowhere": unplugged`}},
		{&soundless{channels: 2}, exitFailed, []string{"play", filepath.Join(dir, "no.wav")}, []string{"no.wav", "no such file"}},
	} {
		o := on(c.host, nil, c.args...)
		o.wantError(t, c.code, c.parts...)
	}
	o := on(&soundless{channels: 2, fails: errGone}, nil, "play", in)
	if lines := strings.Split(o.err, "\n"); o.code != exitFailed || len(lines) != 3 || !strings.Contains(lines[1], `device "nowhere": was lost while playing: unplugged`) {
		t.Errorf("lost: %d, %q", o.code, o.err)
	}
	o = on(&soundless{channels: 2}, nil, "play", cut)
	if o.code != exitFailed || !strings.Contains(o.err, "cut.wav: ") {
		t.Errorf("truncated: %d, %q", o.code, o.err)
	}
}

// TestLostWhileSilent: a run that only plays ends when the device is lost, though its source is silent. The device has taken
// 160 frames, 2000 are queued, and a few more wait.
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
				t.Error("it ended only with its source")
			} else {
				close(in.closed)
			}
		})
	}
}
