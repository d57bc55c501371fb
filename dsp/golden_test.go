package dsp_test

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/opcase"
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
	folder := dsptest.Reference(t, "golden", "conv1d_transpose")
	total := 0
	for name, want := range goldenFiles {
		n := checkGoldenFile(t, filepath.Join(folder, name))
		if n != want {
			t.Errorf("%s: %d cases, want %d", name, n, want)
		}
		total += n
	}
	if total != goldenTotal {
		t.Errorf("%d cases, want %d", total, goldenTotal)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	if err != nil || len(files) != len(goldenFiles) {
		t.Errorf("%d files, want %d: %v", len(files), len(goldenFiles), err)
	}
}

// checkGoldenFile runs all cases of a file at once and streamed, and returns their number.
func checkGoldenFile(t *testing.T, path string) int {
	cases := dsptest.ReadGolden(t, path)
	for _, c := range cases {
		oneShot, err := c.Run()
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		c.Check(t, oneShot)
		checkStreamed(t, c, oneShot)
	}
	return len(cases)
}

// checkStreamed compares streamed results with the one-shot result bit by bit.
func checkStreamed(t *testing.T, c dsptest.Golden, oneShot opcase.Array) {
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
			t.Errorf("%s in chunks %v: %v", c.Name, chunks, err)
			continue
		}
		dsptest.CheckSameBits(t, c.Name+" streamed", got, oneShot)
		if c.EagerEmit != nil && i == len(splits)-1 {
			if want := append(slices.Clone(c.EagerEmit), c.FlushEmit); !slices.Equal(emitted, want) {
				t.Errorf("%s: samples per call %v, want %v", c.Name, emitted, want)
			}
		}
	}
}

// TestOwnCases is TestGolden for the files that come with the module.
func TestOwnCases(t *testing.T) {
	root, err := dsptest.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "testdata", "operator", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, path := range files {
		if filepath.Base(path) != "errors.jsonl" {
			total += checkGoldenFile(t, path)
		}
	}
	if total < 100 {
		t.Errorf("%d cases, want at least 100", total)
	}
}
