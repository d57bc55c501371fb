package tflite

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/google/go-cmp/cmp"
)

// TestRead requires that a model that was written is read back.
func TestRead(t *testing.T) {
	want := sample()
	got, err := Read(encode(want))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("want (-), got (+):\n%s", d)
	}
}

// TestConstants requires that the values of a constant are returned only as their own type.
func TestConstants(t *testing.T) {
	m, err := Read(encode(sample()))
	if err != nil {
		t.Fatal(err)
	}
	tensors := m.Graphs[0].Tensors
	floats := func(i int) error { _, err := tensors[i].Float32s(); return err }
	ints := func(i int) error { _, err := tensors[i].Int32s(); return err }
	t.Run("float32", func(t *testing.T) {
		got, err := tensors[1].Float32s()
		if want := []float32{-2.5, -1.5, -0.5, 0.5, 1.5, 2.5}; err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v, error %v, want %v", got, err, want)
		}
	})
	t.Run("int32", func(t *testing.T) {
		got, err := tensors[2].Int32s()
		if want := []int32{-1}; err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v, error %v, want %v", got, err, want)
		}
	})
	for want, err := range map[string]error{
		"float32 [1, 3], computed, must be a constant of float32": floats(0),
		"int8 [2, 2], must be a constant of float32":              floats(3),
		"float32 [3, 2], must be a constant of int32":             ints(1),
	} {
		t.Run(want, func(t *testing.T) {
			if err == nil || err.Error() != want {
				t.Errorf("got error %v, want %q", err, want)
			}
		})
	}
}

// TestReadErrors requires that the error names the fault and its place.
func TestReadErrors(t *testing.T) {
	for want, change := range map[string]func(*Graph){
		"graph 0: tensor 1: float32 [3, 3] has 24 bytes of values, which do not fit": func(g *Graph) { g.Tensors[1].Shape[1] = 3 },
		"graph 0: tensor 0: dimension 1 is -1":                                       func(g *Graph) { g.Tensors[0].Shape[1] = -1 },
		"too many elements": func(g *Graph) {
			g.Tensors[0].Shape = []int{1 << 30, 1 << 30, 1 << 30}
		},
		"has 9 dimensions":                              func(g *Graph) { g.Tensors[0].Shape = make([]int, 9) },
		"has a name of 2000 bytes":                      func(g *Graph) { g.Tensors[3].Name = strings.Repeat("n", 2000) },
		"operator 0: CONV_2D: inputs: tensor 4 of 4":    func(g *Graph) { g.Operators[0].Inputs[0] = 4 },
		"operator 13: RESHAPE: outputs: tensor -1 of 4": func(g *Graph) { g.Operators[13].Outputs[0] = -1 },
		"inputs: 257, must be at most 256":              func(g *Graph) { g.Operators[2].Inputs = make([]int, 257) },
		"graph 0: inputs: tensor -1 of 4":               func(g *Graph) { g.Inputs[0] = -1 },
		"graph 0: outputs: tensor 77 of 4":              func(g *Graph) { g.Outputs[1] = 77 },
		"20001 tensors and 15 operators so far":         func(g *Graph) { g.Tensors = slices.Repeat(g.Tensors[:1], 20001) },
		"VAR_HANDLE: has a name of 1025 bytes": func(g *Graph) {
			g.Operators[12].Options.Variable = strings.Repeat("v", 1025)
		},
	} {
		t.Run(want, func(t *testing.T) {
			m := sample()
			change(m.Graphs[0])
			wantReadError(t, encode(m), want)
		})
	}
	none, many, good := sample(), sample(), encode(sample())
	none.Graphs = nil
	many.Graphs = slices.Repeat(many.Graphs[1:], 65)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"other file":  {[]byte("PK\x03\x04....."), "not a TensorFlow Lite file: its bytes 4 to 7 are 2E 2E 2E 2E"},
		"empty file":  {nil, "not a TensorFlow Lite file: it has 0 bytes"},
		"no graphs":   {encode(none), "has 0 graphs"},
		"many graphs": {encode(many), "has 65 graphs"},
		"cut file":    {good[:40], "is damaged: an offset or a length in it points outside its 40 bytes"},
	} {
		t.Run(name, func(t *testing.T) { wantReadError(t, c.file, c.want) })
	}
}

// wantReadError requires that Read returns an error which contains want.
func wantReadError(t *testing.T, file []byte, want string) {
	t.Helper()
	if _, err := Read(file); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want one that contains %q", err, want)
	}
}

// TestReadDamaged changes and cuts a file at every byte, and requires that Read returns a consistent model or an error.
func TestReadDamaged(t *testing.T) {
	file := encode(sample())
	for i := range file {
		Read(file[:i])
		for _, v := range []byte{0, 1, 0x7f, 0x80, 0xff, file[i] ^ 4, file[i] + 1} {
			broken := bytes.Clone(file)
			broken[i] = v
			consistent(t, broken)
		}
	}
}

// TestReadDamagedReal requires the same of a real file with random bytes.
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

// TestReadMemory requires little memory for a file that refers to the same table many times.
func TestReadMemory(t *testing.T) {
	m := sample()
	pack := Operator{Kind: Pack, Inputs: make([]int, maxOperands), Outputs: []int{0}}
	m.Graphs[0].Operators = slices.Repeat([]Operator{pack}, 100)
	file := encode(m)
	before := allocated()
	if _, err := Read(file); err != nil {
		t.Fatal(err)
	}
	if n := allocated() - before; n > 1<<20 {
		t.Errorf("file of %d bytes: got %d bytes allocated, want at most %d", len(file), n, 1<<20)
	}
}

// FuzzRead requires that any file yields a consistent model or an error, in bounded memory.
func FuzzRead(f *testing.F) {
	f.Add(encode(sample()))
	f.Add(encode(&Model{Graphs: []*Graph{{}}}))
	f.Fuzz(func(t *testing.T, file []byte) {
		before := allocated()
		consistent(t, file)
		if n, most := allocated()-before, 1<<26+64*uint64(len(file)); n > most {
			t.Errorf("file of %d bytes: got %d bytes allocated, want at most %d", len(file), n, most)
		}
	})
}
