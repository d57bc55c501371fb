package lyra

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/models/tflite"
)

// readers read the networks by the names of their files.
var readers = map[string]func(*tflite.Model) error{
	EncoderFile:   func(m *tflite.Model) error { _, err := readEncoder(m); return err },
	DecoderFile:   func(m *tflite.Model) error { _, _, err := readDecoder(m); return err },
	QuantizerFile: func(m *tflite.Model) error { _, err := readCodebooks(m); return err },
}

// TestOtherGraphs changes every operator, in several ways; with -short every twentieth one. It requires an error for
// each change that names the operator or the tensor.
func TestOtherGraphs(t *testing.T) {
	for name, read := range readers {
		t.Run(name, func(t *testing.T) {
			m := readGraph(t, name)
			if err := read(m); err != nil {
				t.Fatal(err)
			}
			changes := 0
			for _, g := range m.Graphs {
				for i := range g.Operators {
					if testing.Short() && i%20 != 0 {
						continue
					}
					o := &g.Operators[i]
					for what, change := range changesOf(o, len(g.Tensors)-1) {
						before := *o
						change()
						err := read(m)
						if err == nil || !strings.Contains(err.Error(), "operator") && !strings.Contains(err.Error(), "tensor") {
							t.Errorf("operator %d, %v with another %s: got error %v, want one that names the operator or the tensor",
								i, before.Kind, what, err)
						}
						*o = before
						changes++
					}
				}
			}
			if changes < 30 {
				t.Errorf("changes: got %d, want at least 30", changes)
			}
			if err := read(m); err != nil {
				t.Errorf("without changes: got error %v, want none", err)
			}
		})
	}
}

// changesOf returns changes of an operator that change the network, such as a different tensor as an input. It returns
// none for a Reshape, whose changes do not change the network.
func changesOf(o *tflite.Operator, last int) map[string]func() {
	all := map[string]func(){
		"kind": func() { o.Kind = 200 },
	}
	p := &o.Options
	switch o.Kind {
	case tflite.Conv2D, tflite.DepthwiseConv2D:
		all["stride"] = func() { p.StrideW++ }
		all["dilation"] = func() { p.DilationW++ }
		all["padding"] = func() { p.Padding = tflite.Same }
		all["activation"] = func() { p.Activation = 1 }
	case tflite.TransposeConv:
		all["stride"] = func() { p.StrideW++ }
		all["padding"] = func() { p.Padding = tflite.Same }
	case tflite.LeakyReLU:
		all["slope"] = func() { p.Alpha = 0.2 }
	case tflite.Concatenation:
		all["axis"] = func() { p.Axis = 0 }
	case tflite.Gather:
		all["axis"] = func() { p.Axis = 1 }
	case tflite.CallOnce:
		all["graph"] = func() { p.Graph = 0 }
	case tflite.VarHandle:
		all["variable"] = func() { p.Variable = "other" }
	case tflite.Reshape:
		return nil
	}
	for i, t := range o.Inputs {
		if t == last {
			continue
		}
		all[fmt.Sprintf("input %d", i)] = func() {
			o.Inputs = slices.Clone(o.Inputs)
			o.Inputs[i] = last
		}
	}
	return all
}

// TestOtherModels requires that the error for the graph of another model says how that differs.
func TestOtherModels(t *testing.T) {
	for _, c := range []struct {
		name, file, reader string
		want               []string // the error contains one of these
	}{
		{"encoder for decoder", EncoderFile, DecoderFile, []string{"must be"}},
		{"encoder for quantizer", EncoderFile, QuantizerFile, []string{
			"graph 0: has 1 inputs and 1 outputs", "graph 1: has 0 inputs and 0 outputs, must have 2 and 2",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := readers[c.reader](readGraph(t, c.file))
			if err == nil || !slices.ContainsFunc(c.want, func(s string) bool { return strings.Contains(err.Error(), s) }) {
				t.Errorf("got error %v, want one that contains one of %q", err, c.want)
			}
		})
	}
	t.Run("quantized", func(t *testing.T) { // an integer model of a later version
		m := readGraph(t, DecoderFile)
		for i, v := range m.Graphs[0].Tensors {
			if v.Type == tflite.Float32 && len(v.Shape) == 4 && v.Data != nil {
				m.Graphs[0].Tensors[i].Type, m.Graphs[0].Tensors[i].Data = 9, v.Data[:len(v.Data)/4]
			}
		}
		const want = "CONV_2D: input 1: int8 [512, 1, 3, 16], must be a constant of float32"
		if _, _, err := readDecoder(m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one that contains %q", err, want)
		}
	})
	for name, read := range readers {
		for what, g := range map[string]*tflite.Graph{
			"empty graph":      {},
			"input for output": {Inputs: []int{0}, Outputs: []int{0}, Tensors: make([]tflite.Tensor, 1)},
		} {
			t.Run(what+" for "+name, func(t *testing.T) {
				if err := read(&tflite.Model{Graphs: []*tflite.Graph{g}}); err == nil {
					t.Error("got no error, want one")
				}
			})
		}
	}
}

// TestNotFinite requires an error for NaN and infinity in every constant of a network.
func TestNotFinite(t *testing.T) {
	for name, read := range readers {
		t.Run(name, func(t *testing.T) {
			m := readGraph(t, name)
			for _, g := range m.Graphs {
				for i, v := range g.Tensors {
					if v.Type != tflite.Float32 || len(v.Data) == 0 {
						continue
					}
					for _, bad := range []float64{math.NaN(), math.Inf(-1)} {
						g.Tensors[i].Data = slices.Clone(v.Data)
						last := g.Tensors[i].Data[len(v.Data)-4:]
						binary.LittleEndian.PutUint32(last, math.Float32bits(float32(bad)))
						if err := read(m); err == nil {
							t.Errorf("tensor %d (%s) with %g: got no error, want one", i, v.Name, bad)
						}
					}
					g.Tensors[i].Data = v.Data
				}
			}
		})
	}
}

// TestTangledGraphs requires that reading ends for a graph with any inputs and outputs of operators, and that an error
// has one line that is not long.
func TestTangledGraphs(t *testing.T) {
	tries := 150
	if testing.Short() {
		tries = 10
	}
	rng := rand.New(rand.NewPCG(5, 6))
	for _, name := range slices.Sorted(maps.Keys(readers)) {
		t.Run(name, func(t *testing.T) {
			for range tries {
				m := readGraph(t, name)
				for range 1 + rng.IntN(5) {
					tangle(rng, m.Graphs[rng.IntN(len(m.Graphs))])
				}
				if err := readers[name](m); err != nil && (strings.Contains(err.Error(), "\n") || len(err.Error()) > 350) {
					t.Errorf("got error %q, want one line of at most 350 bytes", err)
				}
			}
		})
	}
}

// tangle changes a graph at random.
func tangle(rng *rand.Rand, g *tflite.Graph) {
	some := func(least int) []int {
		list := make([]int, rng.IntN(5))
		for i := range list {
			list[i] = least + rng.IntN(len(g.Tensors)-least)
		}
		return list
	}
	o := &g.Operators[rng.IntN(len(g.Operators))]
	switch rng.IntN(6) {
	case 0:
		o.Inputs = some(-1)
	case 1:
		o.Outputs = some(0)
	case 2:
		o.Kind = g.Operators[rng.IntN(len(g.Operators))].Kind
	case 3:
		g.Operators = g.Operators[:rng.IntN(len(g.Operators))+1]
	case 4:
		g.Tensors[rng.IntN(len(g.Tensors))] = g.Tensors[rng.IntN(len(g.Tensors))]
	case 5:
		o.Kind, o.Inputs, o.Outputs = tflite.Reshape, some(-1), some(0)
	}
}
