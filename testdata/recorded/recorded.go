// Package recorded compares hashes that tests compute with the hashes in testdata/bits.json. Only tests import it.
//
// It adds two flags to a test binary. -update writes the hashes that are new or differ; it never removes one. -bits
// names another file. `make golden` updates all packages whose tests import this package, one binary at a time, because
// they share the file.
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

// hashes are all that the file holds: by part, then by name within the part.
type hashes map[string]map[string]string

// Check reports every name of got whose hash is not the recorded one, and every recorded name of the part that got
// lacks. With -update it records got instead, unless the test has failed. A name that got lacks fails the test in
// either case, and stays in the file until somebody deletes its line. The name of a test that calls Check contains
// "Bits", since `make golden` runs only tests with such names.
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

// find returns the path of testdata/bits.json in the closest folder that has it, from the working directory upwards.
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

// write replaces the file as a whole, with one hash a line, sorted.
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
