package command

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"
)

// TestBash: bash completes a command line by the script.
func TestBash(t *testing.T) {
	const library = "/usr/share/bash-completion/bash_completion"
	bash, err := exec.LookPath("bash")
	if _, e := os.Stat(library); err != nil || e != nil {
		reference.Missing(t, "bash-completion", "bash or its package bash-completion is not installed")
	}
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "tailwave")); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "bash.script"), []byte(must(t, nil, "completion", "bash").out))
	files := filepath.Join(dir, "files")
	if err := os.MkdirAll(filepath.Join(files, "my models", "hifigan"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.wav", "b.WAV", "k.npy", "notes.txt", "my models/w.pth"} {
		writeFile(t, filepath.Join(files, name), nil)
	}
	const script = `compopt() { :; } # works only where a key was pressed
source %s; source %s; cd %s
COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE='%s'; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
__start_tailwave; printf '%%s\n' "${COMPREPLY[@]}" | sort`
	for line, want := range map[string]string{
		"tailwave upsam":                           "upsample",
		"tailwave upsample --qual":                 "--quality",
		"tailwave upsample a b --quality b":        "best",
		"tailwave upsample a b --quality ":         "best\nfast\nhigh",
		"tailwave upsample ":                       "a.wav\nb.WAV\nmy models",
		"tailwave upsample a.wav out --filter ":    "k.npy\nmy models",
		"tailwave codec encode a b --model ":       "my models",
		"tailwave vocode a b --model bu":           "builtin",
		"tailwave vocode a b --model my":           `my\ models/`,
		`tailwave vocode a b --model my\ models/w`: `my\ models/w.pth`,
		"tailwave vocode a b --raw=":               "f32\ns16",
		"tailwave devices --x":                     "",
	} {
		t.Run(line, func(t *testing.T) {
			var words []string // as bash has them: a space with a backslash does not end one, and "=" is one
			for word := range strings.SplitSeq(strings.ReplaceAll(line, "=", " = "), " ") {
				if n := len(words); n > 0 && strings.HasSuffix(words[n-1], `\`) {
					words[n-1] += " " + word
				} else {
					words = append(words, word)
				}
			}
			for i, word := range words {
				words[i] = "'" + word + "'"
			}
			cmd := exec.Command(bash, "--norc", "-c", fmt.Sprintf(script, library, filepath.Join(dir, "bash.script"), files,
				strings.Join(words, " "), line))
			cmd.Env = append(os.Environ(), asProgram+"=1", "PATH="+dir+":"+os.Getenv("PATH"))
			out, err := cmd.CombinedOutput()
			if got := strings.TrimSuffix(string(out), "\n"); err != nil || got != want {
				t.Errorf("got %q and error %v, want %q", got, err, want)
			}
		})
	}
}
