package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestCurrent compares the files with what the generator makes.
func TestCurrent(t *testing.T) {
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join("..", "..", "..", folder)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not current (%v): go run ./dsp/dsptest/gen", name, err)
		}
	}
	there, err := os.ReadDir(dir)
	if err != nil || len(there) != len(files) {
		t.Errorf("%d files in %s, want %d: %v", len(there), folder, len(files), err)
	}
}

func TestSoundsCurrent(t *testing.T) {
	for path, want := range sounds() {
		got, err := os.ReadFile(filepath.Join("..", "..", "..", path))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not current (%v): go run ./dsp/dsptest/gen", path, err)
		}
	}
}
