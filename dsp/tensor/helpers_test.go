package tensor_test

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/tensor"
	"github.com/tailwave/tailwave/testdata/reference"
)

// of returns a tensor of these elements.
func of[T dsp.Float](shape []int, data ...T) tensor.Tensor[T] {
	return tensor.Tensor[T]{Shape: shape, Data: data}
}

// noise returns a tensor of random elements.
func noise[T dsp.Float](seed uint64, shape ...int) tensor.Tensor[T] {
	n := 1
	for _, size := range shape {
		n *= size
	}
	return tensor.Tensor[T]{Shape: shape, Data: dsptest.Noise[T](seed, n)}
}

// swapped returns a rank-3 tensor with its last two axes exchanged.
func swapped[T dsp.Float](x tensor.Tensor[T]) tensor.Tensor[T] {
	batch, rows, columns := x.Shape[0], x.Shape[1], x.Shape[2]
	out := tensor.Tensor[T]{Shape: []int{batch, columns, rows}, Data: make([]T, len(x.Data))}
	for b := range batch {
		for i := range rows {
			for j := range columns {
				out.Data[(b*columns+j)*rows+i] = x.Data[(b*rows+i)*columns+j]
			}
		}
	}
	return out
}

// checkSame fails t unless two tensors have the same shape and bits.
func checkSame[T dsp.Float](t *testing.T, got, want tensor.Tensor[T]) {
	t.Helper()
	if !slices.Equal(got.Shape, want.Shape) {
		t.Fatalf("got shape %v, want %v", got.Shape, want.Shape)
	}
	if i := dsptest.FirstDifference(got.Data, want.Data); i >= 0 {
		t.Fatalf("element %d differs: got %v, want %v", i, got.Data, want.Data)
	}
}

// checkArgError fails t unless err is a *dsp.ArgError on one line.
func checkArgError(t *testing.T, err error) {
	t.Helper()
	var arg *dsp.ArgError
	if !errors.As(err, &arg) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got error %v, want a *dsp.ArgError on one line", err)
	}
}

// readTable decodes a file of reference data about the operator into v.
func readTable(t *testing.T, name string, v any) {
	t.Helper()
	path := reference.File(t, "golden", "conv1d_transpose", name)
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// resolveWidth asks the operator for one width of a one-channel input.
func resolveWidth(padding string, kernel, stride, dilation, n, width int) error {
	args := tensor.TFArgs{
		OutputShape: []int{1, width, 1}, Strides: []int{stride}, Dilations: []int{dilation}, Padding: padding,
	}
	_, err := args.Resolve([]int{1, n, 1}, []int{kernel, 1, 1})
	return err
}
