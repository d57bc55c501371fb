//go:build unix

package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestOwner: with --force OUT keeps its owner and mode, also at the end of a symbolic link. A new OUT is its maker's.
func TestOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("skipped, not root: cannot make a file of another owner")
	}
	in := soundBytes(t, 44100, 1, pcm.S16, tones(30, 1))
	for name, link := range map[string]string{"file": "", "symbolic link": "link.wav"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := writeFile(t, filepath.Join(dir, "out.wav"), []byte("old"))
			if err := os.Chown(file, 1234, 4321); err != nil {
				t.Skipf("skipped, cannot make a file of another owner: %v", err)
			}
			if err := os.Chmod(file, 0o640); err != nil {
				t.Fatal(err)
			}
			out := file
			if link != "" {
				out = filepath.Join(dir, link)
				os.Symlink("out.wav", out)
			}
			must(t, bytes.NewReader(in), "upsample", "-", out, "--rate", "48000", "--force")
			info, err := os.Lstat(file)
			if err != nil {
				t.Fatal(err)
			}
			s := info.Sys().(*syscall.Stat_t)
			if s.Uid != 1234 || s.Gid != 4321 || info.Mode() != 0o640 {
				t.Errorf("got owner %d, group %d and mode %v, want 1234, 4321 and %v", s.Uid, s.Gid, info.Mode(), os.FileMode(0o640))
			}
			parse(t, readFile(t, file))
		})
	}
}

// TestSpecialModes: with --force OUT keeps its setuid, setgid and sticky bits.
func TestSpecialModes(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("skipped, not root: cannot make a file of another owner")
	}
	in := soundBytes(t, 44100, 1, pcm.S16, tones(30, 1))
	for _, mode := range []os.FileMode{os.ModeSetuid | 0o755, os.ModeSetgid | 0o750, os.ModeSticky | 0o644,
		os.ModeSetuid | os.ModeSetgid | os.ModeSticky | 0o751} {
		for _, owner := range []int{0, 1234} {
			t.Run(fmt.Sprintf("%v of %d", mode, owner), func(t *testing.T) {
				out := writeFile(t, filepath.Join(t.TempDir(), "out.wav"), []byte("old"))
				if err := os.Chown(out, owner, owner); err != nil {
					t.Skipf("skipped, cannot make a file of another owner: %v", err)
				}
				if err := os.Chmod(out, mode); err != nil {
					t.Skipf("skipped, cannot set mode %v: %v", mode, err)
				}
				must(t, bytes.NewReader(in), "upsample", "-", out, "--rate", "48000", "--force")
				info, err := os.Stat(out)
				if err != nil {
					t.Fatal(err)
				}
				if s := info.Sys().(*syscall.Stat_t); info.Mode() != mode || int(s.Uid) != owner || int(s.Gid) != owner {
					t.Errorf("got mode %v, owner %d and group %d, want %v, %d and %d", info.Mode(), s.Uid, s.Gid, mode, owner, owner)
				}
			})
		}
	}
}

// TestHardLinks: with --force other names of the file that is replaced keep the old content.
func TestHardLinks(t *testing.T) {
	dir := t.TempDir()
	out, other := writeFile(t, filepath.Join(dir, "out.wav"), []byte("old")), filepath.Join(dir, "other.wav")
	if err := os.Link(out, other); err != nil {
		t.Skipf("skipped, no hard links here: %v", err)
	}
	in := soundBytes(t, 44100, 1, pcm.S16, tones(30, 1))
	must(t, bytes.NewReader(in), "upsample", "-", out, "--rate", "48000", "--force")
	wantBytes(t, "other name", string(readFile(t, other)), "old")
	parse(t, readFile(t, out))
	wantNames(t, dir, "other.wav", "out.wav")
}

// TestLeftovers: a run removes what runs to the same OUT have left which were killed. It does not touch what another
// run still writes, or the files of other outputs.
func TestLeftovers(t *testing.T) {
	in := soundBytes(t, 44100, 1, pcm.S16, tones(30, 1))
	long := strings.Repeat("\u00e9", 90) + ".wav"
	for _, c := range []struct {
		name, out, hidden string
		locked, stays     bool
	}{
		{"left", "out.wav", ".out.wav.tailwave-01234567", false, false},
		{"in use", "out.wav", ".out.wav.tailwave-01234567", true, true},
		{"of another output", "out.wav", ".other.wav.tailwave-01234567", false, true},
		{"of others", "out.wav", ".out.wav.swp", false, true},
		{"of a long name", long, "." + strings.Repeat("\u00e9", 50) + ".tailwave-01234567", false, false},
	} {
		for mode, force := range map[string][]string{"new": nil, "forced": {"--force"}} {
			t.Run(c.name+"/"+mode, func(t *testing.T) {
				dir := t.TempDir()
				f, err := os.Create(filepath.Join(dir, c.hidden))
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				if c.locked {
					if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
						t.Skipf("skipped, no locks here: %v", err)
					}
				}
				args := append([]string{"upsample", "-", filepath.Join(dir, c.out), "--rate", "48000"}, force...)
				must(t, bytes.NewReader(in), args...)
				want := []string{c.out}
				if c.stays {
					want = []string{c.hidden, c.out}
				}
				wantNames(t, dir, want...)
			})
		}
	}
	t.Run("a folder and a FIFO", func(t *testing.T) {
		dir := t.TempDir()
		os.Mkdir(filepath.Join(dir, ".out.wav.tailwave-0"), 0o777)
		mkfifo(t, filepath.Join(dir, ".out.wav.tailwave-1"))
		must(t, bytes.NewReader(in), "upsample", "-", filepath.Join(dir, "out.wav"), "--rate", "48000")
		wantNames(t, dir, ".out.wav.tailwave-0", ".out.wav.tailwave-1", "out.wav")
	})
}

// TestConcurrentRuns: runs to the same OUT do not disturb each other. Each completes, and the last one counts.
func TestConcurrentRuns(t *testing.T) {
	file := soundBytes(t, 44100, 1, pcm.S16, tones(3000, 1))
	dir := t.TempDir()
	out := filepath.Join(dir, "out.wav")
	first := program(t, dir, "upsample", "-", out, "--rate", "32000", "--force")
	w, err := first.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	w.Write(file[:5000])
	for deadline := time.Now().Add(endsWithin); len(hidden(t, dir)) == 0 && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	for range 4 {
		must(t, bytes.NewReader(file), "upsample", "-", out, "--rate", "48000", "--force")
	}
	if got := hidden(t, dir); len(got) != 1 {
		t.Errorf("temporary files: got %q, want that of the first run", got)
	}
	w.Write(file[5000:])
	w.Close()
	if err := first.Wait(); err != nil {
		t.Errorf("first run: got error %v, want none", err)
	}
	if s := parse(t, readFile(t, out)); s.Rate != 32000 {
		t.Errorf("rate: got %d Hz, want 32000 Hz", s.Rate)
	}
	wantNames(t, dir, "out.wav")
}

// TestSync: --sync goes with files alone, in every command that has OUT.
func TestSync(t *testing.T) {
	dir := t.TempDir()
	sound := soundBytes(t, 22050, 1, pcm.S16, tones(3000, 1))
	writeFile(t, filepath.Join(dir, "in.wav"), sound)
	mkfifo(t, filepath.Join(dir, "fifo"))
	for _, out := range []string{"-", "/dev/null", "fifo"} {
		for _, args := range [][]string{
			{"upsample", "missing.wav", out, "--rate", "48000"}, {"mel", "missing.wav", out}, {"vocode", "missing.wav", out},
			{"codec", "encode", "missing.wav", out, "--model", "LYRA"}, {"codec", "decode", "missing.lyra", out, "--model", "LYRA"},
		} {
			t.Run(args[0]+" "+args[1]+" "+out, func(t *testing.T) {
				if args[len(args)-1] == "LYRA" {
					args[len(args)-1] = lyraModel(t)
				}
				runProgram(t, dir, nil, append(args, "--sync")...).wantError(t, exitUsage, "--sync goes with a file", "name a file")
			})
		}
	}
	t.Run("no OUT", func(t *testing.T) {
		runProgram(t, dir, nil, "vocode", "in.wav", "--play", "--sync").wantError(t, exitUsage, "--sync goes with OUT")
	})
	wantNames(t, dir, "fifo", "in.wav")
}
