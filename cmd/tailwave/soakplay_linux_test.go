//go:build portaudio

package main

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/models/npy"
)

var (
	soakPlay        = flag.Duration("soakplay", 20*time.Second, "how long TestSoakPlay plays")
	soakPlayLatency = flag.Int("soakplay-latency", 200, "size of its device buffer in ms")
)

// TestSoakPlay: HiFi-GAN V3 plays without a gap beside a goroutine that makes 200 MB of garbage a second.
func TestSoakPlay(t *testing.T) {
	if testing.Short() || raceDetector {
		t.Skip("skipped, -short or the race detector: plays for long, in real time")
	}
	if cpu, err := dsp.CPU(); err != nil || cpu == "generic" {
		t.Skip("skipped, no assembly: slower than real time")
	}
	model := dsptest.Reference(t, "weights", "hifigan-v3-ljspeech")
	const rate, hop = 22050, 256
	frames := melFrames(t, dsptest.Reference(t, "golden", "vocoders", "hifigan-v3_LJ050-0264_mel.npy"))
	body := func(t *testing.T, checked func(outcome) bool) {
		p, dir := startPulse(t, rate), t.TempDir()
		r := p.record(t)
		cmd := p.program(t, dir, "vocode", "-", "out.raw", "--model", model, "--raw", "f32", "--play", "--latency", fmt.Sprint(*soakPlayLatency))
		cmd.Env = append(cmd.Env, makeGarbage+"=200")
		total := int64(soakPlay.Seconds() * rate / hop)
		cmd.Stdin = io.LimitReader(&repeated{p: frames}, total*80*4)
		var diag bytes.Buffer
		cmd.Stderr = &diag
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v: %s", err, &diag)
		}
		t.Logf("%s", &diag)
		raw := readFile(t, filepath.Join(dir, "out.raw"))
		x := make([]float32, len(raw)/4)
		pcm.Decode(x, raw, pcm.F32)
		if len(x) != int(total*hop) {
			t.Errorf("%d samples for %v", len(x), *soakPlay)
		}
		if checked(outcome{err: diag.String()}) {
			wantHeard(t, r.end(t), x, rate/5)
		}
	}
	if *soakPlayLatency >= 200 {
		inTime(t, 0, body)
		return
	}
	body(t, func(o outcome) bool { // make soak has a machine for itself
		n := underruns(o.err)
		if n != 0 {
			t.Errorf("%d underruns", n)
		}
		return n == 0
	})
}

// melFrames reads an array of mel frames, mels first, and returns bare frames.
func melFrames(t *testing.T, path string) []byte {
	t.Helper()
	a, err := npy.Read(bytes.NewReader(readFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	n := len(a.Shape)
	mels, frames := a.Shape[n-2], a.Shape[n-1]
	var b []byte
	for f := range frames {
		for m := range mels {
			b, _ = binary.Append(b, binary.LittleEndian, a.Float32[m*frames+f])
		}
	}
	return b
}
