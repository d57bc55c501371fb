package tflite

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"
)

// TestSchemaCurrent: the accessors are those that the compiler makes of the schema.
func TestSchemaCurrent(t *testing.T) {
	flatc, err := exec.LookPath("flatc")
	if err != nil {
		reference.Missing(t, "flatc", "it is not installed (Debian: flatbuffers-compiler)")
	}
	dir := t.TempDir()
	if out, err := exec.Command(flatc, "--go", "-o", dir, "internal/schema/tflite.fbs").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	made, err := filepath.Glob(filepath.Join(dir, "schema", "*.go"))
	if err != nil || len(made) < 10 {
		t.Fatalf("%d files, %v", len(made), err)
	}
	for _, path := range made {
		name := filepath.Base(path)
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		have, err := os.ReadFile(filepath.Join("internal", "schema", name))
		if err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is not what the compiler makes of the schema (%v): make generate", name, err)
		}
	}
	if have, _ := filepath.Glob("internal/schema/*.go"); len(have) != len(made)+1 {
		t.Errorf("%d files, the compiler makes %d, and one has the package's doc", len(have), len(made))
	}
}
