package golden_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase/golden"
	"github.com/tailwave/tailwave/testdata/reference"
)

// goldenFiles are the reference files with their numbers of cases, as their inventory says.
var goldenFiles = map[string]int{
	"onnx_convtranspose1d.jsonl":   56,
	"tf_dilated.jsonl":             290,
	"tf_float64.jsonl":             17,
	"tf_grid.jsonl":                706,
	"tf_grouped.jsonl":             14,
	"tf_ncw.jsonl":                 42,
	"tf_stream.jsonl":              28,
	"tf_sweep.jsonl":               173,
	"tf_unit_tests.jsonl":          6,
	"torch_conv_transpose1d.jsonl": 125,
}

const goldenTotal = 1457

func TestGolden(t *testing.T) {
	folder := reference.File(t, "golden", "conv1d_transpose")
	total := 0
	for name, want := range goldenFiles {
		t.Run(name, func(t *testing.T) {
			n := checkFile(t, filepath.Join(folder, name))
			if n != want {
				t.Errorf("got %d cases, want %d", n, want)
			}
			total += n
		})
	}
	t.Run("inventory", func(t *testing.T) {
		if total != goldenTotal {
			t.Errorf("got %d cases, want %d", total, goldenTotal)
		}
		files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
		if err != nil || len(files) != len(goldenFiles) {
			t.Errorf("got %d files, %v; want %d", len(files), err, len(goldenFiles))
		}
	})
}

// TestOwnCases is TestGolden for the files that come with the module.
func TestOwnCases(t *testing.T) {
	total := 0
	for _, path := range ownFiles(t) {
		if filepath.Base(path) == "errors.jsonl" {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) { total += checkFile(t, path) })
	}
	if total < 100 {
		t.Errorf("got %d cases, want at least 100", total)
	}
}

// ownFiles returns the paths of the module's own cases.
func ownFiles(t *testing.T) []string {
	t.Helper()
	root, err := reference.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "testdata", "operator", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// checkFile runs each case of a file at once and streamed, and returns their number.
func checkFile(t *testing.T, path string) int {
	cases := golden.ReadFile(t, path)
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			oneShot, err := c.Run()
			if err != nil {
				t.Fatal(err)
			}
			c.Check(t, oneShot)
			checkStreamed(t, c, oneShot)
		})
	}
	return len(cases)
}

// checkStreamed compares streamed results with the one-shot result bit by bit.
func checkStreamed(t *testing.T, c golden.Case, oneShot opcase.Array) {
	t.Helper()
	n := c.Call.Frames
	rng := rand.New(rand.NewPCG(11, uint64(n)))
	splits := [][]int{{n}, slices.Repeat([]int{1}, n)}
	for range 4 {
		splits = append(splits, opcase.Split(rng, n))
	}
	if c.Chunks != nil {
		splits = append(splits, c.Chunks)
	}
	for i, chunks := range splits {
		got, emitted, err := c.Stream(chunks)
		if err != nil {
			t.Errorf("in chunks %v: got error %v, want none", chunks, err)
			continue
		}
		golden.CheckSameBits(t, fmt.Sprintf("%s in chunks %v", c.Name, chunks), got, oneShot)
		if c.EagerEmit != nil && i == len(splits)-1 {
			if want := append(slices.Clone(c.EagerEmit), c.FlushEmit); !slices.Equal(emitted, want) {
				t.Errorf("got %v samples per call, want %v", emitted, want)
			}
		}
	}
}

// TestErrorCases decodes the reference table of legal and illegal arguments.
func TestErrorCases(t *testing.T) {
	var table struct{ Cases []json.RawMessage }
	golden.ReadTable(t, reference.File(t, "golden", "conv1d_transpose", "error_cases.json"), &table)
	if got, want := len(table.Cases), 44; got != want {
		t.Errorf("got %d cases, want %d", got, want)
	}
	for _, line := range table.Cases {
		var row struct{ ID, Expect string }
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		t.Run(row.ID, func(t *testing.T) {
			c, err := opcase.Decode(line)
			// What TensorFlow accepts by accident is to be rejected.
			if wantOK := row.Expect == "ok"; (err == nil) != wantOK {
				t.Errorf("got error %v, want %s", err, row.Expect)
			}
			if err == nil && c.Numeric() {
				t.Error("got a case with tensors, want none")
			}
		})
	}
}

// TestOwnErrorCases decodes the module's own lines of legal and illegal arguments, and looks for "names" in each error.
func TestOwnErrorCases(t *testing.T) {
	for _, path := range ownFiles(t) {
		if filepath.Base(path) != "errors.jsonl" {
			continue
		}
		count := 0
		golden.ReadLines(t, path, func(line []byte) {
			count++
			var row struct{ ID, Expect, Names string }
			if err := json.Unmarshal(line, &row); err != nil {
				t.Fatal(err)
			}
			t.Run(row.ID, func(t *testing.T) {
				_, err := opcase.Decode(line)
				if (err == nil) != (row.Expect == "ok") || err != nil && !strings.Contains(err.Error(), row.Names) {
					t.Errorf("got error %v, want %s with %q", err, row.Expect, row.Names)
				}
			})
		})
		if count < 20 {
			t.Errorf("got %d lines, want at least 20", count)
		}
		return
	}
	t.Error("got no errors.jsonl")
}
