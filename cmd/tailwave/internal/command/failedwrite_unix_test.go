//go:build unix

package command

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestFailedText: a failed write of text to standard output, and a folder as standard input of op, are errors of these
// streams with what to do.
func TestFailedText(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skipf("skipped, no /dev/full here: %v", err)
	}
	const full = "standard output: no space left on device: free some space, or write to another disk"
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 2, pcm.S16, tones(600, 2)))
	writeFile(t, filepath.Join(dir, "case"), []byte(`{"args":{"strides":2}}`))
	for _, c := range []struct{ args, redirect, want string }{
		{"", ">/dev/full", full},
		{"--help", ">/dev/full", full},
		{"help upsample", ">/dev/full", full},
		{"mel --help", ">/dev/full", full},
		{"codec", ">/dev/full", full},
		{"version", ">/dev/full", full},
		{"--version", ">/dev/full", full},
		{"models", ">/dev/full", full},
		{"info in.wav", ">/dev/full", full},
		{"verify in.wav --rate 44100", ">/dev/full", full},
		{"completion bash", ">/dev/full", full},
		{"op conv1d-transpose", "<case >/dev/full", full},
		{"op conv1d-transpose", "<.", "standard input: is a folder: name a file"},
	} {
		o := ended(t, shell(t, dir, `exec "$0" "$@" `+c.redirect, strings.Fields(c.args)...))
		if o.code != exitFailed || o.err != "tailwave: "+c.want+"\n" {
			t.Errorf("%q %s: got exit %d and %q, want exit %d and %q", c.args, c.redirect, o.code, o.err, exitFailed, c.want)
		}
	}
}

// TestFailedWrite: the error of a write names OUT and the cause, and no temporary file.
func TestFailedWrite(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 2, pcm.S16, tones(60000, 2)))
	const limited, full = `ulimit -f 100; exec "$0" "$@"`, `exec "$0" "$@" >/dev/full`
	for _, c := range []struct{ name, script, out, existing, want string }{
		{"new", limited, "o.wav", "", "o.wav: writing WAV at frame [0-9]+: file too large: raise the limit with ulimit -f, or write to another disk"},
		{"--force", limited, "o.wav", "old", "o.wav: writing WAV at frame [0-9]+: file too large: raise the limit with ulimit -f, or write to another disk"},
		{"device", `exec "$0" "$@"`, "/dev/full", "", "/dev/full: writing WAV at frame 0: no space left on device: free some space, or write to another disk"},
		{"standard output", full, "-", "", "standard output: writing WAV at frame 0: no space left on device: free some space, or write to another disk"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := os.Stat("/dev/full"); err != nil && c.script != limited {
				t.Skipf("skipped, no /dev/full here: %v", err)
			}
			args, want := []string{"upsample", "in.wav", c.out, "--rate", "48000", "--quiet"}, []string{"in.wav"}
			if c.existing != "" {
				writeFile(t, filepath.Join(dir, c.out), []byte(c.existing))
				defer os.Remove(filepath.Join(dir, c.out))
				args, want = append(args, "--force"), append(want, c.out)
			}
			o := ended(t, shell(t, dir, c.script, args...))
			if o.code != exitFailed || !regexp.MustCompile("^tailwave: "+c.want+"\n$").MatchString(o.err) {
				t.Errorf("got exit %d and %q, want exit %d and %q", o.code, o.err, exitFailed, c.want)
			}
			o.wantPlain(t)
			wantNames(t, dir, want...)
			if c.existing != "" {
				wantBytes(t, "file", string(readFile(t, filepath.Join(dir, c.out))), c.existing)
			}
		})
	}
}
