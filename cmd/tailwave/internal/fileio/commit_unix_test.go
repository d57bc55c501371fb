//go:build unix

package fileio

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// opened opens an output with a temporary name, or without a name.
func opened(t *testing.T, target string, named bool) *output {
	t.Helper()
	o := &output{target: target, all: new(Outputs)}
	err := o.open()
	if named {
		o.abort()
		err = o.openNamed()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Write([]byte("new")); err != nil {
		t.Fatal(err)
	}
	return o
}

func wantFolder(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != len(want) {
		t.Errorf("folder: got %v and error %v, want %v", list, err, want)
	}
	for name, content := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != content {
			t.Errorf("%s: got %q and error %v, want %q", name, got, err, content)
		}
	}
}

// TestAppear: a file gets its name, or leaves one that has come meanwhile, whatever the system can do.
func TestAppear(t *testing.T) {
	for _, kind := range []string{"without a name", "named"} {
		t.Run(kind, func(t *testing.T) {
			dir := t.TempDir()
			target := filepath.Join(dir, "out")
			o := opened(t, target, kind == "named")
			if err := o.commit(); err != nil {
				t.Errorf("got error %v, want none", err)
			}
			wantFolder(t, dir, map[string]string{"out": "new"})
			o = opened(t, target, kind == "named")
			if err := o.commit(); err == nil || !strings.Contains(err.Error(), "was created meanwhile") {
				t.Errorf("over an existing file: got error %v, want one", err)
			}
			wantFolder(t, dir, map[string]string{"out": "new"})
		})
	}
	for name, rename := range map[string]func(from, to string) error{"rename": renameNew, "link": linkNew} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, n := range []string{"a", "b"} {
				if err := os.WriteFile(filepath.Join(dir, n), []byte(n), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			a, b, c := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
			if err := rename(a, b); !errors.Is(err, fs.ErrExist) {
				t.Errorf("to an existing name: got error %v, want %v", err, fs.ErrExist)
			}
			wantFolder(t, dir, map[string]string{"a": "a", "b": "b"})
			if err := rename(a, c); err != nil {
				t.Errorf("to a new name: got error %v, want none", err)
			}
			wantFolder(t, dir, map[string]string{"b": "b", "c": "a"})
		})
	}
}

// TestClaim: a temporary file that another run removes before it is locked is not used, and one that is locked stays.
func TestClaim(t *testing.T) {
	if !canLock {
		t.Skip("skipped, no locks here")
	}
	dir := t.TempDir()
	target := filepath.Join(dir, "out")
	o := opened(t, target, true)
	o.all.removeLeftovers(target)
	if !names(o.temp, o.file) {
		t.Error("temporary file: got none after another run, want one")
	}
	unlocked, err := os.Open(o.temp)
	if err != nil {
		t.Fatal(err)
	}
	defer unlocked.Close()
	o.abort()
	if names(o.temp, unlocked) {
		t.Error("removed file: got a name, want none")
	}
	wantFolder(t, dir, nil)
}

// TestClaimRace: no run holds a temporary file that another has just removed as a leftover.
func TestClaimRace(t *testing.T) {
	target := filepath.Join(t.TempDir(), "out")
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				new(Outputs).removeLeftovers(target)
			}
		}
	}()
	for i := range 3000 {
		o := &output{target: target, all: new(Outputs)}
		if err := o.openNamed(); err != nil {
			t.Errorf("file %d: got error %v, want none", i, err)
			break
		}
		if !names(o.temp, o.file) {
			t.Errorf("file %d: got one that was removed, want one with its name", i)
		}
		o.abort()
	}
	close(stop)
	<-done
}

// TestTempPrefix: a name that is cut is cut between characters.
func TestTempPrefix(t *testing.T) {
	for name, want := range map[string]string{
		"dir/a.wav":                            ".a.wav.tailwave-",
		"dir/" + strings.Repeat("n", 120):      "." + strings.Repeat("n", 100) + ".tailwave-",
		"dir/" + strings.Repeat("a\u00e9", 40): "." + strings.Repeat("a\u00e9", 33) + "a.tailwave-",
		"dir/" + strings.Repeat("\u4f60", 40):  "." + strings.Repeat("\u4f60", 33) + ".tailwave-",
	} {
		t.Run(name, func(t *testing.T) {
			if dir, prefix := tempPrefix(name); dir != "dir/" || prefix != want {
				t.Errorf("got %q and %q, want %q and %q", dir, prefix, "dir/", want)
			}
		})
	}
}

// TestDiscard: nothing is left of outputs that are discarded.
func TestDiscard(t *testing.T) {
	for _, kind := range []string{"without a name", "named"} {
		t.Run(kind, func(t *testing.T) {
			dir := t.TempDir()
			o := opened(t, filepath.Join(dir, "out"), kind == "named")
			o.all.Discard()
			wantFolder(t, dir, nil)
		})
	}
}
