package command

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestForcedLevel: TAILWAVE_CPU chooses the kernels and changes no byte. A value that is no level is an error.
func TestForcedLevel(t *testing.T) {
	run := func(level string, args ...string) (out string, err error) {
		cmd := program(t, t.TempDir(), args...)
		cmd.Env = append(cmd.Env, "TAILWAVE_CPU="+level)
		b, err := cmd.CombinedOutput()
		return string(b), err
	}
	for _, arg := range []string{"version", "--version"} {
		if out, err := run("generic", arg); err != nil || !strings.Contains(out, " generic go") {
			t.Errorf("%s at level generic: got %q, %v; want %q in it", arg, out, err, " generic go")
		}
	}
	model := tinyModel(t)
	array, _ := melFile()
	in := writeFile(t, filepath.Join(t.TempDir(), "mel.npy"), array)
	args := []string{"vocode", in, "-", "--model", model, "--raw", "f32", "--quiet"}
	want := must(t, nil, args...).out
	if len(want) != 4*400 {
		t.Errorf("vocode: got %d bytes, want %d", len(want), 4*400)
	}
	for _, level := range levels(t) {
		t.Run(level, func(t *testing.T) {
			out, err := run(level, args...)
			if err != nil {
				t.Errorf("got error %v, want none", err)
			}
			wantBytes(t, "samples", out, want)
		})
	}
	for _, line := range []string{"version", "--version", "completion bash", "__complete play ", "upsample a.wav b.wav --rate 96000", "op conv1d-transpose"} {
		t.Run("sse2/"+line, func(t *testing.T) {
			out, err := run("sse2", strings.Fields(line)...)
			want := `tailwave: TAILWAVE_CPU is "sse2", must be one of generic, avx2, avx512; see tailwave --help`
			if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != exitUsage || !strings.HasPrefix(out, want) {
				t.Errorf("got %q, %v; want exit %d and an output that begins with %q", out, err, exitUsage, want)
			}
		})
	}
}
