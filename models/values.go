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

// kind says what JSON a value is.
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

// shownValue is a value in a message: an array or an object by its name alone if it is long.
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

// maxCompared bounds the text of a value that is compared: what is longer equals nothing that this package plays.
const maxCompared = 1 << 12

// equalValue reports whether two values are the same, numbers by their size and not by their text.
func equalValue(v, w json.RawMessage) bool {
	if len(v) > maxCompared || len(w) > maxCompared {
		return false
	}
	var a, b any
	return json.Unmarshal(v, &a) == nil && json.Unmarshal(w, &b) == nil && reflect.DeepEqual(a, b)
}

// isEmpty reports whether a value says that there is nothing of the kind that its key names.
func isEmpty(v json.RawMessage) bool {
	empty := []string{"null", "false", "0", "0.0", `""`, "[]", "{}", `"none"`, `"null"`, `"false"`, `"no"`, `"off"`}
	return slices.Contains(empty, strings.ToLower(string(v)))
}
