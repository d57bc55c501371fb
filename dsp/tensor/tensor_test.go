package tensor_test

import (
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/tensor"
)

// TestNew checks that New copies neither the elements nor a slice of sizes.
func TestNew(t *testing.T) {
	data, shape := []float64{1, 2, 3, 4, 5, 6}, []int{1, 3, 2}
	x := tensor.New(data, shape...)
	checkSame(t, x, tensor.Tensor[float64]{Shape: shape, Data: data})
	data[5], shape[0] = 7, 2
	if x.Data[5] != 7 || x.Shape[0] != 2 {
		t.Errorf("got %v with shape %v after a change, want the changed slices %v and %v", x.Data, x.Shape, data, shape)
	}
	if y := tensor.New([]float32{}, 0, 3, 2); !slices.Equal(y.Shape, []int{0, 3, 2}) || len(y.Data) != 0 {
		t.Errorf("got %+v, want no elements in shape [0 3 2]", y)
	}
}
