//go:build unix

package command

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// shell returns the program, started by a shell after the words: `exec "$0" "$@"` is what starts it.
func shell(t *testing.T, dir, script string, args ...string) *exec.Cmd {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("skipped, no sh: cannot start a process with closed descriptors")
	}
	cmd := program(t, dir, args...)
	cmd.Args = append([]string{sh, "-c", script, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = sh
	return cmd
}

// ended runs a command, and returns how it went.
func ended(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	var out, diag bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &out
	}
	cmd.Stderr = &diag
	if err := cmd.Run(); cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), out.String(), diag.String()}
}

// TestClosedAtStart: a command whose sound would go to a closed standard output fails before it opens IN. One that
// writes a file or text succeeds, whichever of the three is closed.
func TestClosedAtStart(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 2, pcm.S16, tones(3000, 2)))
	convert := func(in, out string) []string {
		return []string{"upsample", in, out, "--rate", "48000", "--force", "--quiet"}
	}
	want := must(t, nil, convert(filepath.Join(dir, "in.wav"), "-")...).out
	const closed = "standard output: is closed, or /dev/null opened for reading and writing: "
	for _, c := range []struct {
		name   string
		close  string
		args   []string
		failed string // part of the error, "" for success
	}{
		{"a stream", ">&-", convert("in.wav", "-"), closed},
		{"before IN", ">&-", convert("missing.wav", "-"), closed},
		{"its path", ">&-", convert("missing.wav", "/dev/stdout"), closed},
		{"standard input too", "<&- >&-", convert("in.wav", "-"), closed},
		{"/dev/null for reading and writing", "1<>/dev/null", convert("in.wav", "-"), closed},
		{"text", ">&-", []string{"info", "in.wav"}, ""}, // as into a /dev/null that another program has opened
		{"a file", ">&-", convert("in.wav", "out.wav"), ""},
		{"a device", ">&-", convert("in.wav", "/dev/null"), ""},
		{"a file, errors closed", "2>&-", convert("in.wav", "out.wav"), ""},
		{"a file, all closed", "<&- >&- 2>&-", convert("in.wav", "out.wav"), ""},
		{"standard input", "<&-", convert("-", "out.wav"), "standard input: empty input"},
		{"to /dev/null", ">/dev/null", []string{"info", "in.wav"}, ""},
		{"to a shared /dev/null", "0<>/dev/null 1<&0", []string{"info", "in.wav"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := ended(t, shell(t, dir, `exec "$0" "$@" `+c.close, c.args...))
			if c.failed == "" {
				o.wantDone(t)
			} else {
				o.wantError(t, exitFailed, c.failed)
			}
			if slices.Contains(c.args, "out.wav") && c.failed == "" {
				got := readFile(t, filepath.Join(dir, "out.wav"))
				wantBytes(t, "samples", parse(t, got).raw, parse(t, []byte(want)).raw)
				os.Remove(filepath.Join(dir, "out.wav"))
			}
			wantNames(t, dir, "in.wav")
		})
	}
	t.Run("both closed", func(t *testing.T) {
		if o := ended(t, shell(t, dir, `exec "$0" "$@" >&- 2>&-`, convert("in.wav", "-")...)); o.code != exitFailed {
			t.Errorf("got exit %d, want %d", o.code, exitFailed)
		}
	})
}

// withoutReader returns the write end of a pipe that nobody reads.
func withoutReader(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	t.Cleanup(func() { w.Close() })
	return w
}

// TestStderrWithoutReader: a run, and a batch to its last file, continue when nobody reads what they report.
func TestStderrWithoutReader(t *testing.T) {
	run := func(t *testing.T, dir string, code int, args ...string) {
		cmd := program(t, dir, args...)
		cmd.Stderr = withoutReader(t)
		if err := cmd.Run(); cmd.ProcessState.ExitCode() != code {
			t.Errorf("got %v, want exit status %d", err, code)
		}
	}
	sound := soundBytes(t, 16000, 1, pcm.S16, tones(3000, 1))
	t.Run("one file", func(t *testing.T) {
		dir := t.TempDir()
		writeFile(t, filepath.Join(dir, "in.wav"), sound)
		run(t, dir, exitDone, "upsample", "in.wav", "out.wav", "--rate", "48000", "--verbose")
		wantNames(t, dir, "in.wav", "out.wav")
	})
	t.Run("an error", func(t *testing.T) {
		run(t, t.TempDir(), exitFailed, "upsample", "in.wav", "out.wav", "--rate", "48000")
	})
	t.Run("a batch", func(t *testing.T) {
		model, dir := lyraModel(t), t.TempDir()
		args := []string{"codec", "encode", "missing.wav"}
		var want []string
		for i := range 5 {
			name := fmt.Sprint(i)
			writeFile(t, filepath.Join(dir, name+".wav"), sound)
			args, want = append(args, name+".wav"), append(want, name+".lyra", name+".wav")
		}
		run(t, dir, exitFailed, append(args, ".", "--model", model, "--threads", "1")...)
		wantNames(t, dir, want...)
	})
}

// TestFewDescriptors: with any limit of file descriptors every command ends by itself, and reports failure in one line.
func TestFewDescriptors(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "tailwave")
	build := exec.Command("go", "build", "-o", bin, mainPackage)
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // the loader of shared libraries needs descriptors too
	if b, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: got error %v and %q, want none", err, b)
	}
	sound := soundBytes(t, 22050, 1, pcm.S16, tones(3000, 1))
	for _, line := range []string{
		"upsample in.wav out.wav --rate 48000 -q --sync", "upsample in.wav old.wav --rate 48000 -q --force",
		"upsample in.wav - --rate 22050 -q", "mel in.wav out.npy -q", "vocode in.wav out.wav -q", "verify in.wav --rate 48000 --runs 1",
		"info in.wav", "models", "devices", "op conv1d-transpose", "version", "--help",
		"codec encode in.wav in.wav . --model .", "codec decode in.wav out.wav --model .", "play in.wav",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			dir, done := t.TempDir(), 0
			writeFile(t, filepath.Join(dir, "in.wav"), sound)
			writeFile(t, filepath.Join(dir, "old.wav"), nil)
			for limit := 3; limit <= 20; limit++ {
				cmd := shell(t, dir, fmt.Sprintf(`ulimit -n %d; exec "$0" "$@"`, limit), strings.Fields(line)...)
				cmd.Args[3] = bin
				o := ended(t, cmd)
				os.Remove(filepath.Join(dir, "out.wav"))
				os.Remove(filepath.Join(dir, "out.npy"))
				switch {
				case o.code == exitDone:
					done++
				case done > 0:
					t.Errorf("limit %d: got exit %d and %q after success with a lower limit", limit, o.code, o.err)
				case limit == 3:
					o.wantError(t, exitFailed, "too few file descriptors (free: 0, needed: ")
				case o.code != exitFailed && o.code != exitUsage || strings.Count(o.err, "\n") != 1:
					t.Errorf("limit %d: got exit %d and %q, want %d and one line", limit, o.code, o.err, exitFailed)
				}
			}
			wantNames(t, dir, "in.wav", "old.wav")
		})
	}
}

// TestStdoutWithoutReader: a run whose result nobody reads ends by SIGPIPE, silently.
func TestStdoutWithoutReader(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 2, pcm.S16, tones(3000, 2)))
	cmd := shell(t, dir, `exec "$0" "$@"`, "upsample", "in.wav", "-", "--rate", "48000", "--quiet")
	cmd.Stdout = withoutReader(t)
	o := ended(t, cmd)
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !status.Signaled() || status.Signal() != syscall.SIGPIPE || o.err != "" {
		t.Errorf("got %v and %q, want an end by SIGPIPE and nothing on standard error", cmd.ProcessState, o.err)
	}
}
