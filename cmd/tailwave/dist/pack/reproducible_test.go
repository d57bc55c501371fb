//go:build unix

package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"
)

// copied copies the files of the repository, also those that are not committed yet, into a new folder.
func copied(t *testing.T, name string) string {
	t.Helper()
	const root = "../../../.."
	out, err := exec.Command("git", "-C", root, "ls-files", "-z", "-co", "--exclude-standard").Output()
	if err != nil {
		reference.Missing(t, "git", "the files of the repository are not known")
	}
	folder := filepath.Join(t.TempDir(), name)
	for path := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		info, err := os.Stat(filepath.Join(root, path))
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		b, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, b, info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestReproducible: two folders with the same files make the same archives, whatever their names, the umask and the
// settings of Go. The archives are complete, and the program in one says what it is.
func TestReproducible(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: builds the program for two targets, twice")
	}
	sums := map[string]string{}
	for name, setting := range map[string]string{
		"one": "umask 022",
		"another folder": "umask 077; export GOAMD64=v3 GOFLAGS=-buildvcs=true TAILWAVE_CPU=none GOOS=windows GOARCH=arm64 " +
			"GOEXPERIMENT=nodwarf5; echo GOFIPS140=v1.0.0 >../goenv; export GOENV=$PWD/../goenv",
	} {
		folder := copied(t, name)
		cmd := exec.Command("sh", "-c", setting+"; exec ./testdata/dist.sh")
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "VERSION=v1.2.3", "REVISION=0123456789abcdef", "SOURCE_DATE_EPOCH=1795852800",
			"TARGETS=linux/amd64 windows/arm64")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("dist.sh: got error %v and %s", err, out)
		}
		if want := "tailwave 1.2.3 (01234567) "; !strings.HasPrefix(string(out), want) {
			t.Errorf("got %q, want it to begin with %q", out, want)
		}
		b, err := os.ReadFile(filepath.Join(folder, "dist", "SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		sums[name] = string(b)
		files, err := os.ReadDir(filepath.Join(folder, "dist"))
		if err != nil || len(files) != 3 {
			t.Errorf("dist: got %v and error %v, want 3 files", files, err)
		}
		for line := range strings.Lines(string(b)) {
			sum, archive, _ := strings.Cut(strings.TrimSpace(line), "  ")
			b, err := os.ReadFile(filepath.Join(folder, "dist", archive))
			if got := fmt.Sprintf("%x", sha256.Sum256(b)); err != nil || got != sum {
				t.Errorf("%s: got sum %s and error %v, want %s", archive, got, err, sum)
			}
		}
		for _, name := range []string{"tailwave_1.2.3_linux_amd64.tar.gz", "tailwave_1.2.3_windows_arm64.zip"} {
			if !strings.Contains(string(b), "  "+name+"\n") {
				t.Errorf("got %q, want %s in it", b, name)
			}
		}
	}
	if sums["one"] != sums["another folder"] {
		t.Errorf("got sums %q, want the same from both folders", sums)
	}
}

// TestDirty: without VERSION, the version of a build ends in +dirty if git does not know a file of the folder.
func TestDirty(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: builds the program twice")
	}
	folder := copied(t, "checkout")
	run := func(words ...string) string {
		t.Helper()
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "VERSION=", "REVISION=", "SOURCE_DATE_EPOCH=", "TARGETS=linux/amd64",
			"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: got error %v and %s", words, err, out)
		}
		return string(out)
	}
	run("git", "init", "-q")
	run("git", "config", "status.showUntrackedFiles", "no")
	run("git", "add", "-A")
	run("git", "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "all files")
	for _, want := range []string{"tailwave 0.2.0-dev (", "tailwave 0.2.0-dev+dirty ("} {
		if out := run("./testdata/dist.sh"); !strings.HasPrefix(out, want) {
			t.Errorf("got %q, want it to begin with %q", out, want)
		}
		extra := filepath.Join(folder, "cmd", "tailwave", "extra.go")
		if err := os.WriteFile(extra, []byte("package main\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWrongVersion: a version that cannot be part of a file name is an error.
func TestWrongVersion(t *testing.T) {
	cmd := exec.Command("./testdata/dist.sh")
	cmd.Dir = "../../../.."
	cmd.Env = append(os.Environ(), "VERSION=1.0/2")
	if out, err := cmd.CombinedOutput(); err == nil || !strings.HasPrefix(string(out), "VERSION 1.0/2: must have only letters") {
		t.Errorf("got error %v and %q, want one about VERSION", err, out)
	}
}
