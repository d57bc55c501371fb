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

// TestREADMEProgram: the program in the README builds, and converts as the command does.
func TestREADMEProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: builds a program")
	}
	_, rest, _ := strings.Cut(readme(t), "```go\n")
	code, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("got no Go code in README.md, want a program")
	}
	dir := t.TempDir()
	in, err := filepath.Abs("../../../../testdata/chime.wav")
	if err != nil {
		t.Fatal(err)
	}
	out, want := filepath.Join(dir, "out.wav"), filepath.Join(dir, "want.wav")
	run := exec.Command("go", "run", writeFile(t, filepath.Join(dir, "main.go"), []byte(code)), in, out)
	run.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := run.CombinedOutput(); err != nil {
		t.Fatalf("go run: got error %v and %q, want none", err, text)
	}
	must(t, nil, "upsample", in, want, "--rate", "48000", "--format", "pcm24", "--quiet")
	wantBytes(t, "file", readFile(t, out), readFile(t, want))
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
