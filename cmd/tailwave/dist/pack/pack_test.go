package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var at = time.Date(2026, 11, 28, 8, 30, 2, 0, time.UTC)

// tree writes a folder to be packed, in a parent of its own, and returns its path.
func tree(t *testing.T, name, program string, mode os.FileMode, changed time.Time) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), name)
	for _, path := range []string{"man/man1/tailwave.1", program, "LICENSE", "completions/_tailwave"} {
		path = filepath.Join(folder, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("contents of "+filepath.Base(path)), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, changed, changed); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// packed packs folders and returns the files that this writes.
func packed(t *testing.T, at time.Time, folders ...string) map[string][]byte {
	t.Helper()
	out := t.TempDir()
	if err := pack(out, folders, at); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(out, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = b
	}
	return files
}

// entries is what both archives hold: mode, time and name of each entry.
func entries(program string) string {
	return strings.ReplaceAll(`-rw-r--r-- LICENSE
drwxr-xr-x completions/
-rw-r--r-- completions/_tailwave
drwxr-xr-x man/
drwxr-xr-x man/man1/
-rw-r--r-- man/man1/tailwave.1
-rwxr-xr-x PROGRAM
`, "PROGRAM", program)
}

// TestPack: archives hold the files in order, with fixed modes, times and owners, whatever those on the disk are.
func TestPack(t *testing.T) {
	const linux, windows = "tailwave_0.2.0_linux_amd64", "tailwave_0.2.0_windows_arm64"
	first := packed(t, at, tree(t, windows, "tailwave.exe", 0o777, time.Now()), tree(t, linux, "tailwave", 0o700, time.Now()))
	second := packed(t, at, tree(t, linux, "tailwave", 0o600, at.AddDate(-30, 0, 0)), tree(t, windows, "tailwave.exe", 0o644, at))
	if len(first) != 3 {
		t.Errorf("got %d files, want 3", len(first))
	}
	for name, b := range first {
		if !bytes.Equal(b, second[name]) {
			t.Errorf("%s: got other bytes the second time, want the same", name)
		}
	}
	want := fmt.Sprintf("%x  %s.tar.gz\n%x  %s.zip\n", sha256.Sum256(first[linux+".tar.gz"]), linux, sha256.Sum256(first[windows+".zip"]), windows)
	if got := string(first["SHA256SUMS"]); got != want {
		t.Errorf("SHA256SUMS: got %q, want %q", got, want)
	}
	t.Run("tar", func(t *testing.T) {
		z, err := gzip.NewReader(bytes.NewReader(first[linux+".tar.gz"]))
		if err != nil {
			t.Fatal(err)
		}
		if z.Name != "" || !z.ModTime.IsZero() {
			t.Errorf("got name %q and time %v, want none", z.Name, z.ModTime)
		}
		got, r := "", tar.NewReader(z)
		for {
			h, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got += h.FileInfo().Mode().String() + " " + h.Name + "\n"
			if !h.ModTime.Equal(at) || h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.Gname != "" {
				t.Errorf("%s: got time %v and owner %d %d %q %q, want %v and 0", h.Name, h.ModTime, h.Uid, h.Gid, h.Uname, h.Gname, at)
			}
			if b, err := io.ReadAll(r); err != nil || h.Typeflag == tar.TypeReg && string(b) != "contents of "+filepath.Base(h.Name) {
				t.Errorf("%s: got %q and error %v", h.Name, b, err)
			}
		}
		if want := entries("tailwave"); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	})
	t.Run("zip", func(t *testing.T) {
		b := first[windows+".zip"]
		r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range r.File {
			got += f.Mode().String() + " " + f.Name + "\n"
			if !f.Modified.Equal(at) {
				t.Errorf("%s: got time %v, want %v", f.Name, f.Modified, at)
			}
			if c, err := f.Open(); err != nil {
				t.Error(err)
			} else if b, err := io.ReadAll(c); err != nil || !f.Mode().IsDir() && string(b) != "contents of "+filepath.Base(f.Name) {
				t.Errorf("%s: got %q and error %v", f.Name, b, err)
			}
		}
		if want := entries("tailwave.exe"); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	})
}

// TestEarly: a time before the first one of a .zip file becomes that.
func TestEarly(t *testing.T) {
	const name = "tailwave_0_windows_amd64"
	files := packed(t, time.Unix(0, 0).UTC(), tree(t, name, "tailwave.exe", 0o644, at))
	b := files[name+".zip"]
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.File[0].Modified; !got.Equal(firstZip) {
		t.Errorf("got time %v, want %v", got, firstZip)
	}
}

// TestPackFailures: a folder that does not exist, is empty or has a link in it is an error.
func TestPackFailures(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"empty", "link"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "link", "tailwave")); err != nil {
		t.Skipf("skipped, no symbolic links: %v", err)
	}
	for name, want := range map[string]string{"nowhere": "nowhere", "empty": "is empty", "link": "is neither a file nor a folder"} {
		if err := pack(dir, []string{filepath.Join(dir, name)}, at); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %q in it", name, err, want)
		}
	}
}
