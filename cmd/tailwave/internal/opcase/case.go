package opcase

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/tensor"
)

// The operators and types of a case.
const (
	opTF    = "tf.nn.conv1d_transpose"
	opTorch = "torch.conv_transpose1d"
	opONNX  = "onnx.ConvTranspose"

	float32Type = "float32"
	float64Type = "float64"
)

// maxElements bounds the untrimmed result of a case, and so the memory that a short line with a long stride can
// allocate.
const maxElements = 1 << 26

// A Case is one line, decoded and checked.
type Case struct {
	ID     json.RawMessage // as written; nil if it is absent or null
	DType  string          // "float32" or "float64"
	Call   tensor.Call     // shapes and geometry
	Chunks []int           // frames of successive calls; nil if the line has no chunks

	problem problem // nil if the line has args instead of tensors
}

// A problem is a case with its numbers, of either type of element.
type problem interface {
	run() (Array, error)
	stream(call tensor.Call, chunks []int) (Array, []int, error)
}

// Decode reads a line. Even with an error, the Case has the ID of a line that is a JSON object. The error is one line
// and names the field or argument.
func Decode(line []byte) (Case, error) {
	var c Case
	if !utf8.Valid(line) {
		return c, errors.New("malformed: not UTF-8")
	}
	o, err := parseObject(line)
	if id := o.fields["id"]; string(id) != "null" {
		c.ID = id
	}
	if err != nil {
		return c, fmt.Errorf("malformed: %w", err)
	}
	return c, c.decode(&reader{object: o})
}

// decode reads what follows the ID.
func (c *Case) decode(r *reader) error {
	op := r.text("op", opTF)
	if r.err != nil {
		return r.err
	}
	args, checkOnly := r.fields["args"]
	known, err := formOf(op, checkOnly)
	if err != nil {
		return err
	}
	for _, name := range []string{"input", "filters"} {
		if checkOnly && r.has(name) {
			return fmt.Errorf("%s has both args and %s, must have one", op, name)
		}
	}
	if err := r.check(known, annotations); err != nil {
		return fmt.Errorf("%s %w", op, err)
	}
	c.DType = r.dtype()
	c.Chunks = r.optionalInts("chunks")
	if r.err != nil {
		return r.err
	}
	switch {
	case checkOnly:
		return c.decodeArgs(args)
	case op == opTF:
		err = c.decodeTF(r)
	case op == opTorch:
		err = c.decodeTorch(r)
	default:
		err = c.decodeONNX(r)
	}
	if err != nil {
		return err
	}
	return c.check()
}

// dtype reads dtype. A filters_dtype, if present, must be the same.
func (r *reader) dtype() string {
	dtype := r.text("dtype", float32Type)
	if r.err == nil && dtype != float32Type && dtype != float64Type {
		r.fail("dtype is %.80q, must be %s or %s", dtype, float32Type, float64Type)
	}
	r.checkFilters(dtype)
	return dtype
}

// checkFilters reports a filters_dtype that differs from dtype.
func (r *reader) checkFilters(dtype string) {
	if filters := r.text("filters_dtype", dtype); filters != dtype {
		r.fail("filters_dtype is %.80q, must be %s as dtype", filters, dtype)
	}
}

// check bounds the case and checks its chunks.
func (c *Case) check() error {
	if !c.small() {
		return fmt.Errorf("output of shape %s is too large, must have at most %d elements before its trims",
			dsp.ListText(c.Call.OutputShape()), maxElements)
	}
	if c.Chunks == nil {
		return nil
	}
	frames := 0
	for _, n := range c.Chunks {
		if n < 0 || n > c.Call.Frames-frames {
			return fmt.Errorf("chunks holds %d after %d frames, must sum to the %d input frames", n, frames, c.Call.Frames)
		}
		frames += n
	}
	if frames != c.Call.Frames {
		return fmt.Errorf("chunks sum to %d, must sum to the %d input frames", frames, c.Call.Frames)
	}
	return nil
}

// small reports whether the untrimmed result has at most maxElements. Package tensor bounds the factors, not their
// product.
func (c *Case) small() bool {
	g := c.Call.Geometry
	samples := max(int64(c.Call.Frames)*int64(g.Stride)+int64(g.Span()), int64(c.Call.Width))
	if samples > maxElements || samples*int64(g.Out) > maxElements {
		return false
	}
	empty := c.Call.Batch == 0 || c.Call.Width == 0
	return empty || int64(c.Call.Batch) <= maxElements/(samples*int64(g.Out))
}

// Numeric reports whether the case has tensors, so that Run and Stream have something to compute.
func (c Case) Numeric() bool { return c.problem != nil }

// Run computes the case at once. For a case with args it returns the shape only.
func (c Case) Run() (Array, error) {
	if c.problem == nil {
		return Array{Shape: c.Call.OutputShape()}, nil
	}
	return c.problem.run()
}

// Stream computes each batch row of the case by a stream, which consumes the input in chunks of frames. It also returns
// the samples per channel that each chunk emitted and, as the last entry, those of the flush. The chunks must sum to
// the input frames. Without frames it answers as Run does: the shape is then chosen by the framework's rule for n = 0,
// while a stream that never began has no samples.
func (c Case) Stream(chunks []int) (Array, []int, error) {
	if c.problem == nil || c.Call.Frames == 0 {
		a, err := c.Run()
		return a, nil, err
	}
	return c.problem.stream(c.Call, chunks)
}
