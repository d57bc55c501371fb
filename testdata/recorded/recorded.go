// Package recorded compares hashes that tests compute with the hashes recorded in testdata/bits.json. It shows a change
// of a single bit of output, on any processor. Only tests import it:
//
//	func TestBits(t *testing.T) {
//		got := map[string]string{"44100 to 48000": hash(output)}
//		recorded.Check(t, "resample", got)
//	}
//
// The package adds two flags to a test binary. -update records hashes that are new or differ, and never removes one.
// -bits names another file. "make golden" runs the tests of all packages that import this package with -update, one
// binary at a time, because they write the same file.
package recorded

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	update = flag.Bool("update", false, "record hashes that are new or differ, instead of comparing them")
	path   = flag.String("bits", "", "file with the recorded hashes (default testdata/bits.json of the module)")
)

// hashes is the content of the file: hashes by part, and by name within the part.
type hashes map[string]map[string]string

// Check compares got, hashes by name, with the recorded hashes of the part. It fails the test for each name of got
// whose hash is not the recorded one, and for each recorded name that got lacks.
//
// With -update Check records the hashes of got instead, unless the test has failed. A recorded name that got lacks
// still fails the test; delete its line in the file if that is intended.
//
// The name of the test must contain "Bits", because "make golden" runs only such tests.
func Check(t testing.TB, part string, got map[string]string) {
	t.Helper()
	if !strings.Contains(t.Name(), "Bits") {
		t.Fatalf("%s: make golden does not run a test of this name: put Bits into it", t.Name())
	}
	file := *path
	if file == "" {
		var err error
		if file, err = find(); err != nil {
			t.Fatal(err)
		}
	}
	check(t, file, *update, part, got)
}

// check is Check with a file and the value of -update.
func check(t testing.TB, file string, update bool, part string, got map[string]string) {
	t.Helper()
	want, err := read(file)
	if err != nil {
		t.Fatal(err)
	}
	report := func(name, what string) { t.Helper(); t.Errorf("%s: %s: %s: %s", file, part, name, what) }
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(got)) {
		hash, ok := want[part][name]
		if ok && hash == got[name] {
			continue
		}
		changed = append(changed, name)
		switch {
		case update:
		case ok:
			report(name, fmt.Sprintf("hash %.12s, recorded %.12s: correct the arithmetic, or run make golden if the change"+
				" is intended", got[name], hash))
		default:
			report(name, fmt.Sprintf("hash %.12s, none recorded: run make golden", got[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want[part])) {
		if _, ok := got[name]; !ok {
			report(name, fmt.Sprintf("no hash, recorded %.12s: delete the line if that is intended", want[part][name]))
		}
	}
	if !update || len(changed) == 0 {
		return
	}
	if t.Failed() {
		t.Fatalf("%s: %s: %d hashes are not recorded, because the test fails: correct it first", file, part, len(changed))
	}
	if want[part] == nil {
		want[part] = map[string]string{}
	}
	for _, name := range changed {
		want[part][name] = got[name]
	}
	if err := write(file, want); err != nil {
		t.Fatal(err)
	}
}

// find returns the path of testdata/bits.json in the working directory or in the closest folder above it that has the
// file.
func find() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		file := filepath.Join(dir, "testdata", "bits.json")
		if _, err := os.Stat(file); err == nil {
			return file, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("testdata/bits.json: not found: run the test inside the module, or use -bits")
		}
		dir = parent
	}
}

// read returns the content of the file.
func read(file string) (hashes, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	h := hashes{}
	if err := json.Unmarshal(data, &h); err != nil {
		return nil, fmt.Errorf("%s: not hashes by part and name: %w: restore it", file, err)
	}
	return h, nil
}

// write replaces the file in one step, with one hash per line, sorted.
func write(file string, h hashes) error {
	data, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return err
	}
	written := file + ".tmp"
	if err := os.WriteFile(written, append(data, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(written, file)
}
