package opcase_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase/golden"
	"github.com/tailwave/tailwave/testdata/reference"
)

// FuzzAnswer feeds any line. The answer is JSON with the id and one of output and error, the same one at once and
// streamed.
func FuzzAnswer(f *testing.F) {
	root, err := reference.ModuleRoot()
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range []string{"errors.jsonl", "onnx.jsonl", "tf_special.jsonl", "tf_stream.jsonl"} {
		golden.ReadLines(f, filepath.Join(root, "testdata", "operator", name), func(line []byte) { f.Add(line) })
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if bytes.IndexByte(line, '\n') >= 0 {
			t.Skip("more than a line")
		}
		if c, err := opcase.Decode(line); err == nil && large(c) {
			t.Skip("legal, but slow")
		}
		oneShot := opcase.Answer(nil, line, 1, opcase.Options{})
		streamed := opcase.Answer(nil, line, 1, opcase.Options{Stream: true, Seed: 1})
		var answers [2]struct {
			Output json.RawMessage
			Error  *string
		}
		for i, a := range [][]byte{oneShot, streamed} {
			if err := json.Unmarshal(a, &answers[i]); err != nil || bytes.IndexByte(a, '\n') >= 0 {
				t.Fatalf("got answer %q, %v; want one line of JSON", a, err)
			}
			if (answers[i].Output == nil) == (answers[i].Error == nil) {
				t.Fatalf("got answer %q, want one of output and error", a)
			}
		}
		// Chunks are read at all times, so that the two agree on what is an error.
		if (answers[0].Error == nil) != (answers[1].Error == nil) {
			t.Fatalf("got %.200q streamed, want an error exactly if there is one at once, %.200q", streamed, oneShot)
		}
	})
}

func large(c opcase.Case) bool {
	g := c.Call.Geometry
	return c.Numeric() && (c.Call.Frames*g.Stride+g.Span())*g.Out > 1<<16
}

func TestSplit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	empty, single := 0, 0
	for n := range 200 {
		sum := 0
		for _, size := range opcase.Split(rng, n) {
			sum += size
			if size == 0 {
				empty++
			}
			if size == 1 {
				single++
			}
		}
		if sum != n {
			t.Fatalf("got chunks with a sum of %d, want %d", sum, n)
		}
	}
	if empty == 0 || single == 0 {
		t.Errorf("got %d empty and %d one-frame chunks, want some of both", empty, single)
	}
}
