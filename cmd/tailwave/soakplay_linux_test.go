//go:build portaudio

package main

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
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
	if *soakPlayLatency >= 200 {
		inTime(t, 0, func(t *testing.T, checked func(outcome) bool) {
			if s := soakPlaying(t); checked(s.outcome) {
				wantHeard(t, s.heard, s.x, soakRate/5)
			}
		})
		return
	}
	// A buffer of which PulseAudio takes a quarter at a time does not bridge a standstill of half its length.
	machine := watchMachine(t, time.Duration(*soakPlayLatency)*time.Millisecond/2)
	s := soakPlaying(t)
	still, n, gaps := machine(), underruns(s.err), s.gaps(t)
	if n == 0 {
		if frame := firstUnheard(t, s.heard, s.x, soakRate/5); frame >= 0 {
			t.Logf("from frame %d something else is heard, of which the program does not tell", frame)
			n, gaps = 1, []time.Duration{time.Duration(frame) * time.Second / soakRate}
		}
	}
	own := n - len(gaps) // those of which no time is known
	for _, gap := range gaps {
		if !slices.ContainsFunc(still, func(st standstill) bool { return (st.end - s.first - gap).Abs() < time.Second }) {
			own++
		}
	}
	switch {
	case own > 0:
		t.Errorf("%d gaps, %d of them while the machine did not stand still", n, own)
	case n > 0:
		t.Skipf("skipped, inconclusive: %d gaps, all while the machine stood still: %v", n, still)
	}
}

const soakRate = 22050

// A soakedPlay is a run of the program that has played beside garbage.
type soakedPlay struct {
	outcome
	first time.Duration // when the first sample was, on the system's monotonic clock, to about 0.1 s
	x     []float32     // what was to be heard
	heard []float32
}

func soakPlaying(t *testing.T) soakedPlay {
	t.Helper()
	const hop = 256
	model := dsptest.Reference(t, "weights", "hifigan-v3-ljspeech")
	frames := melFrames(t, dsptest.Reference(t, "golden", "vocoders", "hifigan-v3_LJ050-0264_mel.npy"))
	p, dir := startPulse(t, soakRate), t.TempDir()
	r := p.record(t)
	cmd := p.program(t, dir, "vocode", "-", "out.raw", "--model", model, "--raw", "f32", "--play", "--latency", fmt.Sprint(*soakPlayLatency))
	cmd.Env = append(cmd.Env, makeGarbage+"=200")
	total := int64(soakPlay.Seconds() * soakRate / hop)
	cmd.Stdin = io.LimitReader(&repeated{p: frames}, total*80*4)
	var diag bytes.Buffer
	cmd.Stderr = &diag
	begin := monotonic(t)
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, &diag)
	}
	t.Logf("%s", &diag)
	s := soakedPlay{outcome: outcome{err: diag.String()}, heard: r.end(t)}
	m := regexp.MustCompile(`first sample after ([\d.]+) s`).FindStringSubmatch(s.err)
	if m == nil {
		t.Fatalf("no summary: %s", s.err)
	}
	s.first = begin + seconds(t, m[1])
	raw := readFile(t, filepath.Join(dir, "out.raw"))
	s.x = make([]float32, len(raw)/4)
	pcm.Decode(s.x, raw, pcm.F32)
	if len(s.x) != int(total*hop) {
		t.Errorf("%d samples for %v", len(s.x), *soakPlay)
	}
	return s
}

// gaps reads from the summary where in the stream the device ran empty.
func (s soakedPlay) gaps(t *testing.T) (list []time.Duration) {
	t.Helper()
	if m := regexp.MustCompile(` underruns? \(at ([^)]*) s\)`).FindStringSubmatch(s.err); m != nil {
		for _, at := range strings.Split(strings.TrimSuffix(m[1], ", ..."), ", ") {
			list = append(list, seconds(t, at))
		}
	}
	return list
}

func seconds(t *testing.T, s string) time.Duration {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(v * float64(time.Second))
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
