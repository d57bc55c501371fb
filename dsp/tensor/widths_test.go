package tensor_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/tensor"
)

func TestLegalWidthsTable(t *testing.T) {
	var table struct {
		Rows []struct {
			Padding     string
			FilterWidth int `json:"filter_width"`
			Stride      int
			Dilation    int
			InWidth     int `json:"in_width"`
			MinWidth    int `json:"min_width"`
			MaxWidth    int `json:"max_width"`
		}
	}
	readTable(t, "legal_output_widths.json", &table)
	if got, want := len(table.Rows), 529; got != want {
		t.Errorf("got %d rows, want %d", got, want)
	}
	for _, r := range table.Rows {
		name := fmt.Sprintf("%s/kernel %d stride %d dilation %d frames %d",
			r.Padding, r.FilterWidth, r.Stride, r.Dilation, r.InWidth)
		t.Run(name, func(t *testing.T) {
			lo, hi, err := tensor.LegalWidths(r.Padding, r.FilterWidth, r.Stride, r.Dilation, r.InWidth)
			if err != nil || lo != r.MinWidth || hi != r.MaxWidth {
				t.Errorf("got %d to %d, %v; want %d to %d", lo, hi, err, r.MinWidth, r.MaxWidth)
			}
			for width := r.MinWidth - 1; width <= r.MaxWidth+1; width++ {
				legal := width >= r.MinWidth && width <= r.MaxWidth
				err := resolveWidth(r.Padding, r.FilterWidth, r.Stride, r.Dilation, r.InWidth, width)
				if (err == nil) != legal {
					t.Errorf("width %d: got error %v, want legal %v", width, err, legal)
				}
			}
		})
	}
}

func TestLegalWidthsErrors(t *testing.T) {
	for _, e := range []struct {
		name, padding               string
		kernel, stride, dilation, n int
	}{
		{"2^62 frames", "SAME", 3, 2, 1, 1 << 62},
		{"-1 frames", "SAME", 3, 2, 1, -1},
		{"no taps", "SAME", 0, 2, 1, 4},
		{"stride 0", "SAME", 3, 0, 1, 4},
		{"stride -1", "VALID", 3, -1, 1, 4},
		{"dilation 0", "VALID", 3, 2, 0, 4},
		{"padding in lower case", "same", 3, 2, 1, 4},
		{"no padding", "", 3, 2, 1, 4},
	} {
		t.Run(e.name, func(t *testing.T) {
			lo, hi, err := tensor.LegalWidths(e.padding, e.kernel, e.stride, e.dilation, e.n)
			checkArgError(t, err)
			if lo != 0 || hi != 0 {
				t.Errorf("got %d to %d, want 0 to 0", lo, hi)
			}
		})
	}
}

// TestWidthError checks that the message has everything that the range of widths depends on.
func TestWidthError(t *testing.T) {
	err := resolveWidth("VALID", 5, 2, 3, 7, 31)
	checkArgError(t, err)
	for _, want := range []string{
		"31", "7 input frames", "filter 5", "stride 2", "dilation 3", "padding VALID", "makes 10 frames", "from 25 to 26",
	} {
		t.Run(want, func(t *testing.T) {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q in it", err, want)
			}
		})
	}
}
