package command

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestSyncCalls: with --sync the file is synced before it gets its name, and its folder after that. Without --sync,
// neither is.
func TestSyncCalls(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("skipped, no strace: cannot see what the program asks the system for")
	}
	sound := soundBytes(t, 22050, 1, pcm.S16, tones(3000, 1))
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"new", []string{"upsample", "in.wav", "out.wav", "--rate", "48000", "--sync"}, "fsync linkat fsync"},
		{"forced", []string{"upsample", "in.wav", "out.wav", "--rate", "48000", "--sync", "--force"}, "fsync renameat fsync"},
		{"mel", []string{"mel", "in.wav", "out.npy", "--sync"}, "fsync linkat fsync"},
		{"vocode", []string{"vocode", "in.wav", "out.wav", "--sync"}, "fsync linkat fsync"},
		{"without", []string{"upsample", "in.wav", "out.wav", "--rate", "48000"}, "linkat"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, filepath.Join(dir, "in.wav"), sound)
			trace := filepath.Join(t.TempDir(), "trace")
			cmd := program(t, dir, c.args...)
			cmd.Args = append([]string{strace, "-f", "-qq", "-o", trace, "-e", "trace=fsync,fdatasync,linkat,renameat,renameat2,rename",
				"-e", "signal=none", cmd.Path}, cmd.Args[1:]...)
			cmd.Path = strace
			if b, err := cmd.CombinedOutput(); err != nil {
				if strings.Contains(string(b), "PTRACE") {
					t.Skipf("skipped, strace may not trace: %s", b)
				}
				t.Fatalf("got error %v and %q, want none", err, b)
			}
			var calls []string
			for line := range strings.Lines(string(readFile(t, trace))) {
				_, call, _ := strings.Cut(line, " ")
				if name, _, ok := strings.Cut(strings.TrimSpace(call), "("); ok && name != "???" { // of a thread that ended with the process
					calls = append(calls, strings.TrimSuffix(name, "2"))
				}
			}
			if got := strings.Join(calls, " "); got != c.want {
				t.Errorf("calls: got %q, want %q", got, c.want)
			}
		})
	}
}
