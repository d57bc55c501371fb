package tensor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/tensor"
)

// TestTFOutputShapeKerasTable compares the width with the length that Keras chooses.
func TestTFOutputShapeKerasTable(t *testing.T) {
	inferred := 0
	for _, r := range kerasTable(t) {
		if r.OutputPadding != nil {
			continue
		}
		inferred++
		t.Run(r.name(), func(t *testing.T) {
			for format, e := range map[string]struct{ input, want []int }{
				"NWC": {[]int{2, r.InLength, 3}, []int{2, r.OutLength, 5}},
				"NCW": {[]int{2, 3, r.InLength}, []int{2, 5, r.OutLength}},
			} {
				args := tensor.TFArgs{
					Strides: []int{r.Strides}, Dilations: []int{r.DilationRate},
					Padding: strings.ToUpper(r.Padding), DataFormat: format,
				}
				got, err := tensor.TFOutputShape(e.input, []int{r.KernelSize, 5, 3}, args)
				if err != nil || !slices.Equal(got, e.want) {
					t.Errorf("%s: got %v, %v; want %v", format, got, err, e.want)
				}
			}
		})
	}
	if inferred < 50 {
		t.Errorf("got %d rows without output_padding, want at least 50", inferred)
	}
}

// TestTFOutputShapeLegal has sizes that Keras does not allow as well, such as a dilation together with a stride: the
// width is within the legal range, the largest for SAME and the smallest that is at least n*stride for VALID.
func TestTFOutputShapeLegal(t *testing.T) {
	for _, padding := range []string{"SAME", "VALID"} {
		for kernel := 1; kernel <= 5; kernel++ {
			for stride := 1; stride <= 4; stride++ {
				for dilation := 1; dilation <= 3; dilation++ {
					t.Run(fmt.Sprintf("%s/kernel %d stride %d dilation %d", padding, kernel, stride, dilation), func(t *testing.T) {
						for n := range 5 {
							checkOutputShape(t, padding, kernel, stride, dilation, n)
						}
					})
				}
			}
		}
	}
}

func checkOutputShape(t *testing.T, padding string, kernel, stride, dilation, n int) {
	t.Helper()
	args := tensor.TFArgs{Strides: []int{stride}, Dilations: []int{dilation}, Padding: padding}
	shape, err := tensor.TFOutputShape([]int{1, n, 1}, []int{kernel, 1, 1}, args)
	if err != nil {
		t.Fatal(err)
	}
	lo, hi, err := tensor.LegalWidths(padding, kernel, stride, dilation, n)
	if err != nil {
		t.Fatal(err)
	}
	want := hi
	if padding == "VALID" {
		want = max(lo, n*stride)
		if n == 0 { // the legal range reaches further down than for other n
			want = max(0, (kernel-1)*dilation+1-stride)
		}
	}
	if shape[1] != want || want < lo || want > hi {
		t.Errorf("%d frames: got width %d, want %d from %d to %d", n, shape[1], want, lo, hi)
	}
	args.OutputShape = shape
	if _, err := args.Resolve([]int{1, n, 1}, []int{kernel, 1, 1}); err != nil {
		t.Errorf("%d frames: got error %v for the shape %v, want none", n, err, shape)
	}
}

// TestTFNilOutputShape compares a nil OutputShape with the shape of TFOutputShape.
func TestTFNilOutputShape(t *testing.T) {
	filters := noise[float32](2, 5, 2, 3)
	for _, e := range []struct {
		format, padding string
		input           []int
	}{
		{"NWC", "SAME", []int{2, 4, 3}},
		{"NWC", "VALID", []int{2, 4, 3}},
		{"NCW", "VALID", []int{2, 3, 4}},
		{"NWC", "VALID", []int{2, 0, 3}},
		{"NWC", "SAME", []int{0, 4, 3}},
	} {
		t.Run(fmt.Sprint(e.format, " ", e.padding, " ", e.input), func(t *testing.T) {
			input := noise[float32](1, e.input...)
			args := tensor.TFArgs{Strides: []int{2}, Padding: e.padding, DataFormat: e.format}
			got, err := tensor.TF(input, filters, args)
			if err != nil {
				t.Fatal(err)
			}
			if args.OutputShape != nil {
				t.Errorf("got OutputShape %v after the call, want nil", args.OutputShape)
			}
			if args.OutputShape, err = tensor.TFOutputShape(input.Shape, filters.Shape, args); err != nil {
				t.Fatal(err)
			}
			want, err := tensor.TF(input, filters, args)
			if err != nil {
				t.Fatal(err)
			}
			checkSame(t, got, want)
		})
	}
}

// TestTFShapeMessages checks that an argument without the right number of entries is shown next to its right form.
func TestTFShapeMessages(t *testing.T) {
	in, f, out, s := []int{1, 4, 3}, []int{3, 2, 3}, []int{1, 8, 2}, []int{2}
	for _, e := range []struct {
		in, f, out, strides, dilations []int
		format, want                   string
	}{
		{in, f, out, nil, nil, "", "strides is missing, must be [n] or [1, n, 1]"},
		{in, f, out, nil, nil, "NCW", "strides is missing, must be [n] or [1, 1, n]"},
		{in, f, out, []int{}, nil, "", "strides is [], must be [n] or [1, n, 1]"},
		{in, f, out, s, []int{1, 1}, "", "dilations is [1, 1], must be [n] or [1, n, 1]"},
		{in, f, []int{}, s, nil, "", "output_shape is [], must be [batch, width, channels]"},
		{in, f, []int{8}, s, nil, "", "output_shape is [8], must be [batch, width, channels]"},
		{[]int{1, 3, 4}, f, []int{8}, s, nil, "NCW", "output_shape is [8], must be [batch, channels, width]"},
		{in[1:], f, out, s, nil, "", "input shape is [4, 3], must be [batch, frames, channels]"},
		{nil, f, nil, s, nil, "", "input shape is missing, must be [batch, frames, channels]"},
		{in, f[1:], nil, s, nil, "", "filters shape is [2, 3], must be [taps, out, in]"},
	} {
		t.Run(e.want, func(t *testing.T) {
			args := tensor.TFArgs{OutputShape: e.out, Strides: e.strides, Dilations: e.dilations, DataFormat: e.format}
			_, err := args.Resolve(e.in, e.f)
			checkArgError(t, err)
			if err != nil && err.Error() != e.want {
				t.Errorf("got %q, want %q", err, e.want)
			}
		})
	}
}

func TestTFOutputShapeErrors(t *testing.T) {
	in, f := []int{2, 4, 3}, []int{3, 2, 3}
	for _, e := range []struct {
		name      string
		input     []int
		filters   []int
		strides   []int
		dilations []int
		padding   string
		format    string
	}{
		{"no strides", in, f, nil, nil, "", ""},
		{"zero stride", in, f, []int{0}, nil, "", ""},
		{"zero dilation", in, f, []int{1}, []int{0}, "", ""},
		{"no taps", in, []int{0, 2, 3}, []int{2}, nil, "", ""},
		{"kernel that overflows", in, []int{1<<62 + 1, 2, 3}, []int{2}, []int{4}, "", ""},
		{"input of rank 2", in[:2], f, []int{2}, nil, "", ""},
		{"filters of rank 2", in, f[:2], []int{2}, nil, "", ""},
		{"2^62 frames", []int{2, 1 << 62, 3}, f, []int{2}, nil, "", ""},
		{"padding", in, f, []int{2}, nil, "same", ""},
		{"data format", in, f, []int{2}, nil, "", "NHWC"},
	} {
		t.Run(e.name, func(t *testing.T) {
			args := tensor.TFArgs{Strides: e.strides, Dilations: e.dilations, Padding: e.padding, DataFormat: e.format}
			got, err := tensor.TFOutputShape(e.input, e.filters, args)
			checkArgError(t, err)
			if got != nil {
				t.Errorf("got %v, want nil", got)
			}
		})
	}
}
