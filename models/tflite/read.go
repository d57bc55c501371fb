package tflite

import (
	"fmt"
	"math/bits"

	flatbuffers "github.com/google/flatbuffers/go"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/tflite/internal/schema"
)

// Bounds on the content of a file. A table can be referred to many times, so the length of a file alone does not bound
// the memory that its tables need.
const (
	maxGraphs    = 64
	maxTensors   = 1 << 14 // of all graphs
	maxOperators = 1 << 14 // of all graphs
	maxBuffers   = 1 << 16
	maxRank      = 8
	maxOperands  = 256
	maxName      = 1 << 10
)

// identifier is at offset 4 of a file.
const identifier = "TFL3"

// Read parses the bytes of a file of version 3 of the format. The Data of tensors are parts of file, which must not
// change. Its errors are one line and name the graph, and the tensor or operator, by index.
func Read(file []byte) (m *Model, err error) {
	if len(file) < 8 || string(file[4:8]) != identifier {
		return nil, notTFLite(file)
	}
	if uint64(len(file)) >= 1<<31 {
		return nil, fmt.Errorf("has %.1f GB, must have less than 2 GiB", float64(len(file))/1e9)
	}
	defer func() {
		// The generated accessors index the bytes of the file with its offsets, unchecked. Nothing else here panics.
		if recover() != nil {
			m, err = nil, fmt.Errorf("is damaged: an offset or a length in it points outside its %d bytes", len(file))
		}
	}()
	r := &reader{root: schema.GetRootAsModel(file, 0)}
	if v := r.root.Version(); v != 3 {
		return nil, fmt.Errorf("version %d of the format, must be 3", v)
	}
	n := r.root.SubgraphsLength()
	if n < 1 || n > maxGraphs {
		return nil, fmt.Errorf("has %d graphs, must have from 1 to %d", n, maxGraphs)
	}
	if n := r.root.BuffersLength(); n > maxBuffers {
		return nil, fmt.Errorf("has %d buffers, must have at most %d", n, maxBuffers)
	}
	m = &Model{}
	for i := range n {
		g, err := r.graph(i)
		if err != nil {
			return nil, fmt.Errorf("graph %d: %w", i, err)
		}
		m.Graphs = append(m.Graphs, g)
	}
	return m, nil
}

// notTFLite returns the error for a file that does not have the identifier.
func notTFLite(file []byte) error {
	if len(file) < 8 {
		return fmt.Errorf("not a TensorFlow Lite file: it has %d bytes", len(file))
	}
	return fmt.Errorf("not a TensorFlow Lite file: its bytes 4 to 7 are % X, must be % X (%q)",
		file[4:8], identifier, identifier)
}

// A reader reads the tables of a file and counts them against the bounds.
type reader struct {
	root               *schema.Model
	tensors, operators int // in all graphs so far
}

func (r *reader) graph(i int) (*Graph, error) {
	var s schema.SubGraph
	r.root.Subgraphs(&s, i)
	r.tensors += s.TensorsLength()
	r.operators += s.OperatorsLength()
	if r.tensors > maxTensors || r.operators > maxOperators {
		return nil, fmt.Errorf("%d tensors and %d operators so far, must be at most %d and %d",
			r.tensors, r.operators, maxTensors, maxOperators)
	}
	g := &Graph{}
	var err error
	if g.Name, err = name(s.Name()); err != nil {
		return nil, err
	}
	for i := range s.TensorsLength() {
		t, err := r.tensor(&s, i)
		if err != nil {
			return nil, fmt.Errorf("tensor %d: %w", i, err)
		}
		g.Tensors = append(g.Tensors, t)
	}
	for i := range s.OperatorsLength() {
		o, err := r.operator(&s, i, len(g.Tensors))
		if err != nil {
			return nil, fmt.Errorf("operator %d: %w", i, err)
		}
		g.Operators = append(g.Operators, o)
	}
	if g.Inputs, err = indices(s.InputsLength(), s.Inputs, 0, len(g.Tensors)); err != nil {
		return nil, fmt.Errorf("inputs: %w", err)
	}
	if g.Outputs, err = indices(s.OutputsLength(), s.Outputs, 0, len(g.Tensors)); err != nil {
		return nil, fmt.Errorf("outputs: %w", err)
	}
	return g, nil
}

// elementSizes holds the bytes per element of the types whose values are read.
var elementSizes = map[Type]uint64{Float32: 4, Int32: 4}

func (r *reader) tensor(s *schema.SubGraph, i int) (t Tensor, err error) {
	var table schema.Tensor
	s.Tensors(&table, i)
	if t.Name, err = name(table.Name()); err != nil {
		return t, err
	}
	t.Type = Type(table.Type())
	rank := table.ShapeLength()
	if rank > maxRank {
		return t, fmt.Errorf("has %d dimensions, must have at most %d", rank, maxRank)
	}
	elements := uint64(1)
	for d := range rank {
		n := table.Shape(d)
		if n < 0 {
			return t, fmt.Errorf("dimension %d is %d, must be at least 0", d, n)
		}
		t.Shape = append(t.Shape, int(n))
		high, low := bits.Mul64(elements, uint64(n))
		if high != 0 || low > 1<<40 {
			return t, fmt.Errorf("shape %s has too many elements, must have at most 2^40", dsp.ListText(t.Shape))
		}
		elements = low
	}
	b := table.Buffer()
	if uint64(b) >= uint64(r.root.BuffersLength()) {
		return t, fmt.Errorf("refers to buffer %d of %d", b, r.root.BuffersLength())
	}
	var buffer schema.Buffer
	r.root.Buffers(&buffer, int(b))
	data := buffer.DataBytes()
	if len(data) == 0 {
		return t, nil
	}
	if size, ok := elementSizes[t.Type]; ok && elements*size != uint64(len(data)) {
		return t, fmt.Errorf("%v %s has %d bytes of values, which do not fit its shape", t.Type, dsp.ListText(t.Shape),
			len(data))
	}
	t.Data = data
	return t, nil
}

func (r *reader) operator(s *schema.SubGraph, i, tensors int) (o Operator, err error) {
	var table schema.Operator
	s.Operators(&table, i)
	c := table.OpcodeIndex()
	if uint64(c) >= uint64(r.root.OperatorCodesLength()) {
		return o, fmt.Errorf("refers to operator code %d of %d", c, r.root.OperatorCodesLength())
	}
	var code schema.OperatorCode
	r.root.OperatorCodes(&code, int(c))
	// Older files have the number of an operator in one byte only, which ends at 127. Newer files have both numbers.
	o.Kind = Kind(max(code.BuiltinCode(), int32(code.DeprecatedBuiltinCode())))
	if o.Inputs, err = indices(table.InputsLength(), table.Inputs, -1, tensors); err != nil {
		return o, fmt.Errorf("%v: inputs: %w", o.Kind, err)
	}
	if o.Outputs, err = indices(table.OutputsLength(), table.Outputs, 0, tensors); err != nil {
		return o, fmt.Errorf("%v: outputs: %w", o.Kind, err)
	}
	var union flatbuffers.Table
	if table.BuiltinOptions(&union) {
		if o.Options, err = options(table.BuiltinOptionsType(), union); err != nil {
			return o, fmt.Errorf("%v: %w", o.Kind, err)
		}
	}
	return o, nil
}

// indices returns the n indices of a vector, which must be from least to end-1.
func indices(n int, at func(int) int32, least, end int) ([]int, error) {
	if n > maxOperands {
		return nil, fmt.Errorf("%d, must be at most %d", n, maxOperands)
	}
	list := make([]int, n)
	for i := range list {
		if list[i] = int(at(i)); list[i] < least || list[i] >= end {
			return nil, fmt.Errorf("tensor %d of %d: must be from %d to %d", list[i], end, least, end-1)
		}
	}
	return list, nil
}

// name returns a name in a file.
func name(b []byte) (string, error) {
	if len(b) > maxName {
		return "", fmt.Errorf("has a name of %d bytes, must have at most %d", len(b), maxName)
	}
	return string(b), nil
}
