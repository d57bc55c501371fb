package command

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/testdata/reference"
)

// A measured run is that of the program in a process of its own, with its memory at the peak in KiB.
type measured struct {
	outcome
	peak int
}

// measure runs the program, with at most 4 GB of addresses, so that one that takes more ends, and not the machine. It
// is killed after a minute: a file must not make it hang.
func measure(t *testing.T, args ...string) measured {
	t.Helper()
	status := filepath.Join(t.TempDir(), "status")
	cmd := program(t, ".", args...)
	cmd.Args = append([]string{"sh", "-c", `ulimit -v 4194304; exec "$0" "$@"`, cmd.Path}, args...)
	cmd.Path = "/bin/sh"
	cmd.Env = append(cmd.Env, memoryFile+"="+status)
	var out, diag bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diag
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	err := cmd.Wait()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	if !stop.Stop() {
		t.Errorf("tailwave %.200s: got no end within a minute, want one", strings.Join(args, " "))
	}
	m := measured{outcome: outcome{cmd.ProcessState.ExitCode(), out.String(), diag.String()}}
	if text, err := os.ReadFile(status); err == nil {
		_, rest, _ := strings.Cut(string(text), "VmHWM:")
		fmt.Sscanf(rest, "%d kB", &m.peak)
	}
	if m.peak == 0 {
		t.Errorf("tailwave %.200s: got exit %d and %.300q, want an orderly end",
			strings.Join(args, " "), m.code, m.err)
	}
	return m
}

// A peak is the memory of a run, for the list of the largest.
type peak struct {
	kib  int
	what string
}

// wantPeak runs the program and checks that its memory is at most 64 MiB and twice the tensors that the model uses.
func wantPeak(t *testing.T, peaks *[]peak, model string, args ...string) measured {
	t.Helper()
	limit := maxMemory
	if m, err := models.Open(model); err == nil {
		limit += int(2 * m.Info().WeightBytes >> 10)
	}
	got := measure(t, args...)
	if got.peak > limit {
		t.Errorf("tailwave %s: got a peak of %d KiB, want at most %d KiB", args[0], got.peak, limit)
	}
	*peaks = append(*peaks, peak{got.peak, t.Name() + ": " + args[0] + " " + filepath.Base(model)})
	return got
}

// logLargest logs the runs that took most.
func logLargest(t *testing.T, peaks []peak) {
	slices.SortFunc(peaks, func(a, b peak) int { return b.kib - a.kib })
	for _, p := range peaks[:min(8, len(peaks))] {
		t.Logf("peak memory %d KiB: %s", p.kib, p.what)
	}
}

// TestModelMemory: info and vocode take little memory for the small models of every layout.
func TestModelMemory(t *testing.T) {
	if raceDetector {
		t.Skip("skipped, race detector: it takes memory of its own")
	}
	var peaks []peak
	both := func(t *testing.T, dir, frames string) {
		for _, path := range weightsFiles(t, dir) {
			wantPeak(t, &peaks, path, "info", path)
			out := filepath.Join(t.TempDir(), "out.npy")
			wantPeak(t, &peaks, path, "vocode", frames, out, "--model", path, "--quiet")
		}
	}
	t.Run("checkpoints", func(t *testing.T) {
		checkpointCases(t, func(t *testing.T, _, dir, _ string) { both(t, dir, checkpointFrames(dir)) })
	})
	t.Run("publishers", func(t *testing.T) {
		publisherCases(t, func(t *testing.T, p published) { both(t, p.dir, p.frames) })
	})
	t.Run("weights", func(t *testing.T) {
		for _, name := range []string{"hifigan-v3-ljspeech", "mb-melgan-ljspeech"} {
			t.Run(name, func(t *testing.T) {
				both(t, reference.File(t, "weights", name),
					reference.File(t, "cases", "checkpoints", "jik_generator", "mel.npy"))
			})
		}
	})
	logLargest(t, peaks)
}

// TestHostileMemory: a file that asks for much more than it has bytes is refused by one line, in little memory, or is
// listed by info.
func TestHostileMemory(t *testing.T) {
	if raceDetector {
		t.Skip("skipped, race detector: it takes memory of its own")
	}
	frames := tinyFrames(t)
	var peaks []peak
	for _, h := range hostileFiles() {
		t.Run(h.what, func(t *testing.T) {
			path := h.make(t)
			anything := regexp.MustCompile("")
			if o := wantPeak(t, &peaks, path, "info", path); o.code != exitDone {
				o.wantReason(t, filepath.Dir(path), anything)
			}
			dir := t.TempDir()
			o := wantPeak(t, &peaks, path, "vocode", frames, filepath.Join(dir, "out.npy"), "--model", path, "--quiet")
			o.wantReason(t, filepath.Dir(path), anything)
			wantNames(t, dir)
		})
	}
	logLargest(t, peaks)
}
