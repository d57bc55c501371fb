package main

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

// TestSummary: one line on standard error, and no bar, unless it is a terminal.
func TestSummary(t *testing.T) {
	x := []float32{0, 0.5, -2, 1.5, 0.25, float32(math.NaN())}
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 2000, 1, pcm.F32, x))
	o := must(t, nil, "upsample", in, "-", "--rate", "2000", "--format", "pcm16", "--dither", "none")
	want := regexp.MustCompile(`^\S+in\.wav -> -: 6 frames, 0\.003 s, \d+(\.\d)? x real time, peak 6\.02 dBFS, 2 clipped, 1 NaN\n$`)
	if !want.MatchString(o.err) {
		t.Errorf("summary %q", o.err)
	}
	o = must(t, nil, "upsample", in, "-", "--rate", "2000")
	if !strings.Contains(o.err, "6 frames") || !strings.Contains(o.err, "peak 6.02 dBFS, 0 clipped, 1 NaN\n") {
		t.Errorf("summary of a copy %q", o.err)
	}
	o = must(t, nil, "upsample", in, "-", "--rate", "3000", "--quiet")
	if o.err != "" || parse(t, []byte(o.out)).Frames != 9 {
		t.Errorf("quiet: %q", o.err)
	}
	o = must(t, nil, "upsample", in, "-", "--rate", "3000", "--verbose")
	for _, part := range []string{"input   2000 Hz, 1 channel, f32\n", "output  3000 Hz, f32, dither off\n", "ratio 3/2, ", " 6 -> 9 frames, busy "} {
		if !strings.Contains(o.err, part) {
			t.Errorf("verbose: %q does not say %q", o.err, part)
		}
	}
	if strings.ContainsAny(o.err, "\r\x1b") {
		t.Errorf("terminal control in %q", o.err)
	}
}

// TestProgressBar: on a terminal there is a bar, which the summary, or the error, replaces.
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
		script := `stty cols 80; ` + c.input + ` | sh -c 'echo $$ >pid; exec "$TAILWAVE" upsample - /dev/null --rate 96000'; echo "exit $?"`
		cmd := program(t, dir)
		self := cmd.Path
		cmd.Path, cmd.Args = "", nil
		run := exec.Command("script", "-qec", script, "/dev/null")
		run.Dir, run.Env = dir, append(cmd.Env, "TAILWAVE="+self, "SHELL=/bin/sh", "TERM=xterm")
		run.Stdin = strings.NewReader("")
		b, err := run.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v, %s", c.name, err, b)
		}
		screen := string(b)
		if !strings.Contains(screen, "[--") || !strings.Contains(screen, "%") {
			t.Errorf("%s: no bar in %q", c.name, screen)
		}
		lines := strings.Split(strings.TrimSuffix(screen, "\r\n"), "\r\n")
		if len(lines) != 2 || lines[1] != fmt.Sprint("exit ", c.code) {
			t.Fatalf("%s: want the bar's line and the exit code, got %q", c.name, lines)
		}
		if _, shown, ok := strings.Cut(lines[0], clearLine); !ok || !strings.Contains(shown, c.last) {
			t.Errorf("%s: the line is not cleared for %q: %q", c.name, c.last, lines[0])
		}
	}
}
