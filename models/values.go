package models

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// kind returns a noun phrase for the type of a JSON value.
func kind(v json.RawMessage) string {
	for _, text := range notFinite {
		if string(v) == text {
			return "not finite"
		}
	}
	switch v[0] {
	case '"':
		return "a string"
	case '[':
		return "an array"
	case '{':
		return "an object"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

// shownValue returns a value for a message. A long array or object is shown as its kind.
func shownValue(v json.RawMessage) string {
	switch k := kind(v); k {
	case "not finite":
		for name, text := range notFinite {
			if string(v) == text {
				return name
			}
		}
	case "a string":
		var s string
		json.Unmarshal(v, &s)
		return fmt.Sprintf("%.80q", s)
	case "an array", "an object":
		odd := func(r rune) bool { return !unicode.IsPrint(r) }
		if len(v) > 60 || bytes.ContainsFunc(v, odd) || bytes.Contains(v, []byte(`{"":`)) {
			return k
		}
	}
	return fmt.Sprintf("%.60s", v)
}

// maxCompared bounds the text of a value that is compared, in bytes. A longer value equals nothing that this package
// plays.
const maxCompared = 1 << 12

// equalValue reports whether two values are equal. The numbers 1 and 1.0 are.
func equalValue(v, w json.RawMessage) bool {
	if len(v) > maxCompared || len(w) > maxCompared {
		return false
	}
	var a, b any
	return json.Unmarshal(v, &a) == nil && json.Unmarshal(w, &b) == nil && reflect.DeepEqual(a, b)
}

// isEmpty reports whether a value says that the network does not have the feature of its key.
func isEmpty(v json.RawMessage) bool {
	empty := []string{"null", "false", "0", "0.0", `""`, "[]", "{}", `"none"`, `"null"`, `"false"`, `"no"`, `"off"`}
	return slices.Contains(empty, strings.ToLower(string(v)))
}
