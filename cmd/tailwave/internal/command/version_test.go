package command

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestVersion: version and --version print the same line, which has the versions of the program and of Go, the platform
// and the kernels.
func TestVersion(t *testing.T) {
	want := regexp.MustCompile(`^tailwave \S+ \(([0-9a-f]{8}|unknown)\) \w+/\w+ (generic|avx2|avx512) go\S+\n$`)
	line := must(t, nil, "version").out
	if !want.MatchString(line) {
		t.Errorf("got %q, want a match of %s", line, want)
	}
	o := must(t, nil, "--version")
	wantBytes(t, "output of --version", o.out, line)
	if o.err != "" {
		t.Errorf("standard error: got %q, want nothing", o.err)
	}
	for _, args := range []string{"--version more", "--version upsample", "upsample --version"} {
		t.Run(args, func(t *testing.T) {
			if o := tailwave(nil, strings.Fields(args)...); o.code != exitUsage || o.out != "" {
				t.Errorf("got exit %d and %q, want exit %d and nothing", o.code, o.out, exitUsage)
			}
		})
	}
}

// TestLinkedVersion: the linker sets version and revision.
func TestLinkedVersion(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: builds the program")
	}
	bin := filepath.Join(t.TempDir(), "tailwave.exe")
	const pkg = mainPackage + "/internal/build"
	link := "-X " + pkg + ".version=1.2.3 -X " + pkg + ".revision=0123456789abcdef0123456789abcdef01234567"
	if out, err := exec.Command("go", "build", "-ldflags", link, "-o", bin, mainPackage).CombinedOutput(); err != nil {
		t.Fatalf("go build: got error %v and %q, want none", err, out)
	}
	out, err := exec.Command(bin, "--version").Output()
	if want := "tailwave 1.2.3 (01234567) "; err != nil || !strings.HasPrefix(string(out), want) {
		t.Errorf("got %q and error %v, want it to begin with %q", out, err, want)
	}
}
