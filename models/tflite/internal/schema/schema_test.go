package schema

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"
)

// TestSchemaCurrent requires the accessors that the compiler makes of the schema.
func TestSchemaCurrent(t *testing.T) {
	flatc, err := exec.LookPath("flatc")
	if err != nil {
		reference.Missing(t, "flatc", "it is not installed (Debian: flatbuffers-compiler)")
	}
	dir := t.TempDir()
	if out, err := exec.Command(flatc, "--go", "-o", dir, "tflite.fbs").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	made, err := filepath.Glob(filepath.Join(dir, "schema", "*.go"))
	if err != nil || len(made) < 10 {
		t.Fatalf("files of the compiler: got %d, error %v, want at least 10", len(made), err)
	}
	for _, path := range made {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s: got %d bytes, want the %d bytes that the compiler makes of the schema: make generate",
					name, len(got), len(want))
			}
		})
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"doc.go", "schema_test.go"}
	for _, path := range made {
		want = append(want, filepath.Base(path))
	}
	slices.Sort(want)
	if !slices.Equal(files, want) {
		t.Errorf("files: got %v, want %v", files, want)
	}
}
