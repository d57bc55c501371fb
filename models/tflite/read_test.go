package tflite

import (
	"bytes"
	"math/rand/v2"
	"os"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	want := sample(t)
	got, err := Read(encode(want))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	tensors := got.Graphs[0].Tensors
	if v, err := tensors[1].Float32s(); err != nil || !slices.Equal(v, []float32{-2.5, -1.5, -0.5, 0.5, 1.5, 2.5}) {
		t.Errorf("%v, %v", v, err)
	}
	if v, err := tensors[2].Int32s(); err != nil || !slices.Equal(v, []int32{-1}) {
		t.Errorf("%v, %v", v, err)
	}
	for want, f := range map[string]func() error{
		"float32 [1 3], computed, must be a constant of float32": func() error { _, err := tensors[0].Float32s(); return err },
		"int8 [2 2], must be a constant of float32":              func() error { _, err := tensors[3].Float32s(); return err },
		"float32 [3 2], must be a constant of int32":             func() error { _, err := tensors[1].Int32s(); return err },
	} {
		if err := f(); err == nil || err.Error() != want {
			t.Errorf("%v, must be %s", err, want)
		}
	}
	if s := got.Graphs[0].Operators[14].Kind.String(); s != "operator 1000" {
		t.Error(s)
	}
	if s := Type(99).String() + ", " + Type(-1).String() + ", " + Type(13).String(); s != "type 99, type -1, resource" {
		t.Error(s)
	}
}

// TestReadErrors: what is wrong is named, and where.
func TestReadErrors(t *testing.T) {
	for want, change := range map[string]func(*Graph){
		"graph 0: tensor 1: float32 [3 3] has 24 bytes": func(g *Graph) { g.Tensors[1].Shape[1] = 3 },
		"graph 0: tensor 0: dimension 1 is -1":          func(g *Graph) { g.Tensors[0].Shape[1] = -1 },
		"too many elements":                             func(g *Graph) { g.Tensors[0].Shape = []int{1 << 30, 1 << 30, 1 << 30} },
		"has 9 dimensions":                              func(g *Graph) { g.Tensors[0].Shape = make([]int, 9) },
		"has a name of 2000 bytes":                      func(g *Graph) { g.Tensors[3].Name = strings.Repeat("n", 2000) },
		"operator 0: CONV_2D: inputs: tensor 4 of 4":    func(g *Graph) { g.Operators[0].Inputs[0] = 4 },
		"operator 13: RESHAPE: outputs: tensor -1 of 4": func(g *Graph) { g.Operators[13].Outputs[0] = -1 },
		"inputs: 257, must be at most 256":              func(g *Graph) { g.Operators[2].Inputs = make([]int, 257) },
		"graph 0: inputs: tensor -1 of 4":               func(g *Graph) { g.Inputs[0] = -1 },
		"graph 0: outputs: tensor 77 of 4":              func(g *Graph) { g.Outputs[1] = 77 },
		"20001 tensors and 15 operators so far":         func(g *Graph) { g.Tensors = slices.Repeat(g.Tensors[:1], 20001) },
		"VAR_HANDLE: has a name of 1025 bytes":          func(g *Graph) { g.Operators[12].Options.Variable = strings.Repeat("v", 1025) },
	} {
		m := sample(t)
		change(m.Graphs[0])
		if _, err := Read(encode(m)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, must be %q", err, want)
		}
	}
	none, many, old := sample(t), sample(t), encode(sample(t))
	none.Graphs = nil
	many.Graphs = slices.Repeat(many.Graphs[1:], 65)
	for want, file := range map[string][]byte{
		"is no TensorFlow Lite file":  []byte("PK\x03\x04....."),
		"is no TensorFlow Lite file:": nil,
		"has 0 graphs":                encode(none),
		"has 65 graphs":               encode(many),
		"is damaged":                  old[:40],
	} {
		if _, err := Read(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, must be %q", err, want)
		}
	}
}

// TestReadDamaged changes and cuts a file everywhere: there is never a panic.
func TestReadDamaged(t *testing.T) {
	file := encode(sample(t))
	for i := range file {
		Read(file[:i])
		for _, v := range []byte{0, 1, 0x7f, 0x80, 0xff, file[i] ^ 4, file[i] + 1} {
			broken := bytes.Clone(file)
			broken[i] = v
			consistent(t, broken)
		}
	}
}

// TestReadDamagedReal does so with a real file, here and there.
func TestReadDamagedReal(t *testing.T) {
	file, err := os.ReadFile(reference.File(t, "weights", "lyra-1.2.0", "quantizer.tflite"))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		broken := bytes.Clone(file)
		for range 1 + rng.IntN(4) {
			// Tables are at the end.
			broken[len(broken)-1-rng.IntN(len(broken)/4)] = byte(rng.Uint32())
		}
		consistent(t, broken)
	}
}

// TestReadMemory: a file that refers to the same tables over and over takes no more memory than so many of them may.
func TestReadMemory(t *testing.T) {
	m := sample(t)
	m.Graphs[0].Operators = slices.Repeat([]Operator{{Kind: Pack, Inputs: make([]int, maxOperands), Outputs: []int{0}}}, 100)
	file := encode(m)
	before := allocated()
	if _, err := Read(file); err != nil {
		t.Fatal(err)
	}
	if n := allocated() - before; n > 1<<20 {
		t.Errorf("%d bytes for a file of %d", n, len(file))
	}
}

func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// consistent reads a file and, if that succeeds, checks what a Model promises.
func consistent(t *testing.T, file []byte) {
	t.Helper()
	m, err := Read(file)
	if err != nil {
		if strings.ContainsAny(err.Error(), "\n") {
			t.Fatalf("%q", err)
		}
		return
	}
	for _, g := range m.Graphs {
		if len(g.Tensors) > maxTensors || len(g.Operators) > maxOperators {
			t.Fatalf("%d tensors, %d operators", len(g.Tensors), len(g.Operators))
		}
		legal := func(list []int, least int) {
			for _, i := range list {
				if i < least || i >= len(g.Tensors) {
					t.Fatalf("tensor %d of %d", i, len(g.Tensors))
				}
			}
		}
		legal(g.Inputs, 0)
		legal(g.Outputs, 0)
		for _, o := range g.Operators {
			legal(o.Inputs, -1)
			legal(o.Outputs, 0)
		}
		for _, v := range g.Tensors {
			elements := 1
			for _, d := range v.Shape {
				elements *= d
			}
			if f, err := v.Float32s(); err == nil && len(f) != elements {
				t.Fatalf("%d values of %v", len(f), v)
			}
			if f, err := v.Int32s(); err == nil && len(f) != elements {
				t.Fatalf("%d values of %v", len(f), v)
			}
		}
	}
}

// FuzzRead: whatever is in a file, what is read of it is consistent, in bounded memory.
func FuzzRead(f *testing.F) {
	f.Add(encode(sample(f)))
	f.Add(encode(&Model{Graphs: []*Graph{{}}}))
	f.Fuzz(func(t *testing.T, file []byte) {
		before := allocated()
		consistent(t, file)
		if n := allocated() - before; n > 1<<26+64*uint64(len(file)) {
			t.Errorf("%d bytes for a file of %d", n, len(file))
		}
	})
}
