// Package golden reads test cases with expected results and compares results with them:
//
//	for _, c := range golden.ReadFile(t, "testdata/operator/torch.jsonl") {
//		got, err := c.Run()
//		if err != nil {
//			t.Fatal(err)
//		}
//		c.Check(t, got) // equal, or within the tolerance of the case
//	}
//
// The cases are those of package opcase, with the fields output, and exact or tol for the comparison.
package golden

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase"
)

// A Case is a numeric case with the result that it must have.
type Case struct {
	opcase.Case
	Name  string       // the ID
	Line  []byte       // as in the file
	Exact bool         // compare for equality, with +0 = -0 and NaN = NaN
	Tol   float64      // otherwise: bound on the absolute error of every element
	Want  opcase.Array // the values

	// For cases with chunks: the samples per channel that each call and the flush emit at the earliest.
	EagerEmit []int
	FlushEmit int
}

// ReadLines calls do with each line of a file that is not empty, of any length, without its end.
func ReadLines(t testing.TB, path string, do func(line []byte)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := bufio.NewReader(f)
	for {
		line, err := r.ReadBytes('\n')
		if n := len(line); n > 0 && line[n-1] == '\n' {
			line = line[:n-1]
		}
		if len(line) > 0 {
			do(line)
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// ReadFile returns the numeric cases of a .jsonl file. A case that cannot be read fails the test.
func ReadFile(t testing.TB, path string) []Case {
	t.Helper()
	var list []Case
	ReadLines(t, path, func(line []byte) {
		g, err := parseCase(line)
		if err != nil {
			t.Fatalf("%s, case %d: %v", path, len(list)+1, err)
		}
		list = append(list, g)
	})
	return list
}

// parseCase decodes a line.
func parseCase(line []byte) (Case, error) {
	g := Case{Line: line}
	var err error
	if g.Case, err = opcase.Decode(line); err != nil {
		return g, err
	}
	var f struct {
		ID        string
		Exact     *bool
		Tol       *float64
		Output    json.RawMessage
		EagerEmit []int `json:"eager_emit"`
		FlushEmit int   `json:"flush_emit"`
	}
	if err := json.Unmarshal(line, &f); err != nil {
		return g, err
	}
	if f.Exact == nil || f.Tol == nil || f.Output == nil {
		return g, errors.New("exact, tol or output is missing")
	}
	g.Name, g.Exact, g.Tol, g.EagerEmit, g.FlushEmit = f.ID, *f.Exact, *f.Tol, f.EagerEmit, f.FlushEmit
	g.Want, err = opcase.ParseArray(f.Output, g.DType)
	return g, err
}

// ReadTable decodes a .json file into v.
func ReadTable(t testing.TB, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// Check compares a result with the expected values by the rule of the case and reports the first element that differs.
func (g Case) Check(t testing.TB, got opcase.Array) {
	t.Helper()
	if !slices.Equal(got.Shape, g.Want.Shape) || got.Len() != g.Want.Len() || (got.F32 == nil) != (g.Want.F32 == nil) {
		t.Errorf("%s: shape %v with %d elements, want %v with %d",
			g.Name, got.Shape, got.Len(), g.Want.Shape, g.Want.Len())
		return
	}
	for i := range got.Len() {
		a, b := got.At(i), g.Want.At(i)
		if a == b || math.IsNaN(a) && math.IsNaN(b) {
			continue
		}
		// The negated form refuses a NaN on one side.
		if g.Exact || !(math.Abs(a-b) <= g.Tol) {
			t.Errorf("%s: element %d is %v, want %v (exact %v, tol %v)", g.Name, i, a, b, g.Exact, g.Tol)
			return
		}
	}
}

// CheckSameBits compares two results bit by bit, any NaN being equal to any other.
func CheckSameBits(t testing.TB, name string, got, want opcase.Array) {
	t.Helper()
	if !slices.Equal(got.Shape, want.Shape) || got.Len() != want.Len() || (got.F32 == nil) != (want.F32 == nil) {
		t.Errorf("%s: shape %v with %d elements, want %v with %d", name, got.Shape, got.Len(), want.Shape, want.Len())
		return
	}
	for i := range got.Len() {
		a, b := got.At(i), want.At(i)
		if math.Float64bits(a) != math.Float64bits(b) && !(math.IsNaN(a) && math.IsNaN(b)) {
			t.Errorf("%s: element %d is %x, want %x", name, i, a, b)
			return
		}
	}
}
