package file

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// A sequential file system has files that can only be read from the beginning to the end, with the lengths in lengths
// if they are there.
type sequential struct {
	fs.FS
	lengths map[string]int64
}

func (s sequential) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if d, ok := f.(fs.ReadDirFile); ok {
		return d, nil
	}
	return sequentialFile{f, s.lengths[name]}, nil
}

type sequentialFile struct {
	fs.File
	length int64
}

func (f sequentialFile) Stat() (fs.FileInfo, error) {
	st, err := f.File.Stat()
	if err == nil && f.length > 0 {
		return lengthened{st, f.length}, nil
	}
	return st, err
}

type lengthened struct {
	fs.FileInfo
	length int64
}

func (l lengthened) Size() int64 { return l.length }

// broken is a file system in which Open fails with an error that has no path.
type broken struct{}

func (broken) Open(string) (fs.File, error) { return nil, errors.New("out of order") }

// systems returns the same files in several systems, with their folder. The sequential system states length as the
// length of the file long.
func systems(t *testing.T, length int64) map[string]struct {
	System
	folder string
} {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	m := fstest.MapFS{"folder": {Mode: fs.ModeDir, ModTime: time.Now()}}
	for name, content := range map[string]string{"a": "0123456789", "long": "x", "empty": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		m[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return map[string]struct {
		System
		folder string
	}{
		"OS":         {OS(), dir},
		"DirFS":      {In(os.DirFS(dir)), "."},
		"MapFS":      {In(m), "."},
		"sequential": {In(sequential{m, map[string]int64{"long": length}}), "."},
	}
}

// TestOpen requires the same content and the same errors from every system, and reads at any place in any order.
func TestOpen(t *testing.T) {
	for name, s := range systems(t, 0) {
		for _, c := range []struct{ path, want, fault string }{
			{"a", "0123456789", ""},
			{"empty", "", ""},
			{"none", "", "none: no such file or directory"},
			{"folder", "", "folder: is a folder, must be a file"},
			{"a/b", "", "a/b: "},
		} {
			t.Run(name+"/"+c.path, func(t *testing.T) {
				path := s.Join(s.folder, c.path)
				whole, err := s.Read(path, 10)
				if c.fault != "" {
					want := s.Join(s.folder, c.fault[:len(c.path)]) + c.fault[len(c.path):]
					_, openErr := s.Open(path, 10)
					for what, err := range map[string]error{"Read": err, "Open": openErr} {
						if err == nil || !strings.HasPrefix(err.Error(), want) {
							t.Errorf("%s: got error %v, want one that begins with %q", what, err, want)
						}
						if got, want := errors.Is(err, fs.ErrNotExist), c.path == "none"; c.path != "a/b" &&
							got != want {
							t.Errorf("%s: errors.Is ErrNotExist: got %v, want %v", what, got, want)
						}
					}
					return
				}
				if err != nil || string(whole) != c.want {
					t.Errorf("Read: got %q, error %v, want %q", whole, err, c.want)
				}
				f, err := s.Open(path, 10)
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				if f.Size != int64(len(c.want)) {
					t.Errorf("size: got %d, want %d", f.Size, len(c.want))
				}
				// Later places come before earlier ones.
				for at := len(c.want); at >= 0; at -= 5 {
					b, err := io.ReadAll(io.NewSectionReader(f, int64(at), 100))
					if err != nil || string(b) != c.want[at:] {
						t.Errorf("from byte %d on: got %q, error %v, want %q", at, b, err, c.want[at:])
					}
				}
			})
		}
	}
}

// TestOpenBounds requires that files which are too long, or shorter than they state, are refused.
func TestOpenBounds(t *testing.T) {
	for _, c := range []struct {
		name   string
		length int64
		most   int64
		want   string
	}{
		{"longer than asked for", 8, 7, "long: has 8 bytes, must have at most 7"},
		{"ends too soon", 8, 8, "long: ends after 1 of its 8 bytes"},
		{"too long to be read whole", MaxWhole + 1, MaxWhole + 2,
			fmt.Sprintf("long: has %d bytes, must have at most %d in a file system "+
				"that reads files only from the start", MaxWhole+1, MaxWhole)},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := systems(t, c.length)["sequential"].Open("long", c.most)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("got error %v, want one that begins with %q", err, c.want)
			}
		})
	}
}

// TestErrors requires that errors begin with the path, whatever the file system returns.
func TestErrors(t *testing.T) {
	s := In(broken{})
	_, stat := s.Stat("a")
	_, dir := s.ReadDir("a")
	_, read := s.Read("a", 1)
	for what, err := range map[string]error{"Stat": stat, "ReadDir": dir, "Read": read} {
		t.Run(what, func(t *testing.T) {
			if want := "a: out of order"; err == nil || err.Error() != want {
				t.Errorf("got error %v, want %q", err, want)
			}
		})
	}
	t.Run("path out of the file system", func(t *testing.T) {
		_, err := In(os.DirFS(t.TempDir())).Stat("../a")
		if want := "../a: invalid argument"; !errors.Is(err, fs.ErrInvalid) || err.Error() != want {
			t.Errorf("got error %v, want %q, which is ErrInvalid", err, want)
		}
	})
	t.Run("none", func(t *testing.T) {
		if err := Error("a", nil); err != nil {
			t.Errorf("got error %v, want none", err)
		}
	})
}
