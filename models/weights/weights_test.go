package weights

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestFold: g*v/|v| over all dimensions but the first.
func TestFold(t *testing.T) {
	for _, names := range weightNorm {
		set := Set{
			"a" + names.v: {Shape: []int{2, 1, 2}, Data: []float32{3, 4, 0, -2}},
			"a" + names.g: {Shape: []int{2, 1, 1}, Data: []float32{10, 3}},
			"a.bias":      {Shape: []int{2}, Data: []float32{1, 2}},
		}
		filters, bias, err := set.Conv("a", 2, 1, 2)
		if err != nil {
			t.Fatal(err)
		}
		if want := []float32{6, 0, 8, -3}; !slices.Equal(filters, want) { // [taps, out, in]
			t.Errorf("filters %v, want %v", filters, want)
		}
		if bias[1] != 2 || len(set) != 0 {
			t.Errorf("bias %v, %d tensors left", bias, len(set))
		}
	}
	set := Set{
		"a.weight_v": {Shape: []int{1, 1, 1}, Data: []float32{0}},
		"a.weight_g": {Shape: []int{1, 1, 1}, Data: []float32{1}},
	}
	if _, _, err := set.Conv("a", 1, 1, 1); err == nil || !strings.Contains(err.Error(), "norm 0 at 0") {
		t.Errorf("a norm of 0: %v", err)
	}
}

// TestTransposed: [in, out, taps] becomes [taps, out, in].
func TestTransposed(t *testing.T) {
	set := Set{
		"u.weight": {Shape: []int{2, 3, 1}, Data: []float32{1, 2, 3, 4, 5, 6}},
		"u.bias":   {Shape: []int{3}, Data: make([]float32, 3)},
	}
	filters, _, err := set.ConvTranspose("u", 2, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range []float32{1, 4, 2, 5, 3, 6} {
		if filters[i] != v {
			t.Fatalf("filters %v", filters)
		}
	}
}

// TestTake: what a set refuses, and that a refused tensor stays in it.
func TestTake(t *testing.T) {
	unreadable := errors.New("unreadable")
	set := func() Set {
		return Set{
			"x":   {Shape: []int{2, 1}, Data: []float32{1, 2}},
			"nan": {Shape: []int{2}, Data: []float32{1, float32(math.NaN())}},
			"inf": {Shape: []int{1}, Data: []float32{float32(math.Inf(-1))}},
			"bad": {Shape: []int{1}, read: func() ([]float32, error) { return nil, unreadable }},
		}
	}
	for _, c := range []struct {
		name  string
		shape []int
		want  string
	}{
		{"x", []int{2, 1}, ""},
		{"x", []int{1, 2}, "tensor x has shape [2 1], must be [1 2]"},
		{"y", []int{1}, "there is no tensor y"},
		{"nan", []int{2}, "tensor nan holds NaN, element 1"},
		{"inf", []int{1}, "tensor inf holds -Inf, element 0"},
		{"bad", []int{1}, "tensor bad: unreadable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := set()
			data, err := s.Take(c.name, c.shape...)
			if got := message(err); got != c.want {
				t.Errorf("error %q, want %q", got, c.want)
			}
			if want := len(set()) - len(data)/2; len(s) != want {
				t.Errorf("%d tensors left, want %d", len(s), want)
			}
		})
	}
}

// message returns the text of an error, "" for none.
func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestShapes: a set of shapes refuses what names and shapes show, returns no numbers and reads none.
func TestShapes(t *testing.T) {
	full := Set{}
	for name, shape := range map[string][]int{
		"a.weight_v": {2, 3, 5}, "a.weight_g": {2, 1, 1}, "a.bias": {2},
		"b.weight": {3, 2, 4}, "b.bias": {2},
		"c.parametrizations.weight.original1": {2, 3, 5},
		"c.parametrizations.weight.original0": {1, 2, 1}, "c.bias": {2},
	} {
		full[name] = Tensor{Shape: shape, read: func() ([]float32, error) {
			t.Errorf("tensor %s is read", name)
			return nil, nil
		}}
	}
	for _, c := range []struct {
		name string
		take func(Set) (filters, bias []float32, err error)
		want string
		left int
	}{
		{"folded", func(s Set) (_, _ []float32, err error) { return s.Conv("a", 2, 3, 5) }, "", 5},
		{"transposed", func(s Set) (_, _ []float32, err error) { return s.ConvTranspose("b", 3, 2, 4) }, "", 6},
		{"other weights", func(s Set) (_, _ []float32, err error) { return s.Conv("b", 2, 3, 4) },
			"tensor b.weight has shape [3 2 4], must be [2 3 4]", 8},
		{"other g", func(s Set) (_, _ []float32, err error) { return s.Conv("c", 2, 3, 5) },
			"tensor c.parametrizations.weight.original0 has shape [1 2 1], must be [2 1 1]", 7},
		{"no layer", func(s Set) (_, _ []float32, err error) { return s.Conv("d", 2, 3, 5) },
			"there is no tensor d.weight", 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := full.Shapes()
			filters, bias, err := c.take(s)
			if got := message(err); got != c.want || filters != nil || bias != nil {
				t.Errorf("%v, %v, error %q, want no numbers and %q", filters, bias, got, c.want)
			}
			if len(s) != c.left {
				t.Errorf("%d tensors left, want %d", len(s), c.left)
			}
		})
	}
	if got, want := full.Shapes().Elements(), int64(30+2+2+24+2+30+2+2); got != want {
		t.Errorf("%d elements, want %d", got, want)
	}
	for layer, want := range map[string][]int{"a": {2, 3, 5}, "b": {3, 2, 4}, "c": {2, 3, 5}, "d": nil} {
		if got := full.Layer(layer); !slices.Equal(got, want) {
			t.Errorf("layer %s has shape %v, want %v", layer, got, want)
		}
	}
}

// A recorder counts how often each byte of a file is read.
type recorder struct {
	io.ReaderAt
	reads []int
}

func (r *recorder) ReadAt(p []byte, at int64) (int, error) {
	n, err := r.ReaderAt.ReadAt(p, at)
	for i := range n {
		r.reads[int(at)+i]++
	}
	return n, err
}

// TestReadsOnDemand: the numbers of a tensor are read when it is taken, once, and those of the others never.
func TestReadsOnDemand(t *testing.T) {
	marks := map[string][]float32{"a": make([]float32, 50000), "b": make([]float32, 60000)}
	for name, mark := range marks {
		for i := range mark {
			mark[i] = float32(i) + float32(name[0])/256
		}
	}
	tensor := func(name string) string {
		return view("Float", name, len(marks[name]), 0, ints(len(marks[name])), ints(1))
	}
	pickle := dictionary(str("a"), tensor("a"), str("b"), tensor("b"))
	for _, c := range []struct {
		name    string
		content []byte
	}{
		{"safetensors", safetensorsFile(t, marks)},
		{"zip", checkpointFile(t, pickle, map[string]any{"data/a": marks["a"], "data/b": marks["b"]})},
		{"legacy", legacyFileOf(legacy(pickle), []string{"a", "b"}, marks)},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &recorder{bytes.NewReader(c.content), make([]int, len(c.content))}
			set, err := Open(r, int64(len(c.content)))
			if err != nil {
				t.Fatal(err)
			}
			// The reader of headers may read a buffer further than they go.
			const buffer = 1 << 13
			count := func(name string) (least, most int) {
				from := bytes.Index(c.content, rawFloats(marks[name]))
				if from < 0 {
					t.Fatalf("tensor %s is not in the file", name)
				}
				reads := r.reads[from+buffer:][:4*len(marks[name])-2*buffer]
				return slices.Min(reads), slices.Max(reads)
			}
			for step, want := range []map[string]int{{"a": 0, "b": 0}, {"a": 0, "b": 1}} {
				if step == 1 {
					if got, err := set.Take("b", len(marks["b"])); err != nil || !slices.Equal(got, marks["b"]) {
						t.Errorf("other numbers, or %v", err)
					}
				}
				for _, name := range slices.Sorted(maps.Keys(want)) {
					if least, most := count(name); least != want[name] || most != want[name] {
						t.Errorf("step %d: tensor %s is read from %d to %d times, want %d", step, name, least, most, want[name])
					}
				}
			}
		})
	}
}

// TestOpenSparse: opening a large file takes memory for its header, whatever tensor the header describes.
func TestOpenSparse(t *testing.T) {
	const n = 4 << 20
	const header = `{"conv_pre.weight":{"dtype":"F32","shape":[4194304],"data_offsets":[0,16777216]}}`
	pickle := dictionary(str("conv_pre.weight"), view("Float", "0", n, 0, ints(n), ints(1)))
	zipped := checkpointFile(t, pickle, map[string]any{"data/0": make([]float32, n)})
	old := legacyFileOf(legacy(pickle), []string{"0"}, map[string][]float32{"0": make([]float32, n)})
	for _, c := range []struct {
		name string
		file sparse
	}{
		{"safetensors", sparseSafetensors(header, 4*n)},
		{"zip", sparse{string(zipped), int64(len(zipped))}},
		{"legacy", sparse{string(old), int64(len(old))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := allocated()
			set, err := Open(c.file, c.file.size)
			if err == nil {
				_, _, err = set.Shapes().Conv("conv_pre", 256, 80, 7)
			}
			const most = 1 << 20
			if taken := allocated() - before; taken > most {
				t.Errorf("%d bytes allocated, want at most %d", taken, most)
			}
			if got, want := message(err), "tensor conv_pre.weight has shape [4194304], must be [256 80 7]"; got != want {
				t.Errorf("error %q, want %q", got, want)
			}
		})
	}
}
