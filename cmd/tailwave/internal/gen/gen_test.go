package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// root is the folder of go.mod.
var root = filepath.Join("..", "..", "..", "..")

// TestCurrent compares the files with what the generator makes.
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

// TestSoundsCurrent is TestCurrent for the sounds.
func TestSoundsCurrent(t *testing.T) {
	for path, want := range sounds() {
		t.Run(filepath.Base(path), func(t *testing.T) { checkCurrent(t, filepath.Join(root, path), want) })
	}
}

// checkCurrent fails t unless a file has the wanted contents.
func checkCurrent(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %d bytes in %s, %v; want %d, equal to what the generator makes: go run ./cmd/tailwave/internal/gen",
			len(got), path, err, len(want))
	}
}
