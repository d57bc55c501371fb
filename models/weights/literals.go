package weights

import (
	"errors"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pushDecimal pushes an integer as protocol 0 writes it: in decimal, with an L after those of Python 2 that are long,
// and 00 and 01 for booleans.
func (m *machine) pushDecimal(line string) {
	switch line {
	case "00", "01":
		m.push(line == "01")
		return
	}
	digits := strings.TrimSuffix(line, "L")
	if v, err := strconv.ParseInt(digits, 10, 64); err == nil {
		m.pushInt(v)
		return
	}
	// The time to parse an integer grows with the square of its length.
	v, ok := new(big.Int).SetString(digits[:min(len(digits), 1000)], 10)
	if !ok {
		m.fail(errors.New("an integer that is none"))
		return
	}
	b := v.Bytes()
	slices.Reverse(b)
	m.charge(stringCost + 2*len(b))
	m.push(long(b))
}

// unquote returns the text of a string as Python 2 prints it.
func unquote(line string) string {
	if n := len(line); n >= 2 && (line[0] == '\'' || line[0] == '"') && line[n-1] == line[0] {
		line = line[1 : n-1]
	}
	return replaceEscapes(line, `\'"nrtx`)
}

// unescape returns the text of a string in Python's encoding raw-unicode-escape, which is Latin 1 with \u and \U.
func unescape(line string) string {
	if !utf8.ValidString(line) {
		runes := make([]rune, 0, len(line))
		for _, b := range []byte(line) {
			runes = append(runes, rune(b))
		}
		line = string(runes)
	}
	return replaceEscapes(line, "uU")
}

// replaceEscapes replaces those escapes whose letter is among the given ones, and leaves others.
func replaceEscapes(s, letters string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var text strings.Builder
	text.Grow(len(s))
	for s != "" {
		if len(s) > 1 && s[0] == '\\' && strings.IndexByte(letters, s[1]) >= 0 {
			if s[1] == '\'' || s[1] == '"' { // UnquoteChar takes only the quote that it is given
				text.WriteByte(s[1])
				s = s[2:]
				continue
			}
			if r, multi, rest, err := strconv.UnquoteChar(s, 0); err == nil {
				if multi || r < utf8.RuneSelf {
					text.WriteRune(r)
				} else {
					text.WriteByte(byte(r))
				}
				s = rest
				continue
			}
		}
		text.WriteByte(s[0])
		s = s[1:]
	}
	return text.String()
}
