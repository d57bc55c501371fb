package models

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
)

// notFinite are the numbers that Python writes and JSON does not have, with the JSON that replaces them: objects that
// no configuration has.
var notFinite = map[string]string{
	"NaN": `{"":"NaN"}`, "Infinity": `{"":"Infinity"}`, "-Infinity": `{"":"-Infinity"}`,
}

// relaxed turns the text of a configuration into JSON. It accepts UTF-8 and UTF-16 with a byte order mark, comments
// from // or # to the end of the line or between /* and */, a comma after the last element, and numbers that are not
// finite. Other deviations from JSON stay in the text. Comments become blanks of the same length, so that errors name
// the right line and column.
func relaxed(text []byte) ([]byte, error) {
	text = toUTF8(text)
	out := make([]byte, 0, len(text))
	comma := -1       // position in out of a comma after an element, if only blanks follow it
	last := byte('[') // the last byte that is not a blank
	for i := 0; i < len(text); {
		rest := text[i:]
		if n, err := comment(rest); err != nil {
			return nil, fmt.Errorf("line %d: %w", 1+bytes.Count(text[:i], []byte("\n")), err)
		} else if n > 0 {
			for _, r := range string(rest[:n]) {
				if r != '\n' {
					r = ' '
				}
				out = append(out, byte(r))
			}
			i += n
			continue
		}
		n := token(rest)
		switch c := rest[0]; c {
		case ' ', '\t', '\r', '\n':
		case ',':
			if comma = len(out); last == '[' || last == '{' || last == ',' {
				comma = -1
			}
			last = c
		case ']', '}':
			if comma >= 0 {
				out[comma] = ' '
			}
			comma, last = -1, c
		default:
			comma, last = -1, c
		}
		if value, ok := notFinite[string(rest[:n])]; ok {
			out = append(out, value...)
		} else {
			out = append(out, rest[:n]...)
		}
		i += n
	}
	return out, nil
}

// comment returns the length of the comment at the start of a text, without the line feed; 0 if there is none.
func comment(text []byte) (int, error) {
	switch {
	case text[0] == '#', bytes.HasPrefix(text, []byte("//")):
		if n := bytes.IndexByte(text, '\n'); n >= 0 {
			return n, nil
		}
		return len(text), nil
	case bytes.HasPrefix(text, []byte("/*")):
		n := bytes.Index(text[2:], []byte("*/"))
		if n < 0 {
			return 0, errors.New("the comment that begins with /* has no end: add */")
		}
		return n + 4, nil
	}
	return 0, nil
}

// token returns the length of the string, word or single byte at the start of a text. A word may begin with a minus.
func token(text []byte) int {
	if text[0] == '"' {
		for i := 1; i < len(text); i++ {
			switch text[i] {
			case '\\':
				i++
			case '"':
				return i + 1
			}
		}
		return len(text)
	}
	n := 0
	if text[0] == '-' {
		n = 1
	}
	for n < len(text) && (text[n]|0x20 >= 'a' && text[n]|0x20 <= 'z') {
		n++
	}
	return max(n, 1)
}

// toUTF8 returns a text in UTF-8 without its byte order mark. Without a mark, the text is UTF-8 already.
func toUTF8(text []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(text, []byte("\xef\xbb\xbf")):
		return text[3:]
	case bytes.HasPrefix(text, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(text, []byte("\xfe\xff")):
		order = binary.BigEndian
	default:
		return text
	}
	units := make([]uint16, len(text)/2-1)
	for i := range units {
		units[i] = order.Uint16(text[2+2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}
