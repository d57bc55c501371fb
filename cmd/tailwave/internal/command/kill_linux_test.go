package command

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tailwave/tailwave/dsp/pcm"
)

var kills = flag.Int("kills", 4, "runs that TestSoakKills ends with each signal, for each command")

// TestSoakKills: a run that KILL, QUIT or TERM ends at any time leaves no OUT or a whole one, and with --force the old
// or the new. It leaves nothing else, except that a killed run with --force leaves at most one hidden file, which the
// next run removes.
func TestSoakKills(t *testing.T) {
	if raceDetector {
		t.Skip("skipped, race detector: the runs that are ended would take minutes")
	}
	signals := map[string]syscall.Signal{"KILL": syscall.SIGKILL, "QUIT": syscall.SIGQUIT, "TERM": syscall.SIGTERM}
	short, long := soundBytes(t, 22050, 1, pcm.S16, tones(22050, 1)), soundBytes(t, 22050, 2, pcm.S16, tones(20*22050, 2))
	for name, args := range map[string][]string{
		"upsample": {"upsample", "long", "out", "--rate", "96000"},
		"vocode":   {"vocode", "short", "out"},
		"encode":   {"codec", "encode", "short", "out", "--model", "LYRA"},
		"decode":   {"codec", "decode", "coded", "out", "--model", "LYRA"},
	} {
		t.Run(name, func(t *testing.T) {
			k := &killing{args: args, inputs: map[string][]byte{"short": short, "long": long}}
			if i := len(args) - 1; args[i] == "LYRA" {
				args[i] = lyraModel(t)
				coded := must(t, bytes.NewReader(short), "codec", "encode", "-", "-", "--quiet", "--model", args[i]).out
				k.inputs["coded"] = []byte(coded)
			}
			dir := k.folder(t)
			begin := time.Now()
			k.finish(t, dir)
			k.whole, k.time = readFile(t, filepath.Join(dir, "out")), time.Since(begin)
			for name, s := range signals {
				t.Run(name+", new", func(t *testing.T) { k.run(t, s, (*kills+1)/2, false) })
				t.Run(name+", forced", func(t *testing.T) { k.run(t, s, *kills/2, true) })
			}
		})
	}
}

// A killing is a command that is ended again and again.
type killing struct {
	args   []string
	inputs map[string][]byte
	whole  []byte        // what it writes
	time   time.Duration // that it takes
}

func (k *killing) folder(t *testing.T) string {
	dir := t.TempDir()
	for name, b := range k.inputs {
		writeFile(t, filepath.Join(dir, name), b)
	}
	return dir
}

// finish runs the command to its end.
func (k *killing) finish(t *testing.T, dir string, more ...string) {
	t.Helper()
	if o := runProgram(t, dir, nil, slices.Concat(k.args, more)...); o.code != exitDone {
		t.Fatalf("got exit %d and %q, want exit %d", o.code, o.err, exitDone)
	}
}

// run starts the command and sends it the signal after a random time, again and again in the same folder.
func (k *killing) run(t *testing.T, signal syscall.Signal, times int, force bool) {
	dir := k.folder(t)
	out, old, unnamed := filepath.Join(dir, "out"), []byte("old"), unnamedFiles(dir)
	ends, left, completed, writes := map[string]int{}, 0, 0, 0
	for range times {
		os.Remove(out)
		args := k.args
		if force {
			writeFile(t, out, old)
			args = slices.Concat(args, []string{"--force"})
		}
		cmd := program(t, dir, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(k.time))
		if writing(t, cmd.Process.Pid, dir) {
			writes++
		}
		cmd.Process.Signal(signal)
		cmd.Wait()
		ends[cmd.ProcessState.String()]++
		switch got, err := os.ReadFile(out); {
		case err == nil && bytes.Equal(got, k.whole):
			completed++
		case err == nil && !(force && bytes.Equal(got, old)), err != nil && force:
			t.Fatalf("OUT after %v: got %d bytes and error %v, want them all, or as before", cmd.ProcessState, len(got), err)
		}
		most := 0
		if signal == syscall.SIGKILL && (force || !unnamed) {
			most = 1
		}
		n := len(hidden(t, dir))
		if n > most {
			t.Fatalf("after %v: got the hidden files %q, want at most %d", cmd.ProcessState, hidden(t, dir), most)
		}
		left += n
	}
	k.finish(t, dir, "--force")
	if n := len(hidden(t, dir)); n > 0 || len(names(t, dir)) != len(k.inputs)+1 {
		t.Errorf("after a whole run: got the files %q, want the inputs and OUT", names(t, dir))
	}
	wantBytes(t, "OUT after a whole run", readFile(t, out), k.whole)
	t.Logf("%d runs: %d were writing at the signal, %d had completed, a hidden file was there after %d; ends: %v",
		times, writes, completed, left, ends)
}

// unnamedFiles reports whether files without a name can be made in a folder.
func unnamedFiles(dir string) bool {
	f, err := os.OpenFile(dir, os.O_RDWR|unix.O_TMPFILE, 0o600)
	if err == nil {
		f.Close()
	}
	return err == nil
}
