package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// TestForcedLevel: TAILWAVE_CPU chooses the kernels, does not change a byte, and is refused where it cannot be had.
func TestForcedLevel(t *testing.T) {
	run := func(level string, args ...string) (out string, err error) {
		cmd := program(t, t.TempDir(), args...)
		cmd.Env = append(cmd.Env, "TAILWAVE_CPU="+level)
		b, err := cmd.CombinedOutput()
		return string(b), err
	}
	if out, err := run("generic", "version"); err != nil || !strings.HasSuffix(out, " generic\n") {
		t.Errorf("forced to generic: %q, %v", out, err)
	}
	model := tinyModel(t)
	array, _ := melFile()
	in := writeFile(t, filepath.Join(t.TempDir(), "mel.npy"), array)
	var want string
	levels := []string{"generic"}
	if cpu, err := dsp.CPU(); err != nil {
		t.Fatal(err)
	} else if cpu != "generic" {
		levels = append(levels, cpu)
	}
	for _, level := range levels {
		out, err := run(level, "vocode", in, "-", "--model", model, "--raw", "f32", "--quiet")
		if want == "" {
			want = out
		}
		if err != nil || out != want || len(out) != 4*400 {
			t.Errorf("vocode at level %s: %d bytes, %v, not those of the first level", level, len(out), err)
		}
	}
	for _, args := range [][]string{{"version"}, {"upsample", "a.wav", "b.wav", "--rate", "96000"}, {"op", "conv1d-transpose"}} {
		out, err := run("sse2", args...)
		want := `tailwave: TAILWAVE_CPU is "sse2", must be one of generic, avx2, avx512`
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != exitUsage || !strings.HasPrefix(out, want) {
			t.Errorf("%v at level sse2: %v, %q", args, err, out)
		}
	}
}
