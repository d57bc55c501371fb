package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// root is the folder of go.mod.
var root = filepath.Join("..", "..", "..", "..")

// TestCurrent: the files of cases in the module are those that the generator makes, and there are no others.
func TestCurrent(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, folder)
	for name, want := range files {
		t.Run(name, func(t *testing.T) { checkCurrent(t, filepath.Join(dir, name), want) })
	}
	there, err := os.ReadDir(dir)
	if err != nil || len(there) != len(files) {
		t.Errorf("got %d files in %s, %v; want %d", len(there), folder, err, len(files))
	}
}

// TestExamplesCurrent: the sounds and the generator in the module are those that the program makes.
func TestExamplesCurrent(t *testing.T) {
	files, err := examples()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range files {
		t.Run(filepath.Base(path), func(t *testing.T) { checkCurrent(t, filepath.Join(root, path), want) })
	}
}

// checkCurrent compares a file with the wanted contents and reports the first difference.
func checkCurrent(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	t.Errorf("%s: got %d bytes, from byte %d on %q, want %d bytes, %q: run go run ./cmd/tailwave/internal/gen", path,
		len(got), at, got[at:min(at+40, len(got))], len(want), want[at:min(at+40, len(want))])
}
