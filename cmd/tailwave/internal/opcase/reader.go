package opcase

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A reader reads typed values from a JSON object. It keeps the first error, and returns zero values after it.
type reader struct {
	object
	err error
}

// readObject begins to read an object of a form.
func readObject(raw []byte, known form) reader {
	o, err := parseObject(raw)
	if err == nil {
		err = o.check(known, nil)
	}
	return reader{o, err}
}

// has reports whether a field is present and not null.
func (r *reader) has(name string) bool {
	raw := r.fields[name]
	return raw != nil && string(raw) != "null"
}

// oneOf returns the first of the names whose field is present and not null, else the last name.
func (r *reader) oneOf(names ...string) string {
	for _, name := range names {
		if r.has(name) {
			return name
		}
	}
	return names[len(names)-1]
}

func (r *reader) fail(format string, a ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, a...)
	}
}

// need reports whether a field is present. It fails the reader if the field is missing.
func (r *reader) need(name string) bool {
	if r.err == nil && !r.has(name) {
		r.fail("%s is missing", name)
	}
	return r.err == nil
}

// text returns a string, or missing if it is absent or null.
func (r *reader) text(name, missing string) string {
	if r.err != nil || !r.has(name) {
		return missing
	}
	var s string
	if json.Unmarshal(r.fields[name], &s) != nil {
		r.fail("%s is %s, must be a string", name, excerpt(r.fields[name]))
	}
	return s
}

// integer returns an integer, or missing if it is absent or null.
func (r *reader) integer(name string, missing int) int {
	if r.err != nil || !r.has(name) {
		return missing
	}
	var v int
	if json.Unmarshal(r.fields[name], &v) != nil {
		r.fail("%s is %s, must be an integer", name, excerpt(r.fields[name]))
	}
	return v
}

// ints returns a list of integers. The field must be present.
func (r *reader) ints(name string) []int {
	if !r.need(name) {
		return nil
	}
	list := []int{}
	raw := r.fields[name]
	// A null entry would be left as zero.
	if json.Unmarshal(raw, &list) != nil || bytes.IndexByte(raw, 'n') >= 0 {
		r.fail("%s is %s, must be a list of integers", name, excerpt(raw))
		return nil
	}
	return list
}

// optionalInts returns a list of integers, nil if it is absent or null.
func (r *reader) optionalInts(name string) []int {
	if r.err != nil || !r.has(name) {
		return nil
	}
	return r.ints(name)
}

// intOrInts returns a list of integers. A single integer counts as a list of one.
func (r *reader) intOrInts(name string) []int {
	if !r.need(name) {
		return nil
	}
	var v int
	if json.Unmarshal(r.fields[name], &v) == nil {
		return []int{v}
	}
	if list := r.ints(name); r.err == nil {
		return list
	}
	r.err = fmt.Errorf("%s is %s, must be an integer or a list of integers", name, excerpt(r.fields[name]))
	return nil
}

// array returns a tensor. The field must be present.
func (r *reader) array(name, dtype string) Array {
	if !r.need(name) {
		return Array{}
	}
	a, err := ParseArray(r.fields[name], dtype)
	if err != nil {
		r.fail("%s %w", name, err)
	}
	return a
}

// excerpt shortens a value for an error message.
func excerpt(raw []byte) string {
	const limit = 60
	if len(raw) <= limit {
		return string(raw)
	}
	return fmt.Sprintf("%s... (%d bytes)", bytes.ToValidUTF8(raw[:limit], nil), len(raw))
}
