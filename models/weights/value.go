package weights

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// The types of the values in a checkpoint, in addition to nil, bool, int64, float64, string, *storage and *tensor.
type (
	tuple []any
	list  []any
	long  string // an integer of more than 8 bytes, little-endian two's complement
	class string // an imported name, as module.name

	// An object is a dictionary, or a placeholder for a value that only Python could make: nothing is executed.
	object struct {
		maker     class // the class or function; "" for a plain dictionary
		arguments tuple // of the call of maker
		items     []item
		state     any  // attributes; nil if there are none
		listed    bool // its tensors are listed already
	}
	item struct{ key, value any }
)

// quote returns a name from a file in quotes, cut to about 100 characters. The length is bounded after quoting too,
// because an escape takes up to ten characters.
func quote(name string) string {
	q := []rune(fmt.Sprintf("%.80q", name))
	if len(q) > 100 {
		return string(q[:100]) + `..."`
	}
	return string(q)
}

// String returns the name in at most about 100 printable characters.
func (c class) String() string {
	if len(c) > 80 || strings.ContainsFunc(string(c), func(r rune) bool { return !unicode.IsPrint(r) }) {
		return quote(string(c))
	}
	return string(c)
}

// name returns the name without the module.
func (c class) name() string { return string(c[strings.LastIndexByte(string(c), '.')+1:]) }

// array reports whether the class or function makes arrays of numbers for PyTorch, NumPy or JAX. Its results must not
// vanish among placeholders: a network without one of its tensors is another network.
func (c class) array() bool {
	name := c.name()
	switch name {
	case "_reconstruct", "_frombuffer", "_reconstruct_array", "ndarray", "_load_from_bytes":
		return true
	}
	for _, end := range []string{"Tensor", "Parameter", "Variable", "Array", "Buffer"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return strings.HasPrefix(name, "_rebuild")
}

// arrayType returns the Type of the tensors that an array maker makes.
func (c class) arrayType() string {
	if module, _, _ := strings.Cut(string(c), "."); module == "numpy" {
		return "NumPy array"
	}
	return c.String()
}

// isDictionary reports whether a call of the class makes a dictionary from its last argument.
func (c class) isDictionary() bool {
	switch c {
	case "collections.OrderedDict", "collections.Counter", "collections.defaultdict", "builtins.dict",
		"__builtin__.dict", "types.MappingProxyType":
		return true
	}
	return false
}

// entries returns the items of an object, or its attributes if it has no items.
func (o *object) entries() []item {
	if attributes, ok := o.state.(*object); ok && len(o.items) == 0 {
		return attributes.items
	}
	return o.items
}

// shape returns the shape of an array that is not read: from the arguments of PyTorch's functions, or from the state of
// a NumPy array. It returns nil if the shape is unknown, or too large for a file of size bytes.
func (o *object) shape(size int64) []int {
	sizes, ok := tuple(nil), false
	if state, isTuple := o.state.(tuple); isTuple && len(state) > 1 {
		sizes, ok = state[1].(tuple)
	} else if len(o.arguments) > 2 {
		sizes, ok = o.arguments[2].(tuple)
	}
	if !ok || len(sizes) > maxRank {
		return nil
	}
	shape := make([]int, len(sizes))
	for i, v := range sizes {
		n, isInt := v.(int64)
		if !isInt || n < 0 {
			return nil
		}
		shape[i] = int(n)
	}
	if _, ok := elements(shape, 2*size); !ok {
		return nil
	}
	return shape
}

// module reports whether an object is a whole torch.nn.Module, which has its parameters as attributes.
func (o *object) module() bool {
	found := 0
	if o.maker == "" || o.maker.isDictionary() {
		return false
	}
	for _, e := range o.entries() {
		if e.key == "_parameters" || e.key == "_modules" {
			found++
		}
	}
	return found == 2
}

// describe returns a noun phrase for a value, of at most about 100 characters.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		return "a boolean"
	case int64, long:
		return "an integer"
	case float64:
		return "a number"
	case string:
		return "a string"
	case class:
		return "the class " + v.String()
	case tuple:
		return "a tuple of " + count(v)
	case *list:
		return "a list of " + count(*v)
	case *tensor:
		return "one tensor of shape " + v.size.shape()
	case *object:
		switch {
		case v.module():
			return "a whole module, " + v.maker.String()
		case v.maker == "" || v.maker.isDictionary():
			return fmt.Sprintf("a dictionary with %d keys", len(v.items))
		case v.maker.arrayType() == "NumPy array":
			return "a NumPy array"
		}
		return "an object made by " + v.maker.String()
	}
	return "a storage"
}

// shape returns up to 8 sizes as text. A value that is not an integer becomes 0: a hostile file may have any value
// there, and formatting a list that contains itself would not end.
func (t tuple) shape() string {
	sizes := []string{}
	for _, v := range t[:min(len(t), 8)] {
		n, _ := v.(int64)
		sizes = append(sizes, strconv.FormatInt(n, 10))
	}
	return "[" + strings.Join(sizes, ", ") + "]"
}

// count returns the number of values, and what they are if the first one is a tensor.
func count(values []any) string {
	what := "values"
	if len(values) > 0 {
		if _, ok := values[0].(*tensor); ok {
			what = "tensors"
		}
	}
	if len(values) == 1 {
		what = strings.TrimSuffix(what, "s")
	}
	return fmt.Sprintf("%d %s", len(values), what)
}

// contents lists the first keys of an object with their values, for an error message; "" if there are no keys.
func (o *object) contents() string {
	var text strings.Builder
	for i, e := range o.entries() {
		var key string
		switch k := e.key.(type) {
		case string:
			key = fmt.Sprintf("%.24q", k)
		case int64:
			key = strconv.FormatInt(k, 10)
		default:
			key = describe(k)
		}
		entry := fmt.Sprintf("%s (%.80s)", key, describe(e.value))
		if i > 0 {
			text.WriteString(", ")
		}
		if text.Len()+len(entry) > 230 {
			text.WriteString("...")
			break
		}
		text.WriteString(entry)
	}
	return text.String()
}
