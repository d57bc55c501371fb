package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readme returns the text of README.md.
func readme(t *testing.T) string { return string(readFile(t, "../../../../README.md")) }

// TestREADMEProgram: the program in the README is short, builds, and prints what its last comment says.
func TestREADMEProgram(t *testing.T) {
	_, rest, _ := strings.Cut(readme(t), "```go\n")
	code, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("got no Go code in README.md, want a program")
	}
	if lines := len(strings.FieldsFunc(code, func(r rune) bool { return r == '\n' })); lines > 15 {
		t.Errorf("got %d lines with text, want at most 15", lines)
	}
	if testing.Short() {
		t.Skip("skipped, -short: builds a program")
	}
	run := exec.Command("go", "run", writeFile(t, filepath.Join(t.TempDir(), "main.go"), []byte(code)))
	run.Env = append(os.Environ(), "CGO_ENABLED=0")
	got, err := run.Output()
	if err != nil {
		t.Fatalf("go run: got error %v, want none", err)
	}
	at := strings.LastIndex(code, "// ") + len("// ")
	if want, _, _ := strings.Cut(code[at:], " "); strings.TrimSpace(string(got)) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLinks: the files that the documents link to exist.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	links := 0
	for _, document := range []string{"README.md", ".github/CONTRIBUTING.md", ".github/CHANGELOG.md", ".github/SECURITY.md"} {
		path := filepath.Join("../../../..", document)
		for _, m := range link.FindAllStringSubmatch(string(readFile(t, path)), -1) {
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s: got a link to %s, want a file that exists: %v", document, m[1], err)
			}
		}
	}
	if links < 8 {
		t.Errorf("got %d links, want at least 8", links)
	}
}

// TestREADMESize: the README stays short enough to be read.
func TestREADMESize(t *testing.T) {
	if got := len(readme(t)); got > 9000 {
		t.Errorf("README.md: got %d bytes, want at most 9000", got)
	}
}
