package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// syntax returns an error that names the line, the column and what is expected there, if a text is not JSON.
func syntax(text []byte) error {
	var whole json.RawMessage
	e, failed := errors.AsType[*json.SyntaxError](json.Unmarshal(text, &whole))
	if !failed {
		return nil
	}
	at := int(max(e.Offset-1, 0)) // of the first byte that is wrong
	before := text[:at]
	line := 1 + bytes.Count(before, []byte("\n"))
	switch {
	case !bytes.ContainsAny(bytes.TrimLeft(text, " \t\r\n")[:1], "{["):
		return notObject(text)
	case strings.HasPrefix(e.Error(), "unexpected end"):
		return fmt.Errorf("is cut short: it ends in line %d, before the end of its JSON object: download it again",
			1+bytes.Count(text, []byte("\n")))
	case strings.HasSuffix(e.Error(), "exceeded max depth"):
		return fmt.Errorf("line %d nests arrays or objects too deeply for a model: "+
			"copy the config.json of the model", line)
	}
	// Numbers that are not finite are longer here than in the file.
	begin := string(before[bytes.LastIndexByte(before, '\n')+1:])
	for name, replaced := range notFinite {
		begin = strings.ReplaceAll(begin, replaced, name)
	}
	place := fmt.Sprintf("line %d, column %d has %s", line, 1+utf8.RuneCountInString(begin), shownStart(text[at:]))
	if strings.Contains(e.Error(), "after top-level value") {
		return fmt.Errorf("%s after the last }: remove what follows that }", place)
	}
	return fmt.Errorf("%s, must have %s: correct the JSON", place, expected(e.Error()))
}

// notObject returns the error about a text that does not begin as JSON.
func notObject(text []byte) error {
	text = bytes.TrimSpace(text)
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return fmt.Errorf("is not a text: it begins with the bytes % x: copy the config.json of the model",
			text[:min(8, len(text))])
	}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	return fmt.Errorf("is not JSON: it begins with %.40q: write the same values as a JSON object, from { to }",
		bytes.TrimSpace(first))
}

// shownStart returns the start of a text for a message: a character, or a number that is not finite.
func shownStart(text []byte) string {
	for name, replaced := range notFinite {
		if bytes.HasPrefix(text, []byte(replaced)) {
			return name
		}
	}
	switch r, _ := utf8.DecodeRune(text); r {
	case '\n', '\r':
		return "a line break"
	case '\t':
		return "a tab"
	case '\'':
		return `"'"`
	default:
		return fmt.Sprintf("%q", r)
	}
}

// expected returns what JSON may have at the place of an error, by the error of encoding/json.
func expected(message string) string {
	for _, e := range []struct{ context, want string }{
		{"looking for beginning of value", "a value, such as a number, a string in double quotes, true, false or null"},
		{"looking for beginning of object key string", "a key in double quotes"},
		{"after object key:value pair", "a comma or }"},
		{"after object key", "a colon"},
		{"after array element", "a comma or ]"},
		{"in string literal", `a closing ", or \n for a line break in the string`},
		{`in \u hexadecimal`, "four hexadecimal digits after \\u"},
		{"in string escape code", "an escape such as \\n, or \\\\ for a backslash"},
		{"numeric literal", "a digit"},
		{"in literal true", "the rest of the word true"},
		{"in literal false", "the rest of the word false"},
		{"in literal null", "the rest of the word null"},
	} {
		if strings.Contains(message, e.context) {
			return e.want
		}
	}
	return "valid JSON"
}
