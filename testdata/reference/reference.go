// Package reference finds the data that tests compare with, and skips visibly without it. It is for the tests of this
// module.
package reference

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ModuleRoot returns the folder of go.mod, found upwards from the working directory.
func ModuleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the working directory")
		}
		dir = parent
	}
}

// Root returns the folder of reference data: TAILWAVE_REFERENCE, or ../shared next to the module. A relative
// TAILWAVE_REFERENCE is taken from the module root, so that it means the same to the tests of every package.
func Root() (string, error) {
	folder := os.Getenv("TAILWAVE_REFERENCE")
	if filepath.IsAbs(folder) {
		return folder, nil
	}
	root, err := ModuleRoot()
	if err != nil {
		return "", err
	}
	if folder == "" {
		folder = filepath.Join("..", "shared")
	}
	return filepath.Join(root, folder), nil
}

// Required reports whether TAILWAVE_REQUIRE, a comma-separated list, names a thing that tests would skip without.
func Required(name string) bool {
	return slices.Contains(strings.Split(os.Getenv("TAILWAVE_REQUIRE"), ","), name)
}

// Missing skips the test with one line, or fails it if TAILWAVE_REQUIRE contains name.
func Missing(t testing.TB, name, why string) {
	t.Helper()
	if Required(name) {
		t.Fatalf("%s is required: %s", name, why)
	}
	t.Skipf("skipped, no %s: %s", name, why)
}

// File returns the path of a file or folder of the reference data. Where it does not exist, the test is skipped, or
// fails if TAILWAVE_REQUIRE contains "reference".
func File(t testing.TB, path ...string) string {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	full := filepath.Join(append([]string{root}, path...)...)
	if _, err := os.Stat(full); err != nil {
		Missing(t, "reference", fmt.Sprintf("%s (set TAILWAVE_REFERENCE)", full))
	}
	return full
}
