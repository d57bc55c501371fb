package command

import (
	"os"
	"os/exec"
	"path/filepath"
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

// TestREADMECommands: the commands in the README exist.
func TestREADMECommands(t *testing.T) {
	root := newRootCommand(new(app))
	names := 0
	for line := range strings.Lines(readme(t)) {
		if _, after, ok := strings.Cut(line, "    tailwave "); ok {
			names++
			if cmd, _, err := root.Find(strings.Fields(after)); err != nil || cmd == root {
				t.Errorf("command of the README: got %q, want one that exists: %v", line, err)
			}
		}
	}
	if names < 4 {
		t.Errorf("commands of the README: got %d, want at least 4", names)
	}
}

// TestREADMESize: the README stays short enough to be read.
func TestREADMESize(t *testing.T) {
	if got := len(readme(t)); got > 9000 {
		t.Errorf("README.md: got %d bytes, want at most 9000", got)
	}
}
