package opcase_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase/golden"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestDecodeUnknown has fields that the operator of the case does not have. If they were ignored, the answer would be
// that of another case.
func TestDecodeUnknown(t *testing.T) {
	const (
		one   = `{"shape":[1,1,1],"data":[1]}`
		tf    = `"input":` + one + `,"filters":` + one + `,"output_shape":[1,1,1],"stride":1`
		torch = `"op":"torch.conv_transpose1d","input":` + one + `,"weight":` + one
		onnx  = `"op":"onnx.ConvTranspose","input":` + one + `,"weight":` + one
		args  = `"input_shape":[1,1,1],"filters_shape":[1,1,1],"output_shape":[1,1,1],"strides":1`
	)
	for _, e := range []struct{ name, line, want string }{ // want "": no error
		{"tf", `{` + tf + `}`, ""},
		{"tf annotations",
			`{` + tf + `,"id":1,"kind":"grid","output":` + one + `,"exact":true,"tol":0,"oracles":[]}`, ""},
		{"tf bias", `{` + tf + `,"bias":` + one + `}`,
			`tf.nn.conv1d_transpose has the unknown field "bias", must have only op, dtype`},
		{"tf null", `{` + tf + `,"bias":null}`, `unknown field "bias"`},
		{"tf weight", `{` + tf + `,"weight":` + one + `}`, `unknown field "weight"`},
		{"tf attrs", `{` + tf + `,"attrs":{}}`, `unknown field "attrs"`},
		{"tf misspelt", `{` + tf + `,"dilatoin":2}`, `unknown field "dilatoin"`},
		{"tf case", `{` + tf + `,"Padding":"VALID"}`, `unknown field "Padding"`},
		{"tf empty name", `{` + tf + `,"":1}`, `unknown field ""`},
		{"tf long name", `{` + tf + `,"` + strings.Repeat("x", 1000) + `":1}`,
			`unknown field "` + strings.Repeat("x", 80) + `",`},
		{"tf twice", `{` + tf + `,"stride":2}`, `the field "stride" twice`},
		{"tf twice, escaped", `{` + tf + `,"\u0073tride":2}`, `the field "stride" twice`},
		{"id twice", `{"id":1,` + tf + `,"id":2}`, `the field "id" twice`},
		{"tf names agree", `{` + tf + `,"strides":[1],"strides_as_passed":[1,1,1],"dilation":1,"dilations":[1]}`, ""},
		{"tf strides disagree", `{` + tf + `,"strides":[1,2,1]}`, "stride is 1, must be as under the other name"},
		{"tf dilations disagree", `{` + strings.Replace(tf, `"filters":`+one,
			`"filters":{"shape":[2,1,1],"data":[1,2]}`, 1) +
			`,"dilation":1,"dilations":2}`, "dilation is 1, must be as under the other name"},
		{"tf empty stride", `{` + strings.Replace(tf, `"stride":1`, `"stride":[]`, 1) + `}`,
			"strides (field stride) is [], must be [n] or [1, n, 1]"},
		{"tf batch stride", `{` + strings.Replace(tf, `"stride":1`, `"strides_as_passed":[2,1,1]`, 1) + `}`,
			"batch entry of strides (field strides_as_passed) is 2, must be 1"},
		{"tf empty alias", `{` + tf + `,"strides":[]}`, "strides is [], must be [n] or [1, n, 1]"},
		{"tf second alias", `{` + tf + `,"strides":1,"dilations":1,"dilation":[1,1]}`,
			"dilations (field dilation) is [1, 1], must be [n] or [1, n, 1]"},
		{"tf zero alias", `{` + tf + `,"strides_as_passed":1,"strides":0}`, "strides: stride is 0, must be"},
		{"one element", `{` + strings.Replace(tf, one, `{"shape":[1,8,1],"data":[1]}`, 1) + `}`,
			"input has 1 element, must have 8 for shape [1, 8, 1]"},
		{"tensor", `{` + strings.Replace(tf, `"data":[1]`, `"data":[1],"dtype":"float32"`, 1) + `}`,
			`input has the unknown field "dtype", must have only shape, data, f32, f64`},
		{"tensor case", `{` + strings.Replace(tf, `"shape"`, `"Shape"`, 1) + `}`,
			`input has the unknown field "Shape"`},
		{"tensor twice", `{` + strings.Replace(tf, `"data":[1]`, `"data":[1],"data":[2]`, 1) + `}`,
			`input has the field "data" twice`},
		{"tensor list", `{` + strings.Replace(tf, one, `[1]`, 1) + `}`, "input is [1], must be an object"},
		{"torch", `{` + torch + `,"bias":null}`, ""},
		{"torch strides", `{` + torch + `,"strides":2}`,
			`torch.conv_transpose1d has the unknown field "strides", must have only op, dtype, input`},
		{"torch output_shape", `{` + torch + `,"output_shape":[1,1,1]}`, `unknown field "output_shape"`},
		{"torch group", `{` + torch + `,"group":1}`, `unknown field "group"`},
		{"torch attrs", `{` + torch + `,"attrs":{"strides":[2]}}`, `unknown field "attrs"`},
		{"torch bias", `{` + torch + `,"bias":{"shape":[1],"values":[1]}}`, `bias has the unknown field "values"`},
		{"onnx", `{` + onnx + `,"attrs":{"strides":[2]}}`, ""},
		{"onnx outside attrs", `{` + onnx + `,"strides":[2]}`,
			`onnx.ConvTranspose has the unknown field "strides", must have only op, dtype, input`},
		{"onnx stride", `{` + onnx + `,"attrs":{"stride":[2]}}`,
			`attrs has the unknown field "stride", must have only auto_pad, strides`},
		{"onnx groups", `{` + onnx + `,"attrs":{"groups":1}}`, `attrs has the unknown field "groups"`},
		{"onnx attrs case", `{` + onnx + `,"attrs":{"Strides":[2]}}`, `attrs has the unknown field "Strides"`},
		{"onnx attrs twice", `{` + onnx + `,"attrs":{"strides":[1],"strides":[2]}}`,
			`attrs has the field "strides" twice`},
		{"onnx attrs list", `{` + onnx + `,"attrs":[]}`, "attrs is [], must be an object"},
		{"onnx attrs text", `{` + onnx + `,"attrs":"strides"}`, `attrs is "strides", must be an object`},
		{"onnx attrs of wrong type",
			`{` + onnx + `,"attrs":{"strides":2}}`, "strides is 2, must be a list of integers"},
		{"args", `{"args":{` + args + `}}`, ""},
		{"args null", `{"args":null}`, "args is null, must be an object"},
		{"args and tensors", `{"args":{` + args + `},"input":` + one + `}`, `has both args and input, must have one`},
		{"args chunks", `{"args":{` + args + `},"chunks":[1]}`, `unknown field "chunks"`},
		{"args stride", `{"args":{` + args + `,"stride":1}}`,
			`args has the unknown field "stride", must have only input_shape`},
		{"args twice", `{"args":{` + args + `,"strides":2}}`, `args has the field "strides" twice`},
		{"op", `{"op":"keras.Conv1DTranspose"}`, `op is "keras.Conv1DTranspose", must be `},
		{"op of wrong type", `{"op":1}`, "op is 1, must be a string"},
		{"list", `[1]`, "malformed: is [1], must be an object"},
		{"null", `null`, "malformed: is null, must be an object"},
	} {
		t.Run(e.name, func(t *testing.T) {
			_, err := opcase.Decode([]byte(e.line))
			switch {
			case e.want == "" && err != nil:
				t.Errorf("got error %v, want none", err)
			case e.want != "" && (err == nil || !strings.Contains(err.Error(), e.want)):
				t.Errorf("got error %v, want %q in it", err, e.want)
			case err != nil && len(err.Error()) > 400:
				t.Errorf("got an error of %d characters, want at most 400", len(err.Error()))
			}
		})
	}
}

// TestReferenceLines: lines that people have asked frameworks about are answered, or the error names the field. want ""
// means no error.
func TestReferenceLines(t *testing.T) {
	want := map[string]string{
		"tf2118 range":                       "output_shape width is 9",
		"keras13231 489":                     "",
		"sonnet127 11":                       "",
		"sonnet127 12":                       "output_shape width is 12",
		"torch106450":                        "output_padding is 1",
		"ort4086":                            "",
		"ort4698":                            "",
		"ort9370 lower":                      "",
		"onnx4299":                           "",
		"ort auto_pad + pads":                "pads is [1, 1]",
		"onnx k<s SAME":                      "auto_pad is SAME_UPPER",
		"tf bias ignored?":                   `unknown field "bias"`,
		"typo attr":                          `unknown field "strides"`,
		"torch tuple":                        "stride is [2]",
		"torch unbatched":                    "",
		"onnx typo attr":                     `unknown field "auto_pads"`,
		"onnx attrs outside":                 `unknown field "strides"`,
		"keras":                              `op is "keras.Conv1DTranspose"`,
		"conv1d":                             `op is "torch.conv1d"`,
		"f16":                                `dtype is "float16"`,
		"with expected output that is wrong": "",
		"swapped layout":                     "weight input channels is 2",
		"bias shape tflite262":               "bias has 3 elements",
	}
	path := filepath.Join(reference.File(t, "cases", "checkpoints", "op"), "ops.jsonl")
	seen := 0
	golden.ReadLines(t, path, func(line []byte) {
		var row struct{ ID string }
		if err := json.Unmarshal(line, &row); err != nil {
			t.Fatal(err)
		}
		t.Run(row.ID, func(t *testing.T) {
			part, known := want[row.ID]
			if !known {
				t.Fatal("got a line that is not in the table, want one that is")
			}
			seen++
			_, err := opcase.Decode(line)
			if (err == nil) != (part == "") || err != nil && !strings.Contains(err.Error(), part) {
				t.Errorf("got error %v, want %q in it", err, part)
			}
		})
	})
	if seen != len(want) {
		t.Errorf("got %d lines of the table, want %d", seen, len(want))
	}
}
