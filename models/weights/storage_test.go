package weights

import (
	"bytes"
	"slices"
	"testing"
)

// TestSharedStorage requires that a storage of several tensors is read once, and released after the last of them.
func TestSharedStorage(t *testing.T) {
	content := checkpointFile(t, dictionary(
		str("a"), view("Float", "0", 6, 0, ints(2), ints(1)),
		str("b"), view("Float", "0", 6, 1, ints(3), ints(2)),
	), six)
	r := &recorder{bytes.NewReader(content), make([]int, len(content))}
	set, err := openOne(r, int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(content, rawFloats(six["data/0"].([]float32)))
	r.reads = make([]int, len(content))
	for _, step := range []struct {
		tensor string
		want   []float32
		reads  int // of the storage, so far
	}{{"a", []float32{1, 2}, 1}, {"b", []float32{2, 4, 6}, 1}, {"b", []float32{2, 4, 6}, 2}} {
		got, err := set[step.tensor].numbers()
		if err != nil || !slices.Equal(got, step.want) {
			t.Errorf("tensor %s: got %v, error %v, want %v", step.tensor, got, err, step.want)
		}
		if r.reads[at] != step.reads {
			t.Errorf("reads of the storage after tensor %s: got %d, want %d", step.tensor, r.reads[at], step.reads)
		}
	}
}

// TestPthViews requires that tensors follow their strides, offsets and types of elements.
func TestPthViews(t *testing.T) {
	storages := map[string]any{
		"data/0": six["data/0"], "data/d": []float64{1, 1.0 / 3},
		"data/h": []uint16{0x3c00, 0xc100}, "data/b": []uint16{0x3f80, 0xc020},
	}
	set, err := read(checkpointFile(t, dictionary(
		str("transposed"), view("Float", "0", 6, 0, ints(3, 2), ints(1, 3)),
		str("column"), view("Float", "0", 6, 2, ints(2), ints(3)),
		str("expanded"), view("Float", "0", 6, 5, ints(2, 2), ints(0, 0)),
		str("scalar"), view("Float", "0", 6, 3, ints(), ints()),
		str("empty"), view("Float", "0", 6, 6, ints(0, 3), ints(3, 1)),
		str("one"), view("Float", "0", 6, 5, ints(1, 1), ints(1<<40, 7)),
		str("double"), view("Double", "d", 2, 0, ints(2), ints(1)),
		str("half"), view("Half", "h", 2, 0, ints(2), ints(1)),
		str("bfloat16"), view("BFloat16", "b", 2, 0, ints(2), ints(1)),
	), storages))
	want := Set{
		"transposed": {Shape: []int{3, 2}, Data: []float32{1, 4, 2, 5, 3, 6}},
		"column":     {Shape: []int{2}, Data: []float32{3, 6}},
		"expanded":   {Shape: []int{2, 2}, Data: []float32{6, 6, 6, 6}},
		"scalar":     {Shape: []int{}, Data: []float32{4}},
		"empty":      {Shape: []int{0, 3}, Data: []float32{}},
		"one":        {Shape: []int{1, 1}, Data: []float32{6}},
		"double":     {Shape: []int{2}, Data: []float32{1, 1.0 / 3}},
		"half":       {Shape: []int{2}, Data: []float32{1, -2.5}},
		"bfloat16":   {Shape: []int{2}, Data: []float32{1, -2.5}},
	}
	if err != nil || len(set) != len(want) {
		t.Fatalf("got %d tensors, error %v, want %d tensors", len(set), err, len(want))
	}
	for name, w := range want {
		t.Run(name, func(t *testing.T) {
			if got := set[name]; !sameTensor(got, w) {
				t.Errorf("got %v, want %v", got, w)
			}
		})
	}
}
