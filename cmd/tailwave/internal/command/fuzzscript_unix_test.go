//go:build unix

package command

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Recorded outputs of go test -fuzz.
const (
	fuzzBaseline = "fuzz: elapsed: 0s, gathering baseline coverage: 0/9 completed\n"
	fuzzStart    = fuzzBaseline +
		"fuzz: elapsed: 0s, gathering baseline coverage: 9/9 completed, now fuzzing with 2 workers\n"
	fuzzFast = fuzzStart + "fuzz: elapsed: 3s, execs: 23723 (7907/sec), new interesting: 1 (total: 10)\n" +
		"fuzz: elapsed: 6s, execs: 43723 (0/sec), new interesting: 2 (total: 11)\n"
	fuzzSlow = fuzzStart + "fuzz: elapsed: 3s, execs: 12 (4/sec), new interesting: 0 (total: 9)\n" +
		"fuzz: elapsed: 6s, execs: 12 (0/sec), new interesting: 0 (total: 9)\n"
	fuzzPass     = "PASS\nok  \texample.org/read\t6.035s\n"
	fuzzDeadline = "--- FAIL: FuzzRead (5.04s)\n    context deadline exceeded\nFAIL\nexit status 1\n" +
		"FAIL\texample.org/read\t5.057s\n"
	fuzzCrash = "--- FAIL: FuzzRead (0.03s)\n    --- FAIL: FuzzRead (0.00s)\n        read_test.go:9: got 1, want 2\n    \n" +
		"    Failing input written to testdata/fuzz/FuzzRead/771e938e4458e983\nFAIL\nexit status 1\n" +
		"FAIL\texample.org/read\t0.033s\n"
	fuzzUnit = "invalid value \"1d\" for flag -fuzztime: time: unknown unit \"d\" in duration \"1d\"\n"
)

// fuzzTotal is the output of a target that ran n times, 9 of them before fuzzing.
func fuzzTotal(n string) string {
	return fuzzStart + "fuzz: elapsed: 5s, execs: " + n + " (5/sec), new interesting: 0 (total: 9)\n" + fuzzPass
}

// TestFuzzScript requires that testdata/fuzz.sh fails with a target that fails or that runs fewer than 20 times per
// second. In place of go, a program prints recorded outputs.
func TestFuzzScript(t *testing.T) {
	need(t, "sh", "awk")
	for name, c := range map[string]struct {
		time string
		out  string
		code int    // the exit status of go
		want string // end of the output; "" if the target passes
	}{
		"fast":                     {"5s", fuzzFast + fuzzPass, 0, ""},
		"slow":                     {"62s", fuzzSlow + fuzzPass, 0, "FuzzRead: got 3 executions in 62s, want at least 1240 (20 per second)"},
		"least":                    {"5s", fuzzTotal("109"), 0, ""},
		"one less":                 {"5s", fuzzTotal("108"), 0, "got 99 executions in 5s, want at least 100"},
		"baseline alone":           {"5s", fuzzBaseline + fuzzPass, 0, "got 0 executions in 5s, want at least 100"},
		"minute":                   {"1m", fuzzTotal("1209"), 0, ""},
		"minute, one less":         {"1m", fuzzTotal("1208"), 0, "got 1199 executions in 1m, want at least 1200"},
		"minutes, seconds":         {"2m30s", fuzzTotal("3009"), 0, ""},
		"minutes, one less":        {"2m30s", fuzzTotal("3008"), 0, "got 2999 executions in 2m30s, want at least 3000"},
		"hour":                     {"1h0m1s", fuzzTotal("72028"), 0, "got 72019 executions in 1h0m1s, want at least 72020"},
		"fraction":                 {"1.5s", fuzzTotal("38"), 0, "got 29 executions in 1.5s, want at least 30"},
		"milliseconds":             {"500ms", fuzzTotal("18"), 0, "got 9 executions in 500ms, want at least 10"},
		"count":                    {"1000x", fuzzSlow + fuzzPass, 0, ""},
		"other unit":               {"1d", fuzzUnit, 1, fuzzUnit},
		"other unit passes":        {"1d", fuzzFast + fuzzPass, 0, "has 1d as its time: write"},
		"end of the time":          {"5s", fuzzFast + fuzzDeadline, 1, ""},
		"slow, end of the time":    {"5s", fuzzSlow + fuzzDeadline, 1, "got 3 executions in 5s, want at least 100"},
		"failing input":            {"5s", fuzzFast + fuzzCrash, 1, fuzzCrash},
		"failing input, deadline":  {"5s", fuzzFast + fuzzCrash + fuzzDeadline, 1, fuzzDeadline},
		"no result, other failure": {"5s", "FAIL\texample.org/read [build failed]\n", 1, "[build failed]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			out, code := runFuzzScript(t, c.time, c.out, c.code)
			if c.want == "" {
				end := c.out[strings.LastIndex(c.out, "fuzz: elapsed"):]
				if want := "./read FuzzRead\n" + end; code != 0 || out != want {
					t.Errorf("got exit status %d and %q, want status 0 and %q", code, out, want)
				}
				return
			}
			if code != 1 || !strings.Contains(out, c.want) || !strings.Contains(out, strings.TrimSpace(c.out)) {
				t.Errorf("got exit status %d and %q, want status 1, all output, and %q", code, out, c.want)
			}
		})
	}
}

// runFuzzScript runs the script in a folder with one target, and returns its output and exit status. The program in
// place of go prints out and exits with code, if its arguments bound the executions that shorten an input.
func runFuzzScript(t *testing.T, time, out string, code int) (string, int) {
	t.Helper()
	script, err := filepath.Abs("../../../../testdata/fuzz.sh")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, sub := range []string{"read", "bin"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(dir, "read", "read_test.go"), []byte("func FuzzRead(f *testing.F) {\n"))
	writeFile(t, filepath.Join(dir, "out"), []byte(out))
	program := fmt.Sprintf("#!/bin/sh\ncase \"$*\" in *'-fuzzminimizetime 100x'*) ;; *) echo \"got go $*\"; exit 9 ;; esac\n"+
		"cat out >&2\nexit %d\n", code)
	writeFile(t, filepath.Join(dir, "bin", "go"), []byte(program))
	if err := os.Chmod(filepath.Join(dir, "bin", "go"), 0o777); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", script, time)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"))
	b, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(b), cmd.ProcessState.ExitCode()
}
