package opcase

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// An object is a JSON object, as written. Names are compared exactly, also in their case.
type object struct {
	names  []string // in the order of the text
	fields map[string]json.RawMessage
}

// parseObject reads a JSON object. A name that occurs twice is an error: encoding/json would keep the last value and
// drop the others without a report. With an error, the object has the fields before the fault.
func parseObject(raw []byte) (object, error) {
	o := object{fields: map[string]json.RawMessage{}}
	if syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(raw, new(struct{}))); ok {
		return o, fmt.Errorf("is not JSON at byte %d, must be an object", syntax.Offset)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if begin, err := d.Token(); err != nil || begin != json.Delim('{') {
		return o, fmt.Errorf("is %s, must be an object", excerpt(raw))
	}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return o, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return o, err
		}
		name := fmt.Sprint(token)
		if _, twice := o.fields[name]; twice {
			return o, fmt.Errorf("has the field %.80q twice, must have it once", name)
		}
		o.names = append(o.names, name)
		o.fields[name] = value
	}
	return o, nil
}

// A form is the set of fields that an object may have.
type form []string

// The forms of a case, of its parts, and of a tensor.
var (
	formTF = form{"op", "dtype", "filters_dtype", "input", "filters", "output_shape", "stride", "strides",
		"strides_as_passed", "padding", "data_format", "dilation", "dilations", "groups", "chunks"}
	formTorch = form{"op", "dtype", "input", "weight", "bias", "stride", "padding", "output_padding", "dilation",
		"groups", "chunks"}
	formONNX  = form{"op", "dtype", "input", "weight", "bias", "attrs", "chunks"}
	formCheck = form{"op", "dtype", "filters_dtype", "args"}
	formArgs  = form{"input_shape", "filters_shape", "output_shape", "strides", "padding", "data_format", "dilations",
		"filters_dtype"}
	formAttrs = form{"auto_pad", "strides", "dilations", "pads", "output_padding", "output_shape", "group",
		"kernel_shape"}
	formTensor = form{"shape", "data", "f32", "f64"}
)

// annotations are further fields of a case, which do not change its answer: they hold the purpose of the case and the
// expected answer, for readers of its file.
var annotations = form{"id", "kind", "output", "exact", "tol", "oracles", "eager_emit", "flush_emit", "expect", "names",
	"tf", "tf_raises", "tf_stage", "gist", "remark", "advice"}

// formOf returns the fields of an operator, or those of a case that is only checked.
func formOf(op string, checkOnly bool) (form, error) {
	known, ok := map[string]form{opTF: formTF, opTorch: formTorch, opONNX: formONNX}[op]
	switch {
	case !ok:
		return nil, fmt.Errorf("op is %.80q, must be %s, %s or %s", op, opTF, opTorch, opONNX)
	case checkOnly && op != opTF:
		return nil, fmt.Errorf("args is for %s only, op is %q", opTF, op)
	case checkOnly:
		return formCheck, nil
	}
	return known, nil
}

// check returns an error for the first field that neither known nor more has.
func (o object) check(known, more form) error {
	for _, name := range o.names {
		if !slices.Contains(known, name) && !slices.Contains(more, name) {
			return fmt.Errorf("has the unknown field %.80q, must have only %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}
