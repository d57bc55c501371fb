package tensor_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/dsp/tensor"
)

// line runs a one-channel NWC case.
func line(t *testing.T, x, f []float32, args tensor.TFArgs, width int) []float32 {
	t.Helper()
	args.OutputShape = []int{1, width, 1}
	out, err := tensor.TF(of([]int{1, len(x), 1}, x...), of([]int{len(f), 1, 1}, f...), args)
	if err != nil {
		t.Fatal(err)
	}
	return out.Data
}

// TestTFWorkedExamples has x = [a b c d] and f = [1 10 100], so that the digits of a result show which products it
// holds.
func TestTFWorkedExamples(t *testing.T) {
	const a, b, c, d = 1, 2, 3, 4
	for _, e := range []struct {
		padding          string
		stride, dilation int
		want             []float32
	}{
		{"SAME", 1, 1, []float32{10*a + b, 100*a + 10*b + c, 100*b + 10*c + d, 100*c + 10*d}},
		{"VALID", 2, 1, []float32{a, 10 * a, 100*a + b, 10 * b, 100*b + c, 10 * c, 100*c + d, 10 * d, 100 * d}},
		{"VALID", 2, 1, []float32{a, 10 * a, 100*a + b, 10 * b, 100*b + c, 10 * c, 100*c + d, 10 * d, 100 * d, 0}},
		{"SAME", 2, 1, []float32{a, 10 * a, 100*a + b, 10 * b, 100*b + c, 10 * c, 100*c + d, 10 * d}},
		{"SAME", 2, 1, []float32{10 * a, 100*a + b, 10 * b, 100*b + c, 10 * c, 100*c + d, 10 * d}},
		{"SAME", 4, 1, []float32{a, 10 * a, 100 * a, 0, b, 10 * b, 100 * b, 0, c, 10 * c, 100 * c, 0, d, 10 * d, 100 * d, 0}},
		{"SAME", 4, 1, []float32{10 * a, 100 * a, 0, b, 10 * b, 100 * b, 0, c, 10 * c, 100 * c, 0, d, 10 * d}},
		{"VALID", 2, 2, []float32{a, 0, 10*a + b, 0, 100*a + 10*b + c, 0, 100*b + 10*c + d, 0, 100*c + 10*d, 0, 100 * d}},
	} {
		name := fmt.Sprintf("%s stride %d dilation %d width %d", e.padding, e.stride, e.dilation, len(e.want))
		t.Run(name, func(t *testing.T) {
			args := tensor.TFArgs{Strides: []int{e.stride}, Dilations: []int{e.dilation}, Padding: e.padding}
			got := line(t, []float32{a, b, c, d}, []float32{1, 10, 100}, args, len(e.want))
			if !slices.Equal(got, e.want) {
				t.Errorf("got %v, want %v", got, e.want)
			}
		})
	}
}

// TestTFNonFiniteReach puts an infinity or a NaN into one frame or tap: only the samples that it touches change.
func TestTFNonFiniteReach(t *testing.T) {
	nan := float32(math.NaN())
	for _, bad := range []float32{float32(math.Inf(1)), nan} {
		for _, e := range []struct {
			name          string
			x, f, results []float32
		}{
			{"frame", []float32{1, bad, 1}, []float32{1, 2}, []float32{1, 2, 0, bad, bad, 0, 1, 2, 0}},
			{"tap", []float32{1, 1, 1}, []float32{1, bad}, []float32{1, bad, 0, 1, bad, 0, 1, bad, 0}},
			// A product with a frame of zeros is computed, not skipped.
			{"zero frame", []float32{0, 0, 1}, []float32{bad, 1}, []float32{nan, 0, 0, nan, 0, 0, bad, 1, 0}},
		} {
			t.Run(fmt.Sprintf("%v/%s", bad, e.name), func(t *testing.T) {
				got := line(t, e.x, e.f, tensor.TFArgs{Strides: []int{3}, Padding: "SAME"}, 9)
				if !sameValues(got, e.results) {
					t.Errorf("got %v, want %v", got, e.results)
				}
			})
		}
	}
}

func sameValues(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return x == y || x != x && y != y })
}

func TestTFNoFrames(t *testing.T) {
	filters := of([]int{5, 2, 3}, make([]float32, 30)...)
	for _, e := range []struct {
		padding       string
		stride, width int
		ok            bool
	}{
		{"SAME", 2, 0, true}, {"SAME", 2, 1, false},
		{"VALID", 2, 1, false}, {"VALID", 2, 2, true}, {"VALID", 2, 4, true}, {"VALID", 2, 5, false},
		{"VALID", 3, 0, true}, {"VALID", 9, 4, true},
	} {
		t.Run(fmt.Sprintf("%s stride %d width %d", e.padding, e.stride, e.width), func(t *testing.T) {
			args := tensor.TFArgs{OutputShape: []int{2, e.width, 2}, Strides: []int{e.stride}, Padding: e.padding}
			out, err := tensor.TF(of[float32]([]int{2, 0, 3}), filters, args)
			if !e.ok {
				checkArgError(t, err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkSame(t, out, of(args.OutputShape, make([]float32, 4*e.width)...))
		})
	}
}

func TestTFEmptyBatch(t *testing.T) {
	filters := of([]int{3, 2, 3}, make([]float32, 18)...)
	for _, e := range []struct {
		name               string
		input, outputShape []int
	}{
		{"no rows", []int{0, 4, 3}, []int{0, 8, 2}},
		// Rows without frames are empty, and any number of them costs nothing.
		{"2^62 rows without frames", []int{1 << 62, 0, 3}, []int{1 << 62, 0, 2}},
	} {
		t.Run(e.name, func(t *testing.T) {
			args := tensor.TFArgs{OutputShape: e.outputShape, Strides: []int{2}, Padding: "SAME"}
			out, err := tensor.TF(of[float32](e.input), filters, args)
			if err != nil || !slices.Equal(out.Shape, e.outputShape) || len(out.Data) != 0 {
				t.Errorf("got %v, %v; want no elements in shape %v", out, err, e.outputShape)
			}
		})
	}
}

// TestTFHugeArguments asks for sizes that are illegal, whose products overflow, or that no machine holds.
func TestTFHugeArguments(t *testing.T) {
	const huge = 1 << 62
	in, f, out := []int{2, 4, 3}, []int{3, 2, 3}, []int{2, 8, 2}
	for _, e := range []struct {
		name                           string
		in, f, out, strides, dilations []int
	}{
		{"stride", in, f, out, []int{1e15}, nil},
		{"largest stride", in, f, out, []int{math.MaxInt}, nil},
		{"smallest stride", in, f, out, []int{math.MinInt}, nil},
		{"zero stride", in, f, out, []int{0}, nil},
		{"zero stride for equal widths", in, f, []int{2, 4, 2}, []int{0}, nil},
		{"zero dilation", in, f, out, []int{2}, []int{0}},
		{"dilation", in, f, out, []int{2}, []int{huge}},
		{"dilation x kernel", in, []int{1 << 20, 2, 3}, out, []int{2}, []int{1 << 20}},
		{"width", in, f, []int{2, huge, 2}, []int{2}, nil},
		{"largest width", in, f, []int{2, math.MaxInt, 2}, []int{2}, nil},
		{"batch", in, f, []int{huge, 8, 2}, []int{2}, nil},
		{"channels", in, f, []int{2, 8, huge}, []int{2}, nil},
		{"all of output", []int{huge, 0, 3}, f, []int{huge, 2, 2}, []int{2}, nil},
		{"frames", []int{1, huge, 3}, f, []int{1, huge, 2}, []int{1}, nil},
		{"kernel", in, []int{huge, 2, 3}, out, []int{2}, nil},
		{"filters", []int{1, 1, 1 << 30}, []int{1 << 20, 2, 1 << 30}, []int{1, 1, 2}, []int{1}, nil},
		{"out channels", in, []int{3, huge, 3}, []int{2, 8, huge}, []int{2}, nil},
		{"in channels", []int{2, 4, huge}, []int{3, 2, huge}, out, []int{2}, nil},
		{"negative in", []int{-2, -4, 3}, f, []int{-2, 8, 2}, []int{2}, nil},
		{"product overflow", []int{1 << 32, 1 << 16, 1 << 16}, []int{1, 1, 1 << 16},
			[]int{1 << 32, 1 << 16, 1}, []int{1}, nil},
		{"nil strides", in, f, out, nil, nil},
		{"empty dilations", in, f, out, []int{2}, []int{}},
		{"3-list with zero", in, f, out, []int{0, 2, 1}, nil},
		{"dilations of NCW", in, f, out, []int{2}, []int{1, 1, 2}},
		{"window of channels", []int{1, 1, 1}, []int{1, 1 << 20, 1}, []int{1, 1 << 20, 1 << 20}, []int{1 << 20}, nil},
	} {
		for _, padding := range []string{"SAME", "VALID"} {
			t.Run(e.name+"/"+padding, func(t *testing.T) {
				args := tensor.TFArgs{OutputShape: e.out, Strides: e.strides, Dilations: e.dilations, Padding: padding}
				_, err := args.Resolve(e.in, e.f)
				checkArgError(t, err)
			})
		}
	}
}

func TestTFDataLength(t *testing.T) {
	args := tensor.TFArgs{OutputShape: []int{1, 4, 1}, Strides: []int{2}, Padding: "SAME"}
	input, filters := of([]int{1, 2, 1}, 1.0, 2), of([]int{2, 1, 1}, 1.0, 2)
	for _, e := range []struct {
		name           string
		input, filters tensor.Tensor[float64]
		ok             bool
	}{
		{"as the shapes", input, filters, true},
		{"short input", of(input.Shape, 1.0), filters, false},
		{"short filters", input, of(filters.Shape, 1.0), false},
	} {
		t.Run(e.name, func(t *testing.T) {
			_, err := tensor.TF(e.input, e.filters, args)
			if e.ok && err != nil {
				t.Errorf("got error %v, want none", err)
			}
			if !e.ok {
				checkArgError(t, err)
			}
		})
	}
}

// TestTFDefaults compares the zero values of the arguments with TensorFlow's defaults. With these sizes no width is
// legal for both SAME and VALID, and no other data format or dilation fits.
func TestTFDefaults(t *testing.T) {
	input, filters := noise[float32](1, 2, 5, 3), noise[float32](2, 4, 2, 3)
	for _, e := range []struct {
		name string
		args tensor.TFArgs
	}{
		{"padding", tensor.TFArgs{Dilations: []int{1}, DataFormat: "NWC"}},
		{"dilations", tensor.TFArgs{Padding: "SAME", DataFormat: "NWC"}},
		{"data format", tensor.TFArgs{Padding: "SAME", Dilations: []int{1}}},
		{"all", tensor.TFArgs{}},
	} {
		t.Run(e.name, func(t *testing.T) {
			explicit := tensor.TFArgs{
				OutputShape: []int{2, 10, 2}, Strides: []int{2}, Dilations: []int{1}, Padding: "SAME", DataFormat: "NWC",
			}
			e.args.OutputShape, e.args.Strides = explicit.OutputShape, explicit.Strides
			checkSameCall(t, input.Shape, filters.Shape, e.args, explicit)
			want, err := tensor.TF(input, filters, explicit)
			if err != nil {
				t.Fatal(err)
			}
			got, err := tensor.TF(input, filters, e.args)
			if err != nil {
				t.Fatal(err)
			}
			checkSame(t, got, want)
			shape, err := tensor.TFOutputShape(input.Shape, filters.Shape, e.args)
			if err != nil || !slices.Equal(shape, explicit.OutputShape) {
				t.Errorf("TFOutputShape: got %v, %v; want %v", shape, err, explicit.OutputShape)
			}
		})
	}
}

// checkSameCall fails t unless two sets of arguments resolve to the same call.
func checkSameCall[A interface {
	Resolve(input, filters []int) (tensor.Call, error)
}](t *testing.T, input, filters []int, a, b A) {
	t.Helper()
	got, err := a.Resolve(input, filters)
	if err != nil {
		t.Fatal(err)
	}
	want, err := b.Resolve(input, filters)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got call %+v, want %+v", got, want)
	}
}

// TestFiltersFromTF numbers the elements by [tap, output channel of the group, input channel].
func TestFiltersFromTF(t *testing.T) {
	for _, e := range []struct {
		name    string
		g       layer.TransposeGeometry
		filters []float32
		want    []float32 // nil: an error
	}{
		{"two groups", layer.TransposeGeometry{In: 4, Out: 2, Groups: 2, Kernel: 2},
			[]float32{0, 1, 2, 3, 10, 11, 12, 13}, []float32{0, 1, 2, 3, 10, 11, 12, 13}},
		{"two groups of two", layer.TransposeGeometry{In: 2, Out: 4, Groups: 2, Kernel: 2},
			[]float32{0, 1, 10, 11, 100, 101, 110, 111}, []float32{0, 10, 1, 11, 100, 110, 101, 111}},
		{"one group", layer.TransposeGeometry{In: 2, Out: 1, Groups: 1, Kernel: 2}, []float32{1, 2, 3, 4},
			[]float32{1, 2, 3, 4}},
		{"zero groups", layer.TransposeGeometry{In: 2, Out: 1, Kernel: 2}, []float32{1, 2, 3, 4}, []float32{1, 2, 3, 4}},
		{"short", layer.TransposeGeometry{In: 2, Out: 1, Groups: 1, Kernel: 2}, []float32{1, 2, 3}, nil},
		{"groups that divide nothing", layer.TransposeGeometry{In: 2, Out: 1, Groups: 2, Kernel: 2}, []float32{1, 2}, nil},
	} {
		t.Run(e.name, func(t *testing.T) {
			got, err := tensor.FiltersFromTF(e.g, e.filters)
			if e.want == nil {
				checkArgError(t, err)
			} else if err != nil || !slices.Equal(got, e.want) {
				t.Errorf("got %v, %v; want %v", got, err, e.want)
			}
		})
	}
}
