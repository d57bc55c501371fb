package dsp_test

import (
	"encoding/json"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/opcase"
)

// resolveWidth asks the operator for one width of a one-channel input.
func resolveWidth(padding string, kernel, stride, dilation, n, width int) error {
	args := dsp.TransposeArgs{OutputShape: []int{1, width, 1}, Strides: []int{stride}, Dilations: []int{dilation}, Padding: padding}
	_, err := args.Resolve([]int{1, n, 1}, []int{kernel, 1, 1})
	return err
}

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
	dsptest.ReadTable(t, dsptest.Reference(t, "golden", "conv1d_transpose", "legal_output_widths.json"), &table)
	if len(table.Rows) != 529 {
		t.Errorf("%d rows, want 529", len(table.Rows))
	}
	for _, r := range table.Rows {
		lo, hi, err := dsp.LegalWidths(r.Padding, r.FilterWidth, r.Stride, r.Dilation, r.InWidth)
		if err != nil || lo != r.MinWidth || hi != r.MaxWidth {
			t.Errorf("%+v: got %d to %d, %v", r, lo, hi, err)
		}
		for width := r.MinWidth - 1; width <= r.MaxWidth+1; width++ {
			legal := width >= r.MinWidth && width <= r.MaxWidth
			if err := resolveWidth(r.Padding, r.FilterWidth, r.Stride, r.Dilation, r.InWidth, width); (err == nil) != legal {
				t.Errorf("%+v: width %d: %v", r, width, err)
			}
		}
	}
}

func TestKerasTable(t *testing.T) {
	var table struct {
		Rows []struct {
			Padding       string
			KernelSize    int `json:"kernel_size"`
			Strides       int
			DilationRate  int  `json:"dilation_rate"`
			OutputPadding *int `json:"output_padding"`
			InLength      int  `json:"in_length"`
			OutLength     int  `json:"out_length"`
			Legal         bool `json:"legal_in_tf_nn"`
		}
	}
	dsptest.ReadTable(t, dsptest.Reference(t, "golden", "conv1d_transpose", "keras_output_length.json"), &table)
	if len(table.Rows) != 353 {
		t.Errorf("%d rows, want 353", len(table.Rows))
	}
	for _, r := range table.Rows {
		args := dsp.KerasTransposeArgs{Kernel: r.KernelSize, Stride: r.Strides, Dilation: r.DilationRate, Padding: r.Padding, OutputPadding: r.OutputPadding}
		n, err := args.Length(r.InLength)
		if err != nil || n != r.OutLength {
			t.Errorf("%+v: got %d, %v", r, n, err)
		}
		padding := map[string]string{"same": "SAME", "valid": "VALID"}[r.Padding]
		if err := resolveWidth(padding, r.KernelSize, r.Strides, r.DilationRate, r.InLength, n); (err == nil) != r.Legal {
			t.Errorf("%+v: operator says %v", r, err)
		}
		g, err := args.Geometry(2, 3)
		if (err == nil) != r.Legal {
			t.Errorf("%+v: geometry: %v", r, err)
		} else if err == nil && g.Width(int64(r.InLength)) != int64(r.OutLength) {
			t.Errorf("%+v: geometry has width %d", r, g.Width(int64(r.InLength)))
		}
	}
}

func TestErrorCasesTable(t *testing.T) {
	var table struct{ Cases []json.RawMessage }
	dsptest.ReadTable(t, dsptest.Reference(t, "golden", "conv1d_transpose", "error_cases.json"), &table)
	if len(table.Cases) != 44 {
		t.Errorf("%d cases, want 44", len(table.Cases))
	}
	for _, line := range table.Cases {
		var row struct{ ID, Expect string }
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		c, err := opcase.Decode(line)
		// What TensorFlow accepts by accident is to be rejected.
		if wantOK := row.Expect == "ok"; (err == nil) != wantOK {
			t.Errorf("%s: %v, want %s", row.ID, err, row.Expect)
		}
		if err == nil && c.Numeric() {
			t.Errorf("%s: has no tensors to compute with", row.ID)
		}
	}
}
