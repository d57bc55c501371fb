package opcase_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase"
)

// TestDecodeWrittenOut has arguments whose zero value is the framework's default in Go. Absent or null they are;
// written out as the zero value they are an error, as in the framework.
func TestDecodeWrittenOut(t *testing.T) {
	const (
		tf = `"input":{"shape":[1,4,1],"data":[1,2,3,4]},"filters":{"shape":[3,1,1],"data":[1,2,3]},` +
			`"output_shape":[1,8,1]`
		args  = `"input_shape":[1,4,1],"filters_shape":[3,1,1],"output_shape":[1,8,1],"strides":2`
		torch = `"op":"torch.conv_transpose1d","input":{"shape":[1,2,2],"data":[1,2,3,4]},` +
			`"weight":{"shape":[2,1,2],"data":[1,2,3,4]}`
		onnx = `"op":"onnx.ConvTranspose","input":{"shape":[1,2,2],"data":[1,2,3,4]},` +
			`"weight":{"shape":[2,1,2],"data":[1,2,3,4]}`
	)
	for _, e := range []struct{ name, line, want string }{ // want "": no error
		{"tf absent", `{` + tf + `,"stride":2}`, ""},
		{"tf null", `{` + tf + `,"stride":2,"padding":null,"data_format":null,"dilation":null}`, ""},
		{"tf padding", `{` + tf + `,"stride":2,"padding":""}`, `padding is "", must be SAME or VALID`},
		{"tf data format", `{` + tf + `,"stride":2,"data_format":""}`, `data_format is "", must be NWC or NCW`},
		{"tf stride", `{` + tf + `,"stride":0}`, "stride is 0"},
		{"tf stride list", `{` + tf + `,"stride":[1,0,1]}`, "stride is 0"},
		{"tf dilation", `{` + tf + `,"stride":2,"dilation":0}`, "dilation is 0"},
		{"tf groups", `{` + tf + `,"stride":2,"groups":0}`, "groups is 0"},
		{"args absent", `{"args":{` + args + `}}`, ""},
		{"args null", `{"args":{` + args + `,"padding":null,"data_format":null,"dilations":null}}`, ""},
		{"args padding", `{"args":{` + args + `,"padding":""}}`, `padding is "", must be SAME or VALID`},
		{"args data format", `{"args":{` + args + `,"data_format":""}}`, `data_format is "", must be NWC or NCW`},
		{"args dilations", `{"args":{` + args + `,"dilations":0}}`, "dilation is 0"},
		{"torch absent", `{` + torch + `}`, ""},
		{"torch null", `{` + torch + `,"stride":null,"dilation":null,"groups":null,"padding":null}`, ""},
		{"tf without output_shape", `{` + strings.Replace(tf, `,"output_shape":[1,8,1]`, "", 1) + `,"stride":2}`,
			"output_shape is missing"},
		{"tf output_shape null", `{` + strings.Replace(tf, "[1,8,1]", "null", 1) + `,"stride":2}`, "output_shape is missing"},
		{"tf output_shape empty", `{` + strings.Replace(tf, "[1,8,1]", "[]", 1) + `,"stride":2}`, "output_shape is []"},
		{"torch stride", `{` + torch + `,"stride":0}`, "stride is 0, must be at least 1"},
		{"torch dilation", `{` + torch + `,"dilation":0}`, "dilation is 0, must be at least 1"},
		{"torch groups", `{` + torch + `,"groups":0}`, "groups is 0, must be at least 1"},
		{"torch padding", `{` + torch + `,"padding":0,"output_padding":0}`, ""},
		{"onnx absent", `{` + onnx + `}`, ""},
		{"onnx null", `{` + onnx + `,"attrs":{"auto_pad":null,"strides":null,"dilations":null,"group":null}}`, ""},
		{"onnx strides", `{` + onnx + `,"attrs":{"strides":[0]}}`, "stride is 0"},
		{"onnx dilations", `{` + onnx + `,"attrs":{"dilations":[0]}}`, "dilation is 0"},
		{"onnx group", `{` + onnx + `,"attrs":{"group":0}}`, "groups is 0"},
	} {
		t.Run(e.name, func(t *testing.T) {
			_, err := opcase.Decode([]byte(e.line))
			switch {
			case e.want == "" && err != nil:
				t.Errorf("got error %v, want none", err)
			case e.want != "" && (err == nil || !strings.Contains(err.Error(), e.want)):
				t.Errorf("got error %v, want %q in it", err, e.want)
			}
		})
	}
}

// TestTorchUnbatched has an input without the batch axis, at once and streamed: the answer lacks it too.
func TestTorchUnbatched(t *testing.T) {
	c, err := opcase.Decode([]byte(`{"op":"torch.conv_transpose1d","stride":2,"chunks":[1,2],` +
		`"input":{"shape":[1,3],"data":[1,2,3]},"weight":{"shape":[1,2,2],"data":[1,10,100,1000]}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []float32{1, 10, 2, 20, 3, 30, 100, 1000, 200, 2000, 300, 3000}
	check := func(name string, a opcase.Array, err error) {
		t.Helper()
		if err != nil || !slices.Equal(a.Shape, []int{2, 6}) || !slices.Equal(a.F32, want) {
			t.Errorf("%s: got shape %v, %v, %v; want [2 6], %v", name, a.Shape, a.F32, err, want)
		}
	}
	a, err := c.Run()
	check("at once", a, err)
	a, _, err = c.Stream(c.Chunks)
	check("streamed", a, err)
}
