package lyra

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/models/tflite"
)

func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

var readers = map[string]func(*tflite.Model) error{
	EncoderFile:   func(m *tflite.Model) error { _, err := readEncoder(m); return err },
	DecoderFile:   func(m *tflite.Model) error { _, _, err := readDecoder(m); return err },
	QuantizerFile: func(m *tflite.Model) error { _, err := readCodebooks(m); return err },
}

// TestOtherGraphs changes every operator that there is in one way after the other: each makes another network, and is
// refused, with the operator or the tensor. With -short it is every twentieth.
func TestOtherGraphs(t *testing.T) {
	for name, read := range readers {
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
					if err == nil {
						t.Errorf("%s: operator %d, %v with another %s is taken", name, i, o.Kind, what)
					} else if s := err.Error(); !strings.Contains(s, "operator") && !strings.Contains(s, "tensor") {
						t.Errorf("%s: %s", name, s)
					}
					*o = before
					changes++
				}
			}
		}
		if err := read(m); err != nil || changes < 30 {
			t.Fatalf("%d changes, and at the end %v", changes, err)
		}
	}
}

// changesOf returns what would make another network of an operator, such as taking the last tensor of all. A Reshape has no
// influence.
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

// TestQuantizedGraph: one of the integer models of later versions says what it is.
func TestQuantizedGraph(t *testing.T) {
	m := readGraph(t, DecoderFile)
	for i, v := range m.Graphs[0].Tensors {
		if v.Type == tflite.Float32 && len(v.Shape) == 4 && v.Data != nil {
			m.Graphs[0].Tensors[i].Type, m.Graphs[0].Tensors[i].Data = 9, v.Data[:len(v.Data)/4]
		}
	}
	if _, _, err := readDecoder(m); err == nil || !strings.Contains(err.Error(), "CONV_2D: input 1: int8 [512 1 3 16], must be a constant of float32") {
		t.Error(err)
	}
	if _, _, err := readDecoder(readGraph(t, EncoderFile)); err == nil || !strings.Contains(err.Error(), "must be") {
		t.Error(err)
	}
	if _, err := readCodebooks(readGraph(t, EncoderFile)); err == nil || !strings.Contains(err.Error(), "graph 0: has 1 inputs and 1 outputs") && !strings.Contains(err.Error(), "graph 1: has 0 inputs and 0 outputs, must have 2 and 2") {
		t.Error(err)
	}
}

// TestNotFinite: a constant of a network that is no number, or infinite, is refused wherever it stands.
func TestNotFinite(t *testing.T) {
	for name, read := range readers {
		m := readGraph(t, name)
		for _, g := range m.Graphs {
			for i, v := range g.Tensors {
				if v.Type != tflite.Float32 || len(v.Data) == 0 {
					continue
				}
				for _, bad := range []float64{math.NaN(), math.Inf(-1)} {
					g.Tensors[i].Data = slices.Clone(v.Data)
					binary.LittleEndian.PutUint32(g.Tensors[i].Data[len(v.Data)-4:], math.Float32bits(float32(bad)))
					if err := read(m); err == nil {
						t.Errorf("%s: tensor %d (%s) with %g is taken", name, i, v.Name, bad)
					}
				}
				g.Tensors[i].Data = v.Data
			}
		}
	}
}

// TestTangledGraphs: whatever operators take and give, a graph is read or refused, and reading ends.
func TestTangledGraphs(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	tries := 150
	if testing.Short() {
		tries = 10
	}
	for name, read := range readers {
		for range tries {
			m := readGraph(t, name)
			for range 1 + rng.IntN(5) {
				g := m.Graphs[rng.IntN(len(m.Graphs))]
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
			if err := read(m); err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("%q", err)
			}
		}
	}
	for name, read := range readers {
		for _, g := range []*tflite.Graph{{}, {Inputs: []int{0}, Outputs: []int{0}, Tensors: make([]tflite.Tensor, 1)}} {
			if err := read(&tflite.Model{Graphs: []*tflite.Graph{g}}); err == nil {
				t.Errorf("%s: nothing is a network", name)
			}
		}
	}
}
