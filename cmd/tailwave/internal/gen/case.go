package main

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"math/rand/v2"
)

const (
	opTF    = "tf.nn.conv1d_transpose"
	opTorch = "torch.conv_transpose1d"
	opONNX  = "onnx.ConvTranspose"
)

// A testCase is a case with its data, in the terms of the definition. The functions of plan set its shape, and fill its
// numbers.
type testCase struct {
	id, op, dtype, layout, padding    string
	batch, frames, in, out, groups    int
	kernel, stride, dilation          int
	left, width                       int
	torchPadding, torchOutputPadding  int
	attrs                             map[string]any
	chunks                            []int
	quarters                          bool // values are small multiples of 1/4, else any
	withBias, listGroups, notANumbers bool

	input, filters, bias []float64 // input in the layout; filters in the framework's order
}

func (c *testCase) span() int { return (c.kernel-1)*c.dilation + 1 }

// index returns the index of an element in a tensor of the case's layout.
func (c *testCase) index(b, i, channel, frames, channels int) int {
	if c.layout == "NCW" {
		return (b*channels+channel)*frames + i
	}
	return (b*frames+i)*channels + channel
}

func (c *testCase) shape(frames, channels int) []int {
	if c.layout == "NCW" {
		return []int{c.batch, channels, frames}
	}
	return []int{c.batch, frames, channels}
}

func (c *testCase) x(b, i, channel int) float64 {
	return c.input[c.index(b, i, channel, c.frames, c.in)]
}

// w returns the weight of tap j, from input channel k of its group to output channel o.
func (c *testCase) w(j, o, k int) float64 {
	perGroup := c.out / c.groups
	in := o/perGroup*(c.in/c.groups) + k
	if c.op == opTF {
		return c.filters[(j*perGroup+o%perGroup)*c.in+in]
	}
	return c.filters[(in*perGroup+o%perGroup)*c.kernel+j]
}

func (c *testCase) filterShape() []int {
	if c.op == opTF {
		return []int{c.kernel, c.out / c.groups, c.in}
	}
	return []int{c.in, c.out / c.groups, c.kernel}
}

// fill sets the numbers at random.
func (c *testCase) fill(rng *rand.Rand) {
	values := func(n int) []float64 {
		s := make([]float64, n)
		for i := range s {
			switch {
			case c.quarters:
				s[i] = float64(rng.IntN(17)-8) / 4
			case c.dtype == "float64":
				s[i] = rng.NormFloat64()
			default:
				s[i] = float64(float32(rng.NormFloat64()))
			}
		}
		return s
	}
	c.input = values(c.batch * c.frames * c.in)
	c.filters = values(c.kernel * c.out * c.in / c.groups)
	if c.withBias {
		c.bias = values(c.out)
		for i := range c.bias {
			if c.bias[i] == 0 {
				c.bias[i] = 1.25
			}
		}
	}
	if c.notANumbers {
		c.input[rng.IntN(len(c.input))] = math.NaN()
		c.input[rng.IntN(len(c.input))] = math.Inf(-1)
		c.filters[rng.IntN(len(c.filters))] = math.Inf(1)
	}
}

// A tensor is written as numbers or, for values that are not short decimals, as base64.
type tensor struct {
	Shape []int     `json:"shape"`
	Data  []float64 `json:"data,omitempty"`
	F32   *string   `json:"f32,omitempty"`
	F64   *string   `json:"f64,omitempty"`
}

func (c *testCase) tensor(shape []int, values []float64) *tensor {
	t := &tensor{Shape: shape}
	if c.quarters && !c.notANumbers && len(values) > 0 {
		t.Data = values
		return t
	}
	var raw []byte
	for _, v := range values {
		if c.dtype == "float64" {
			raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
		} else {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(v)))
		}
	}
	text := base64.StdEncoding.EncodeToString(raw)
	if c.dtype == "float64" {
		t.F64 = &text
	} else {
		t.F32 = &text
	}
	return t
}

// A line is a case in the format of package opcase.
type line struct {
	ID            string         `json:"id"`
	Op            string         `json:"op"`
	DType         string         `json:"dtype"`
	DataFormat    string         `json:"data_format,omitempty"`
	Padding       any            `json:"padding,omitempty"`
	OutputPadding *int           `json:"output_padding,omitempty"`
	Stride        int            `json:"stride,omitempty"`
	Dilation      int            `json:"dilation,omitempty"`
	Groups        int            `json:"groups,omitempty"`
	OutputShape   []int          `json:"output_shape,omitempty"`
	Attrs         map[string]any `json:"attrs,omitempty"`
	Chunks        []int          `json:"chunks,omitempty"`
	EagerEmit     []int          `json:"eager_emit,omitempty"`
	FlushEmit     *int           `json:"flush_emit,omitempty"`
	Exact         *bool          `json:"exact"`
	Tol           float64        `json:"tol"`
	Input         *tensor        `json:"input"`
	Filters       *tensor        `json:"filters,omitempty"`
	Weight        *tensor        `json:"weight,omitempty"`
	Bias          *tensor        `json:"bias,omitempty"`
	Output        *tensor        `json:"output"`
}

// line returns the case with its expected values.
func (c *testCase) line() (line, error) {
	l := line{ID: c.id, Op: c.op, DType: c.dtype, Input: c.tensor(c.shape(c.frames, c.in), c.input)}
	var values []float64
	var exact bool
	if c.notANumbers {
		values, exact = c.special(), true
	} else {
		values, exact, l.Tol = c.expected()
	}
	l.Exact = &exact
	l.Output = c.tensor(c.shape(c.width, c.out), values)
	weights := c.tensor(c.filterShape(), c.filters)
	if c.bias != nil {
		l.Bias = c.tensor([]int{c.out}, c.bias)
	}
	switch c.op {
	case opTF:
		l.Filters, l.DataFormat, l.Padding, l.OutputShape = weights, c.layout, c.padding, c.shape(c.width, c.out)
		l.Stride, l.Dilation = c.stride, c.dilation
		if c.listGroups {
			l.Groups = c.groups
		}
	case opTorch:
		l.Weight, l.Padding, l.OutputPadding = weights, c.torchPadding, &c.torchOutputPadding
		l.Stride, l.Dilation, l.Groups = c.stride, c.dilation, c.groups
	case opONNX:
		l.Weight, l.Attrs = weights, c.attrs
	}
	if c.chunks != nil {
		c.plan(&l)
	}
	return l, nil
}

// plan adds the number of samples that each chunk can emit at the earliest: after m frames, those that are final, and
// within the width even if the stream ended there.
func (c *testCase) plan(l *line) {
	rest := c.frames*c.stride - c.width
	frames, given := 0, 0
	l.Chunks = c.chunks
	for _, n := range c.chunks {
		frames += n
		ready := given
		if frames > 0 {
			ready = max(given, frames*c.stride-max(c.left, rest))
		}
		l.EagerEmit = append(l.EagerEmit, ready-given)
		given = ready
	}
	last := c.width - given
	l.FlushEmit = &last
}
