//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"
)

// TestScript runs the script for two cases and for the creation of converters, with a program that it compiles.
func TestScript(t *testing.T) {
	for name, c := range map[string]struct {
		environment []string
		want        string
	}{
		"speed": {[]string{"RATES=48000-16000 16000-48000", "CHANNELS=2", "QUALITIES=steep", "ROUNDS=1"},
			`^48000 16000 2 steep \d+ \d+ \d+\.\d\d\n16000 48000 2 steep \d+ \d+ \d+\.\d\d\nsmallest \d+\.\d\d\n$`},
		"creation": {[]string{"RATES=44100-48000", "QUALITIES=high", "ROUNDS=1", "CREATE=1"},
			`^44100 48000 high first \d+ again \d+ soxr \d+\n$`},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command("./testdata/bench-src.sh")
			cmd.Dir = "../../../.."
			cmd.Env = append(os.Environ(), c.environment...)
			out, err := cmd.Output()
			var exit *exec.ExitError
			if errors.As(err, &exit) && exit.ExitCode() == 77 {
				reference.Missing(t, "soxr", string(exit.Stderr))
			}
			if err != nil {
				t.Fatal(err)
			}
			if !regexp.MustCompile(c.want).Match(out) {
				t.Errorf("got %q, want a match of %s", out, c.want)
			}
		})
	}
}

// TestScriptRefuses: without a compiler or libsoxr, the script prints what to install, and exits with status 77, which
// `make bench-peers` accepts.
func TestScriptRefuses(t *testing.T) {
	for compiler, want := range map[string]string{
		"no-such-compiler -m64": "libsoxr not measured: no C compiler (no-such-compiler): " +
			"install gcc and libsoxr-dev\n",
		"false": "libsoxr not measured: false cannot link libsoxr: install libsoxr-dev\n",
	} {
		cmd := exec.Command("./testdata/bench-src.sh")
		cmd.Dir = "../../../.."
		cmd.Env = append(os.Environ(), "CC="+compiler)
		var stdout, stderr strings.Builder
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		err := cmd.Run()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 77 || stdout.String() != "" || stderr.String() != want {
			t.Errorf("CC=%s: got %v, output %q and %q, want status 77 and %q",
				compiler, err, stdout.String(), stderr.String(), want)
		}
	}
	makefile, err := os.ReadFile("../../../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	if want := "./testdata/bench-src.sh || [ $$? -eq 77 ]"; !strings.Contains(string(makefile), want) {
		t.Errorf("Makefile: got no %q, want it in bench-peers", want)
	}
}
