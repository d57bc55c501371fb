package weights

import (
	"bytes"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestFold requires g*v/|v| for every form of weight normalisation, with the norm over all dimensions except the first.
func TestFold(t *testing.T) {
	for _, names := range weightNorm {
		t.Run(names.v, func(t *testing.T) {
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
				t.Errorf("filters: got %v, want %v", filters, want)
			}
			if want := []float32{1, 2}; !slices.Equal(bias, want) {
				t.Errorf("bias: got %v, want %v", bias, want)
			}
			if len(set) != 0 {
				t.Errorf("tensors left: got %d, want 0", len(set))
			}
		})
	}
	t.Run("norm 0", func(t *testing.T) {
		set := Set{
			"a.weight_v": {Shape: []int{1, 1, 1}, Data: []float32{0}},
			"a.weight_g": {Shape: []int{1, 1, 1}, Data: []float32{1}},
		}
		_, _, err := set.Conv("a", 1, 1, 1)
		if got, want := message(err), "norm 0 in row 0"; !strings.Contains(got, want) {
			t.Errorf("got error %q, want one that contains %q", got, want)
		}
	})
}

// TestFoldNextToWeight requires that a weight next to its weight norm agrees with it, and that both leave the set.
func TestFoldNextToWeight(t *testing.T) {
	for _, names := range weightNorm {
		for _, c := range []struct {
			name   string
			weight []float32
			want   string
		}{
			{"equal", []float32{6, 8, 0, -3}, ""},
			{"rounded", []float32{6.0007, 8, -0.0007, -3}, ""},
			{"another", []float32{6, 8, 0, -3.001}, "layer a has a weight and a weight norm that disagree, " +
				"element 3 is -3.001 and -3: remove the one that is out of date"},
		} {
			t.Run(c.name+names.v, func(t *testing.T) {
				set := Set{
					"a" + names.v: {Shape: []int{2, 1, 2}, Data: []float32{3, 4, 0, -2}},
					"a" + names.g: {Shape: []int{2, 1, 1}, Data: []float32{10, 3}},
					"a.weight":    {Shape: []int{2, 1, 2}, Data: c.weight},
					"a.bias":      {Shape: []int{2}, Data: []float32{1, 2}},
				}
				shapes := set.Shapes()
				if _, _, err := shapes.Conv("a", 2, 1, 2); err != nil || len(shapes) != 0 {
					t.Errorf("shapes: got error %v, %d tensors left, want none", err, len(shapes))
				}
				filters, _, err := set.Conv("a", 2, 1, 2)
				if got := message(err); got != c.want {
					t.Errorf("got error %q, want %q", got, c.want)
				}
				if want := []float32{6, 0, 8, -3}; err == nil && (len(set) != 0 || !slices.Equal(filters, want)) {
					t.Errorf("got filters %v, %d tensors left, want %v, none", filters, len(set), want)
				}
			})
		}
	}
}

// TestTransposed requires that [in, out, taps] becomes [taps, out, in].
func TestTransposed(t *testing.T) {
	set := Set{
		"u.weight": {Shape: []int{2, 3, 1}, Data: []float32{1, 2, 3, 4, 5, 6}},
		"u.bias":   {Shape: []int{3}, Data: make([]float32, 3)},
	}
	filters, _, err := set.ConvTranspose("u", 2, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float32{1, 4, 2, 5, 3, 6}; !slices.Equal(filters, want) {
		t.Errorf("filters: got %v, want %v", filters, want)
	}
}

// TestTake requires that Take refuses other shapes and numbers that are not finite, and leaves a refused tensor in the
// set.
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
		name, tensor string
		shape        []int
		want         string
	}{
		{"taken", "x", []int{2, 1}, ""},
		{"other shape", "x", []int{1, 2}, "tensor x has shape [2, 1], must be [1, 2]: it belongs to another model"},
		{"no tensor", "y", []int{1}, "there is no tensor y: the file holds another model, or a part of one: " +
			"use the config.json of this model"},
		{"NaN", "nan", []int{2}, "tensor nan holds NaN at element 1: use a checkpoint whose weights are finite"},
		{"infinite", "inf", []int{1}, "tensor inf holds -Inf at element 0: use a checkpoint whose weights are finite"},
		{"unreadable", "bad", []int{1}, "tensor bad: unreadable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := set()
			data, err := s.Take(c.tensor, c.shape...)
			if got := message(err); got != c.want {
				t.Errorf("got error %q, want %q", got, c.want)
			}
			if want := len(set()) - len(data)/2; len(s) != want {
				t.Errorf("tensors left: got %d, want %d", len(s), want)
			}
		})
	}
}

// TestShapes requires that a set of shapes refuses what names and shapes show, and neither returns nor reads numbers.
func TestShapes(t *testing.T) {
	full := Set{}
	for name, shape := range map[string][]int{
		"a.weight_v": {2, 3, 5}, "a.weight_g": {2, 1, 1}, "a.bias": {2},
		"b.weight": {3, 2, 4}, "b.bias": {2},
		"c.parametrizations.weight.original1": {2, 3, 5},
		"c.parametrizations.weight.original0": {1, 2, 1}, "c.bias": {2},
	} {
		full[name] = Tensor{Shape: shape, read: func() ([]float32, error) {
			t.Errorf("tensor %s: got a read, want none", name)
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
			"tensor b.weight has shape [3, 2, 4], must be [2, 3, 4]: it belongs to another model", 8},
		{"other g", func(s Set) (_, _ []float32, err error) { return s.Conv("c", 2, 3, 5) },
			"tensor c.parametrizations.weight.original0 has shape [1, 2, 1], must be [2, 1, 1]: " +
				"it belongs to another model", 7},
		{"no layer", func(s Set) (_, _ []float32, err error) { return s.Conv("d", 2, 3, 5) },
			"there is no tensor d.weight: the file holds another model, or a part of one: " +
				"use the config.json of this model", 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := full.Shapes()
			filters, bias, err := c.take(s)
			if got := message(err); got != c.want || filters != nil || bias != nil {
				t.Errorf("got filters %v, bias %v, error %q, want no numbers and %q", filters, bias, got, c.want)
			}
			if len(s) != c.left {
				t.Errorf("tensors left: got %d, want %d", len(s), c.left)
			}
		})
	}
	if got, want := full.Shapes().Elements(), int64(30+2+2+24+2+30+2+2); got != want {
		t.Errorf("elements: got %d, want %d", got, want)
	}
	for layer, want := range map[string][]int{"a": {2, 3, 5}, "b": {3, 2, 4}, "c": {2, 3, 5}, "d": nil} {
		t.Run("shape of layer "+layer, func(t *testing.T) {
			if got := full.Layer(layer); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

// TestReadsOnDemand requires that the numbers of a tensor are read once, when it is taken, and those of others never.
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
			set, err := openOne(r, int64(len(c.content)))
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
					got, err := set.Take("b", len(marks["b"]))
					if want := marks["b"]; err != nil || !slices.Equal(got, want) {
						t.Errorf("tensor b: got %d numbers, %.60v ..., error %v, want %d, %.60v ...",
							len(got), got[:min(4, len(got))], err, len(want), want[:4])
					}
				}
				for _, name := range slices.Sorted(maps.Keys(want)) {
					if least, most := count(name); least != want[name] || most != want[name] {
						t.Errorf("step %d: reads of tensor %s: got from %d to %d, want %d", step, name, least, most,
							want[name])
					}
				}
			}
		})
	}
}

// TestOpenSparse requires that opening a large file takes memory for its header alone, whatever tensor it describes.
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
			set, err := openOne(c.file, c.file.size)
			if err == nil {
				_, _, err = set.Shapes().Conv("conv_pre", 256, 80, 7)
			}
			const most = 1 << 20
			if taken := allocated() - before; taken > most {
				t.Errorf("allocated: got %d bytes, want at most %d", taken, most)
			}
			const want = "tensor conv_pre.weight has shape [4194304], must be [256, 80, 7]: it belongs to another model"
			if got := message(err); got != want {
				t.Errorf("got error %q, want %q", got, want)
			}
		})
	}
}
