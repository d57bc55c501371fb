//go:build portaudio

package command

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/testdata/reference"
)

var (
	soakPlay        = flag.Duration("soakplay", 20*time.Second, "how long TestSoakPlay plays")
	soakPlayLatency = flag.Int("soakplay-latency", 200, "size of its device buffer in ms")
)

// TestSoakPlay: HiFi-GAN V3 plays without a gap next to a goroutine that makes 200 MB of garbage a second.
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
	machine := watchMachine(t, 10*time.Millisecond)
	s := soakPlaying(t)
	still, known := machine()
	gaps := heardGaps(t, s.heard, s.x, soakRate/5)
	for _, g := range gaps {
		why := "the machine did not stand still"
		if !known {
			why = "whether the machine stood still is not known"
		}
		for _, st := range still {
			if at := s.first + time.Duration(g.after)*time.Second/soakRate; (st.end - at).Abs() < 200*time.Millisecond {
				why = fmt.Sprintf("INCONCLUSIVE: the machine stood still for %v; repeat it", st)
			}
		}
		t.Errorf("before frame %d: got %d frames of silence, want none: %s", g.frame, g.silent, why)
	}
	if n := underruns(s.err); n != len(gaps) {
		t.Errorf("underruns in the summary: got %d, want %d, as heard", n, len(gaps))
	}
}

const soakRate = 22050

// A soakedPlay is a run of the program that has played next to garbage.
type soakedPlay struct {
	outcome
	first time.Duration // time of the first sample on the system's monotonic clock, to some 10 ms
	x     []float32     // samples of the file
	heard []float32     // samples of the recording
}

// soakPlaying runs the program, which has to succeed, and records its sound.
func soakPlaying(t *testing.T) soakedPlay {
	t.Helper()
	const hop = 256
	model := reference.File(t, "weights", "hifigan-v3-ljspeech")
	frames := melFrames(t, reference.File(t, "golden", "vocoders", "hifigan-v3_LJ050-0264_mel.npy"))
	p, dir := startPulse(t, soakRate), t.TempDir()
	r := p.record(t)
	cmd := p.program(t, dir, "vocode", "-", "out.raw", "--model", model, "--raw", "f32", "--play",
		"--latency", fmt.Sprint(*soakPlayLatency))
	cmd.Env = append(cmd.Env, makeGarbage+"=200")
	total := int64(soakPlay.Seconds() * soakRate / hop)
	cmd.Stdin = io.LimitReader(&repeated{p: frames}, total*80*4)
	var diag bytes.Buffer
	cmd.Stderr = &diag
	begin := monotonic(t)
	if err := cmd.Run(); err != nil {
		t.Fatalf("got error %v and %q, want none", err, &diag)
	}
	t.Logf("%s", &diag)
	s := soakedPlay{outcome: outcome{err: diag.String()}, heard: r.end(t)}
	m := regexp.MustCompile(`first sample after ([\d.]+) s`).FindStringSubmatch(s.err)
	if m == nil {
		t.Fatalf("standard error: got %q, want a summary", s.err)
	}
	first, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	s.first = begin + time.Duration(first*float64(time.Second))
	raw := readFile(t, filepath.Join(dir, "out.raw"))
	s.x = make([]float32, len(raw)/4)
	pcm.Decode(s.x, raw, pcm.F32)
	if len(s.x) != int(total*hop) {
		t.Errorf("file: got %d samples, want %d", len(s.x), total*hop)
	}
	return s
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
