package weights

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pushDecimal pushes an integer as protocol 0 writes it: in decimal, with a final L for a long integer of Python 2. The
// texts 00 and 01 are booleans.
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
	// Parsing takes time that grows with the square of the length, so the digits are cut. Such a number is not used.
	v, ok := new(big.Int).SetString(digits[:min(len(digits), 1000)], 10)
	if !ok {
		m.fail(fmt.Errorf("%.20q is not an integer", line))
		return
	}
	b := v.Bytes()
	slices.Reverse(b)
	m.charge(stringCost + 2*len(b))
	m.push(long(b))
}

// unquote returns the text of a string literal of Python 2.
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

// replaceEscapes replaces the escapes whose letter is in letters, and leaves others as they are.
func replaceEscapes(s, letters string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var text strings.Builder
	text.Grow(len(s))
	for s != "" {
		if len(s) > 1 && s[0] == '\\' && strings.IndexByte(letters, s[1]) >= 0 {
			if s[1] == '\'' || s[1] == '"' { // UnquoteChar accepts one kind of quote only
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
