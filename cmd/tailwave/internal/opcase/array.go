package opcase

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/tensor"
)

// An Array is a tensor of either type. One of F32 and F64 is not nil and holds the elements in row-major order.
type Array struct {
	Shape []int
	F32   []float32
	F64   []float64
}

// Len returns the number of elements.
func (a Array) Len() int { return len(a.F32) + len(a.F64) }

// At returns element i, of either type.
func (a Array) At(i int) float64 {
	if a.F32 != nil {
		return float64(a.F32[i])
	}
	return a.F64[i]
}

// arrayOf wraps a tensor.
func arrayOf[T dsp.Float](t tensor.Tensor[T]) Array {
	a := Array{Shape: t.Shape}
	switch d := any(t.Data).(type) {
	case []float32:
		a.F32 = d
	case []float64:
		a.F64 = d
	}
	return a
}

// tensorOf unwraps an array of the matching type.
func tensorOf[T dsp.Float](a Array) tensor.Tensor[T] {
	t := tensor.Tensor[T]{Shape: a.Shape}
	switch d := any(&t.Data).(type) {
	case *[]float32:
		*d = a.F32
	case *[]float64:
		*d = a.F64
	}
	return t
}

// AppendJSON appends the tensor as a JSON object, its values as base64 so that NaN and infinities pass. Every NaN is
// written as pcm.NaN32 or pcm.NaN64.
func (a Array) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"shape":[`...)
	for i, size := range a.Shape {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, int64(size), 10)
	}
	dst = append(dst, ']')
	var raw []byte
	switch {
	case a.F32 != nil:
		dst = append(dst, `,"f32":"`...)
		raw = make([]byte, 0, 4*len(a.F32))
		for _, v := range a.F32 {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
		}
		pcm.CanonicalizeNaN(raw, pcm.F32)
	case a.F64 != nil:
		dst = append(dst, `,"f64":"`...)
		raw = make([]byte, 0, 8*len(a.F64))
		for _, v := range a.F64 {
			raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
		}
		pcm.CanonicalizeNaN(raw, pcm.F64)
	default:
		return append(dst, '}')
	}
	dst = base64.StdEncoding.AppendEncode(dst, raw)
	return append(dst, `"}`...)
}

// ParseArray reads a tensor object of a dtype, "float32" or "float64". The length of raw bounds the memory that it
// allocates.
func ParseArray(raw json.RawMessage, dtype string) (Array, error) {
	var a Array
	r := readObject(raw, formTensor)
	a.Shape = r.ints("shape")
	if r.err != nil {
		return a, r.err
	}
	n := 1
	for _, size := range a.Shape {
		if size < 0 || n > 0 && size > math.MaxInt32/n {
			return a, fmt.Errorf("shape is %s, must be sizes of at least 0 with a product of at most %d",
				dsp.ListText(a.Shape), math.MaxInt32)
		}
		n *= size
	}
	format := ""
	for _, name := range []string{"data", "f32", "f64"} {
		if !r.has(name) {
			continue
		}
		if format != "" {
			return a, fmt.Errorf("has both %s and %s, must have one", format, name)
		}
		format = name
	}
	var err error
	switch {
	case format == "":
		return a, fmt.Errorf("data is missing")
	case format == "data" && dtype == float32Type:
		a.F32, err = numbers[float32](r.fields[format])
	case format == "data":
		a.F64, err = numbers[float64](r.fields[format])
	case format == "f32" && dtype == float32Type:
		a.F32, err = decodeBase64(r.fields[format], 4, float32Of)
	case format == "f64" && dtype == float64Type:
		a.F64, err = decodeBase64(r.fields[format], 8, float64Of)
	default:
		return a, fmt.Errorf("holds %s, must be of dtype %s", format, dtype)
	}
	if err != nil {
		return a, fmt.Errorf("%s %w", format, err)
	}
	if a.Len() != n {
		return a, fmt.Errorf("has %s, must have %d for shape %s", elements(a.Len()), n, dsp.ListText(a.Shape))
	}
	return a, nil
}

// elements returns a number of elements: "1 element", "2 elements".
func elements(n int) string {
	if n == 1 {
		return "1 element"
	}
	return fmt.Sprintf("%d elements", n)
}

// numbers reads a list of JSON numbers, each rounded once to T.
func numbers[T dsp.Float](raw json.RawMessage) ([]T, error) {
	list := []T{}
	// A null would be left as zero.
	if err := json.Unmarshal(raw, &list); err != nil || list == nil || bytes.IndexByte(raw, 'n') >= 0 {
		return nil, fmt.Errorf("is %s, must be a list of numbers in the range of the dtype", excerpt(raw))
	}
	return list, nil
}

func float32Of(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }

func float64Of(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }

// decodeBase64 reads a string of values of size bytes each.
func decodeBase64[T dsp.Float](raw json.RawMessage, size int, value func([]byte) T) ([]T, error) {
	var text []byte // encoding/json decodes base64 into a byte slice
	if err := json.Unmarshal(raw, &text); err != nil || len(raw) == 0 || raw[0] != '"' {
		return nil, fmt.Errorf("is %s, must be base64", excerpt(raw))
	}
	if len(text)%size != 0 {
		return nil, fmt.Errorf("has %d bytes, must have a multiple of %d", len(text), size)
	}
	list := make([]T, 0, len(text)/size)
	for ; len(text) > 0; text = text[size:] {
		list = append(list, value(text))
	}
	return list, nil
}
