//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

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
