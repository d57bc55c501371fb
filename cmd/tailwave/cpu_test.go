package main

import (
	"os/exec"
	"strings"
	"testing"
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
	for _, args := range [][]string{{"version"}, {"upsample", "a.wav", "b.wav", "--rate", "96000"}, {"op", "conv1d-transpose"}} {
		out, err := run("sse2", args...)
		want := `tailwave: TAILWAVE_CPU is "sse2", must be one of generic, avx2, avx512`
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != exitUsage || !strings.HasPrefix(out, want) {
			t.Errorf("%v at level sse2: %v, %q", args, err, out)
		}
	}
}
