package fileio

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCopyUnlinked: a file without a name that cannot be linked is copied, so that nothing is lost.
func TestCopyUnlinked(t *testing.T) {
	dir := t.TempDir()
	o := opened(t, filepath.Join(dir, "out"), false)
	other, err := openUnnamed("/dev/shm/") // a link to another file system fails
	if err != nil {
		t.Skipf("skipped, no files without a name in /dev/shm: %v", err)
	}
	if err := linkUnnamed(other, filepath.Join(dir, "probe")); err == nil {
		os.Remove(filepath.Join(dir, "probe"))
		t.Skip("skipped, /dev/shm is on the same file system")
	}
	o.file.Close()
	if _, err := other.Write([]byte("new")); err != nil {
		t.Fatal(err)
	}
	o.file = other
	if err := o.commit(); err != nil {
		t.Errorf("got error %v, want none", err)
	}
	wantFolder(t, dir, map[string]string{"out": "new"})
}

// TestUnnamedWithoutNames: where the system has no files without a name, there is an error and no file.
func TestUnnamedWithoutNames(t *testing.T) {
	for _, dir := range []string{"/proc/", filepath.Join(t.TempDir(), "missing") + "/"} {
		t.Run(dir, func(t *testing.T) {
			if f, err := openUnnamed(dir); err == nil {
				f.Close()
				t.Error("got no error, want one")
			}
		})
	}
}
