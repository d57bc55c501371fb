package weights

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// A safetensor is the description of a tensor in the header of a .safetensors file.
type safetensor struct {
	name     string
	element  element
	shape    []int
	from, to int64 // its bytes, counted from the end of the header
}

// elementTypes are the types of the format by their names in headers.
var elementTypes = map[string]element{
	"F64": float64s, "F32": float32s, "F16": float16s, "BF16": bfloat16s,
	"I64": int64s, "I32": int32s, "I16": int16s, "I8": int8s,
	"U64": {name: "uint64", size: 8}, "U32": {name: "uint32", size: 4}, "U16": {name: "uint16", size: 2}, "U8": uint8s,
	"BOOL": bools,
}

// parseHeader reads a JSON object that describes tensors by name, and may have strings under __metadata__. It decodes
// token by token: decoding into maps would take 50 times the length of the text.
func parseHeader(r io.Reader) ([]safetensor, error) {
	h := &header{Decoder: json.NewDecoder(r)}
	h.UseNumber()
	var tensors []safetensor
	names := map[string]bool{}
	h.object(func(name string) {
		switch {
		case names[name]:
			h.fail(fmt.Errorf("its header has %s twice", quote(name)))
		case name == "__metadata__":
			h.object(func(string) { next[string](h, "a string of metadata") })
		case len(tensors) == maxTensors:
			h.fail(fmt.Errorf("its header has more than %d tensors", maxTensors))
		default:
			tensors = append(tensors, h.tensor(name))
		}
		names[name] = true
	})
	if h.err == nil {
		if _, err := h.Token(); err != io.EOF {
			h.fail(errors.New("its header goes on after the last }"))
		}
	}
	return tensors, h.err
}

// A header decodes the header of a file. It keeps its first error, and returns zero values after that.
type header struct {
	*json.Decoder
	err error
}

func (h *header) fail(err error) {
	if h.err == nil {
		h.err = err
	}
}

// next returns the next token, which must be a T. what is a noun phrase for it.
func next[T json.Token](h *header, what string) (value T) {
	if h.err != nil {
		return value
	}
	token, err := h.Token()
	value, ok := token.(T)
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		h.fail(errors.New("its header ends too soon"))
	case err != nil:
		h.failSyntax(err)
	case token == nil:
		h.fail(fmt.Errorf("its header has null where %s must be", what))
	case !ok:
		h.fail(fmt.Errorf("its header has %s where %s must be", quote(fmt.Sprint(token)), what))
	}
	return value
}

// failSyntax fails for an error of the decoder: a failed read, or a header that is not JSON.
func (h *header) failSyntax(err error) {
	if _, failed := errors.AsType[*json.SyntaxError](err); failed {
		err = fmt.Errorf("its header is not valid JSON after byte %d of the file", 8+h.InputOffset())
	}
	h.fail(err)
}

// delimiter reads a bracket.
func (h *header) delimiter(want json.Delim, what string) {
	if got := next[json.Delim](h, what); got != want {
		h.fail(fmt.Errorf("its header has %v where %s must be", got, what))
	}
}

// object reads an object. f is called with each key and reads its value.
func (h *header) object(f func(key string)) {
	for h.delimiter('{', "an object"); h.err == nil && h.More(); {
		f(next[string](h, "a key"))
	}
	h.delimiter('}', "the end of an object")
}

// numbers reads an array of at most most whole numbers.
func (h *header) numbers(most int) []int64 {
	list := []int64{}
	for h.delimiter('[', "an array"); h.err == nil && h.More(); {
		text := next[json.Number](h, "a whole number")
		n, err := strconv.ParseUint(text.String(), 10, strconv.IntSize-1)
		if err != nil {
			h.fail(fmt.Errorf("its header has %s where a whole number must be", quote(text.String())))
		}
		if list = append(list, int64(n)); len(list) > most {
			h.fail(fmt.Errorf("its header has an array of more than %d numbers", most))
		}
	}
	h.delimiter(']', "the end of an array")
	return list
}

// tensor reads the description of a tensor: dtype, shape and data_offsets.
func (h *header) tensor(name string) safetensor {
	t := safetensor{name: name, shape: []int{}}
	var types, shapes, offsets int // how often each key occurs
	h.object(func(key string) {
		switch key {
		case "dtype":
			types++
			kind := next[string](h, "the name of a type")
			known := false
			if t.element, known = elementTypes[kind]; !known {
				t.element = element{name: class(kind).String()} // such as F8_E4M3, which Take refuses by name
			}
		case "shape":
			shapes++
			for _, n := range h.numbers(maxRank) {
				t.shape = append(t.shape, int(n))
			}
		case "data_offsets":
			offsets++
			if at := h.numbers(2); len(at) == 2 {
				t.from, t.to = at[0], at[1]
			} else {
				h.fail(fmt.Errorf("tensor %s has %d data_offsets, must have 2", quote(name), len(at)))
			}
		default:
			h.fail(fmt.Errorf("tensor %s has an unknown key, %s", quote(name), quote(key)))
		}
	})
	if types != 1 || shapes != 1 || offsets != 1 {
		h.fail(fmt.Errorf("tensor %s must have dtype, shape and data_offsets, each once", quote(name)))
	}
	return t
}
