package command

import (
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestSummary: a run writes one line to standard error. There is no progress bar where that is not a terminal.
func TestSummary(t *testing.T) {
	x := []float32{0, 0.5, -2, 1.5, 0.25, float32(math.NaN())}
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 2000, 1, pcm.F32, x))
	o := must(t, nil, "upsample", in, "-", "--rate", "2000", "--format", "pcm16", "--dither", "none")
	want := regexp.MustCompile(`^\S+in\.wav -> -: 6 frames, 0\.003 s, \d+(\.\d)? x real time, ` +
		`peak 6\.02 dBFS\n` +
		`tailwave: standard output: 2 of 6 samples clipped: lower the level with --gain -6\.1dB or --gain auto\n` +
		`tailwave: standard output: 1 of 6 samples is NaN, written as 0: look for NaN, infinity or values that are too large in \S+in\.wav\n$`)
	if !want.MatchString(o.err) {
		t.Errorf("summary: got %q, want a match of %s", o.err, want)
	}
	o = must(t, nil, "upsample", in, "-", "--rate", "2000")
	wantParts(t, "summary of a copy", o.err, "6 frames", "peak 6.02 dBFS\n", "1 of 6 samples is NaN: look")
	o = must(t, nil, "upsample", in, "-", "--rate", "3000", "--quiet")
	if want := "tailwave: standard output: 9 of 9 samples are NaN: "; !strings.HasPrefix(o.err, want) || strings.Count(o.err, "\n") != 1 {
		t.Errorf("standard error with --quiet: got %q, want one line that begins with %q", o.err, want)
	}
	if got := parse(t, []byte(o.out)).Frames; got != 9 {
		t.Errorf("with --quiet: got %d frames, want 9", got)
	}
	o = must(t, nil, "upsample", in, "-", "--rate", "3000", "--verbose")
	wantParts(t, "standard error with --verbose", o.err, "input   2000 Hz, 1 channel, f32\n",
		"output  3000 Hz, f32, dither off\n", "ratio 3/2, ", " 6 -> 9 frames, busy ")
	if strings.ContainsAny(o.err, "\r\x1b") {
		t.Errorf("standard error with --verbose: got %q, want no control characters", o.err)
	}
}

// TestProgressBar: a terminal shows a progress bar, which the summary or the error replaces.
func TestProgressBar(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("skipped, not Linux: script takes other arguments elsewhere")
	}
	need(t, "script", "sh", "stty")
	dir := t.TempDir()
	file := soundBytes(t, 44100, 2, pcm.S16, tones(60000, 2))
	writeFile(t, filepath.Join(dir, "head"), file[:len(file)/2])
	writeFile(t, filepath.Join(dir, "rest"), file[len(file)/2:])
	// The bar is drawn every 200 ms.
	for _, c := range []struct {
		name, input, last string
		code              int
	}{
		{"whole", "(cat head; sleep 0.7; cat rest)", "130613 frames, ", exitDone},
		{"truncated", "(cat head; sleep 0.7)", "tailwave: standard input: truncated WAV data: ", exitFailed},
		{"interrupted", "(cat head; sleep 0.7; kill -INT $(cat pid); sleep 1)", "tailwave: interrupted", exitFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			script := `stty cols 80; ` + c.input +
				` | sh -c 'echo $$ >pid; exec "$TAILWAVE" upsample - /dev/null --rate 96000'; echo "exit $?"`
			cmd := program(t, dir)
			run := exec.Command("script", "-qec", script, "/dev/null")
			run.Dir, run.Env = dir, append(cmd.Env, "TAILWAVE="+cmd.Path, "SHELL=/bin/sh", "TERM=xterm")
			run.Stdin = strings.NewReader("")
			b, err := run.CombinedOutput()
			if err != nil {
				t.Fatalf("script: got error %v and %q, want none", err, b)
			}
			screen := string(b)
			wantParts(t, "screen", screen, "[--", "%")
			lines := strings.Split(strings.TrimSuffix(screen, "\r\n"), "\r\n")
			if want := fmt.Sprint("exit ", c.code); len(lines) != 2 || lines[1] != want {
				t.Fatalf("screen: got the lines %q, want the bar's line and %q", lines, want)
			}
			if _, shown, ok := strings.Cut(lines[0], "\r\033[K"); !ok || !strings.Contains(shown, c.last) {
				t.Errorf("line of the bar: got %q, want it cleared and then %q", lines[0], c.last)
			}
		})
	}
}
