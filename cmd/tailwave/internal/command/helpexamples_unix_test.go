//go:build unix

package command

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/dsp/dsptest"
)

// TestHelpExamples: each example in the help runs as it is printed, in a folder with the files that it names. Those of
// a command run one after another.
func TestHelpExamples(t *testing.T) {
	env := exampleEnv(t)
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		dir := t.TempDir()
		exampleFiles(t, dir)
		if cmd.Name() == "mel" { // it writes this file
			os.Remove(filepath.Join(dir, "mel.npy"))
		}
		for _, line := range exampleLines(cmd) {
			line = strings.TrimSpace(line)
			t.Run(line, func(t *testing.T) { runExample(t, line, dir, env) })
		}
	})
}

// TestREADMECommands: the commands in the README run as they are printed, in order and in one folder.
func TestREADMECommands(t *testing.T) {
	env, dir := exampleEnv(t), t.TempDir()
	exampleFiles(t, dir)
	os.Remove(filepath.Join(dir, "mel.npy")) // a command writes it
	root, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(root, "testdata"), filepath.Join(dir, "testdata")); err != nil {
		t.Fatal(err)
	}
	commands := 0
	for line := range strings.Lines(readme(t)) {
		command, ok := strings.CutPrefix(line, "    ")
		command = strings.Replace(command, "go run ./cmd/tailwave ", "tailwave ", 1)
		if command, _, _ = strings.Cut(command, "#"); ok && slices.Contains(strings.Fields(command), "tailwave") {
			commands++
			command = strings.TrimSpace(command)
			t.Run(command, func(t *testing.T) { runExample(t, command, dir, env) })
		}
	}
	if commands != 2+8 {
		t.Errorf("commands of the README: got %d, want 2 to try it and 8 more", commands)
	}
}

// exampleEnv returns the environment of a shell in which tailwave is this program.
func exampleEnv(t *testing.T) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	if err := os.Symlink(self, filepath.Join(bin, "tailwave")); err != nil {
		t.Fatal(err)
	}
	return append(os.Environ(), asProgram+"=1", "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// exampleFiles writes the files that examples name and that need no other program.
func exampleFiles(t *testing.T, dir string) {
	t.Helper()
	for name, data := range map[string][]byte{
		"in.wav":      readFile(t, "../../../../testdata/chime.wav"),
		"speech.wav":  readFile(t, speech),
		"cases.jsonl": readFile(t, "../../../../testdata/operator/tf_stream.jsonl"),
	} {
		writeFile(t, filepath.Join(dir, name), data)
	}
	if err := os.CopyFS(filepath.Join(dir, "hifigan"), os.DirFS("../../../../testdata/hifigan-tiny")); err != nil {
		t.Fatal(err)
	}
	npyFile(t, filepath.Join(dir, "kernel.npy"), "(4,)", []float32{0.25, 0.75, 0.75, 0.25})
	frames := dsptest.Noise[float32](3, 8*50)
	npyFile(t, filepath.Join(dir, "mel.npy"), "(8, 50)", frames)
	bare, err := binary.Append(nil, binary.LittleEndian, frames)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "frames.f32"), bare)
	for i := range frames {
		frames[i] = 20*frames[i] - 60
	}
	npyFile(t, filepath.Join(dir, "decibels.npy"), "(8, 50)", frames)
}

// runExample runs a line in a shell. It skips if the line needs something that is not there.
func runExample(t *testing.T, line, dir string, env []string) {
	words := strings.Fields(line)
	if slices.Contains(words, "--play") || words[1] == "play" || slices.Contains(words, "devices") || strings.Contains(line, "| tailwave play") {
		env = append(soundServer(t), env...)
	}
	run := func(line string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		c := exec.CommandContext(ctx, "sh", "-c", line)
		c.Dir, c.Env = dir, env
		var diag bytes.Buffer
		c.Stderr = &diag
		if err := c.Run(); err != nil || strings.Contains(diag.String(), "tailwave: ") {
			t.Fatalf("%s: got error %v and %q, want none", line, err, &diag)
		}
	}
	for _, tool := range []string{"ffmpeg", "sox"} {
		if slices.Contains(words, tool) {
			need(t, tool)
		}
	}
	for _, name := range []string{"in.flac", "in.mp3"} {
		if strings.Contains(line, name) {
			run("ffmpeg -v error -y -i in.wav " + name)
		}
	}
	if strings.Contains(line, "lyra") {
		if err := os.Symlink(lyraModel(t), filepath.Join(dir, "lyra")); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "speech.lyra")); err != nil && strings.Contains(line, " speech.lyra") &&
		!strings.Contains(line, "encode speech.wav") {
		run("tailwave codec encode speech.wav speech.lyra --model lyra/ --quiet")
	}
	run(line)
}
