// Package reference finds the reference data with which tests compare results, such as outputs of TensorFlow and
// PyTorch. The data are not part of this repository. A test without them is skipped with the reason, or fails if the
// environment variable TAILWAVE_REQUIRE asks for them. Only tests import the package:
//
//	m, err := models.Open(reference.File(t, "weights", "hifigan-v3"))
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

// ModuleRoot returns the folder of go.mod: the working directory, or the closest folder above it that has the file.
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
			return "", errors.New("go.mod: not found above the working directory: run the test inside the module")
		}
		dir = parent
	}
}

// Root returns the folder of the reference data: the environment variable TAILWAVE_REFERENCE, or ../shared if it is not
// set. A relative path starts at the module root, so that it means the same folder in the tests of every package.
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

// Required reports whether TAILWAVE_REQUIRE, a comma-separated list, contains name, such as "reference" or "sox". Tests
// that need the thing of that name must then not be skipped.
func Required(name string) bool {
	return slices.Contains(strings.Split(os.Getenv("TAILWAVE_REQUIRE"), ","), name)
}

// Missing skips the test because name is not available, and reports why. It fails the test instead if TAILWAVE_REQUIRE
// contains name.
func Missing(t testing.TB, name, why string) {
	t.Helper()
	if Required(name) {
		t.Fatalf("%s is required: %s", name, why)
	}
	t.Skipf("skipped, no %s: %s", name, why)
}

// File returns the path of a file or folder in the reference data. If it does not exist, File calls [Missing] with the
// name "reference".
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
