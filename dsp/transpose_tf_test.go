package dsp_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// line runs a one-channel NWC case.
func line(t *testing.T, x, f []float32, args dsp.TransposeArgs, width int) []float32 {
	t.Helper()
	args.OutputShape = []int{1, width, 1}
	out, err := dsp.Conv1DTranspose(dsp.Tensor[float32]{Shape: []int{1, len(x), 1}, Data: x}, dsp.Tensor[float32]{Shape: []int{len(f), 1, 1}, Data: f}, args)
	if err != nil {
		t.Fatal(err)
	}
	return out.Data
}

// TestWorkedExamples has x = [a b c d] and f = [1 10 100], so that the digits of a result show which products it holds.
func TestWorkedExamples(t *testing.T) {
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
		args := dsp.TransposeArgs{Strides: []int{e.stride}, Dilations: []int{e.dilation}, Padding: e.padding}
		if got := line(t, []float32{a, b, c, d}, []float32{1, 10, 100}, args, len(e.want)); !slices.Equal(got, e.want) {
			t.Errorf("stride %d dilation %d %s: got %v, want %v", e.stride, e.dilation, e.padding, got, e.want)
		}
	}
}

// TestNonFiniteReach puts an infinity and a NaN into one frame, then into one tap: only samples that they touch change.
func TestNonFiniteReach(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	args := dsp.TransposeArgs{Strides: []int{3}, Padding: "SAME"}
	for _, bad := range []float32{inf, nan} {
		got := line(t, []float32{1, bad, 1}, []float32{1, 2}, args, 9)
		if want := []float32{1, 2, 0, bad, bad, 0, 1, 2, 0}; !sameValues(got, want) {
			t.Errorf("frame: got %v, want %v", got, want)
		}
		got = line(t, []float32{1, 1, 1}, []float32{1, bad}, args, 9)
		if want := []float32{1, bad, 0, 1, bad, 0, 1, bad, 0}; !sameValues(got, want) {
			t.Errorf("tap: got %v, want %v", got, want)
		}
		// A product with a frame of zeros is taken, not skipped.
		got = line(t, []float32{0, 0, 1}, []float32{bad, 1}, args, 9)
		if want := []float32{nan, 0, 0, nan, 0, 0, bad, 1, 0}; !sameValues(got, want) {
			t.Errorf("zero frame: got %v, want %v", got, want)
		}
	}
}

func sameValues(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return x == y || x != x && y != y })
}

func TestNoFrames(t *testing.T) {
	filters := dsp.Tensor[float32]{Shape: []int{5, 2, 3}, Data: make([]float32, 30)}
	for _, e := range []struct {
		padding       string
		stride, width int
		ok            bool
	}{
		{"SAME", 2, 0, true}, {"SAME", 2, 1, false},
		{"VALID", 2, 1, false}, {"VALID", 2, 2, true}, {"VALID", 2, 4, true}, {"VALID", 2, 5, false},
		{"VALID", 3, 0, true}, {"VALID", 9, 4, true},
	} {
		input := dsp.Tensor[float32]{Shape: []int{2, 0, 3}}
		args := dsp.TransposeArgs{OutputShape: []int{2, e.width, 2}, Strides: []int{e.stride}, Padding: e.padding}
		out, err := dsp.Conv1DTranspose(input, filters, args)
		if (err == nil) != e.ok {
			t.Errorf("%+v: %v", e, err)
			continue
		}
		if err == nil && (!slices.Equal(out.Shape, args.OutputShape) || !slices.Equal(out.Data, make([]float32, 4*e.width))) {
			t.Errorf("%+v: got %v", e, out)
		}
	}
}

func TestEmptyBatch(t *testing.T) {
	input := dsp.Tensor[float32]{Shape: []int{0, 4, 3}}
	filters := dsp.Tensor[float32]{Shape: []int{3, 2, 3}, Data: make([]float32, 18)}
	out, err := dsp.Conv1DTranspose(input, filters, dsp.TransposeArgs{OutputShape: []int{0, 8, 2}, Strides: []int{2}, Padding: "SAME"})
	if err != nil || !slices.Equal(out.Shape, []int{0, 8, 2}) || len(out.Data) != 0 {
		t.Errorf("got %v, %v", out, err)
	}
	// Any number of rows is as empty as none, and costs as little.
	input.Shape = []int{1 << 62, 0, 3}
	out, err = dsp.Conv1DTranspose(input, filters, dsp.TransposeArgs{OutputShape: []int{1 << 62, 0, 2}, Strides: []int{2}, Padding: "SAME"})
	if err != nil || len(out.Data) != 0 {
		t.Errorf("got %v, %v", out, err)
	}
}

// TestHugeArguments asks for sizes whose products overflow or that no machine holds.
func TestHugeArguments(t *testing.T) {
	const huge = 1 << 62
	in, f, out := []int{2, 4, 3}, []int{3, 2, 3}, []int{2, 8, 2}
	for name, e := range map[string]struct {
		in, f, out, strides, dilations []int
	}{
		"stride":             {in, f, out, []int{1e15}, nil},
		"largest stride":     {in, f, out, []int{math.MaxInt}, nil},
		"smallest stride":    {in, f, out, []int{math.MinInt}, nil},
		"dilation":           {in, f, out, []int{2}, []int{huge}},
		"dilation x kernel":  {in, []int{1 << 20, 2, 3}, out, []int{2}, []int{1 << 20}},
		"width":              {in, f, []int{2, huge, 2}, []int{2}, nil},
		"largest width":      {in, f, []int{2, math.MaxInt, 2}, []int{2}, nil},
		"batch":              {in, f, []int{huge, 8, 2}, []int{2}, nil},
		"channels":           {in, f, []int{2, 8, huge}, []int{2}, nil},
		"all of output":      {[]int{huge, 0, 3}, f, []int{huge, 2, 2}, []int{2}, nil},
		"frames":             {[]int{1, huge, 3}, f, []int{1, huge, 2}, []int{1}, nil},
		"kernel":             {in, []int{huge, 2, 3}, out, []int{2}, nil},
		"filters":            {[]int{1, 1, 1 << 30}, []int{1 << 20, 2, 1 << 30}, []int{1, 1, 2}, []int{1}, nil},
		"out channels":       {in, []int{3, huge, 3}, []int{2, 8, huge}, []int{2}, nil},
		"in channels":        {[]int{2, 4, huge}, []int{3, 2, huge}, out, []int{2}, nil},
		"negative in":        {[]int{-2, -4, 3}, f, []int{-2, 8, 2}, []int{2}, nil},
		"product overflow":   {[]int{1 << 32, 1 << 16, 1 << 16}, []int{1, 1, 1 << 16}, []int{1 << 32, 1 << 16, 1}, []int{1}, nil},
		"nil strides":        {in, f, out, nil, nil},
		"empty dilations":    {in, f, out, []int{2}, []int{}},
		"3-list with zero":   {in, f, out, []int{0, 2, 1}, nil},
		"dilations of NCW":   {in, f, out, []int{2}, []int{1, 1, 2}},
		"window of channels": {[]int{1, 1, 1}, []int{1, 1 << 20, 1}, []int{1, 1 << 20, 1 << 20}, []int{1 << 20}, nil},
	} {
		for _, padding := range []string{"SAME", "VALID"} {
			_, err := dsp.TransposeArgs{OutputShape: e.out, Strides: e.strides, Dilations: e.dilations, Padding: padding}.Resolve(e.in, e.f)
			var arg *dsp.ArgError
			if !errors.As(err, &arg) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s %s: %v", name, padding, err)
			}
		}
	}
	if _, _, err := dsp.LegalWidths("SAME", 3, 2, 1, huge); err == nil {
		t.Error("LegalWidths takes 2^62 frames")
	}
	if _, _, err := dsp.LegalWidths("SAME", 3, 2, 1, -1); err == nil {
		t.Error("LegalWidths takes -1 frames")
	}
}

func TestDataLength(t *testing.T) {
	args := dsp.TransposeArgs{OutputShape: []int{1, 4, 1}, Strides: []int{2}, Padding: "SAME"}
	input, filters := dsp.Tensor[float64]{[]int{1, 2, 1}, []float64{1, 2}}, dsp.Tensor[float64]{[]int{2, 1, 1}, []float64{1, 2}}
	if _, err := dsp.Conv1DTranspose(input, filters, args); err != nil {
		t.Error(err)
	}
	short := dsp.Tensor[float64]{input.Shape, input.Data[:1]}
	if _, err := dsp.Conv1DTranspose(short, filters, args); err == nil {
		t.Error("takes an input shorter than its shape")
	}
	short = dsp.Tensor[float64]{filters.Shape, filters.Data[:1]}
	if _, err := dsp.Conv1DTranspose(input, short, args); err == nil {
		t.Error("takes filters shorter than their shape")
	}
}

// TestWidthError checks that the message has all that the width depends on.
func TestWidthError(t *testing.T) {
	err := resolveWidth("VALID", 5, 2, 3, 7, 31)
	for _, want := range []string{"31", "7 input frames", "filter 5", "stride 2", "dilation 3", "padding VALID", "makes 10 frames", "from 25 to 26"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: lacks %q", err, want)
		}
	}
}
