package weights

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// maxIndex bounds the bytes of the index of shards that are read to count them.
const maxIndex = 1 << 21

// text recognizes what is in place of weights when something else was downloaded: a pointer, a page, an answer, a
// configuration.
func (c content) text() (Kind, bool) {
	text := c.decode()
	start := strings.TrimLeftFunc(text, unicode.IsSpace)
	if page.MatchString(start) {
		return Kind{Name: "a web page", Next: itself}, true
	}
	if start == "" && c.size > 0 && strings.TrimSpace(text) == "" && len(text) > 0 {
		return Kind{Name: "a file of white space", Next: again, damaged: true}, true
	}
	if start == "" || !isText([]byte(text), int64(len(c.head)) < c.size) {
		return Kind{}, false
	}
	switch {
	case strings.HasPrefix(start, "version https://") && strings.Contains(start, "oid sha256:"),
		strings.HasPrefix(start, "version https://git-lfs"):
		return Kind{Name: "a Git LFS pointer", Next: "download the file itself, with git lfs pull"}, true
	case strings.Contains(start, "/annex/objects/") && c.size < 1<<10:
		return Kind{Name: "a git-annex pointer", Next: "download the file itself, with git annex get"}, true
	case start[0] == '{', start[0] == '[' && !section.MatchString(start):
		return c.json(start), true
	}
	lines, settings := 0, 0
	for line := range strings.Lines(start) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if lines++; line[0] == '#' || setting.MatchString(line) {
			settings++
		}
	}
	switch {
	case lines > 1 && 2*settings >= lines:
		return Kind{Name: "a configuration", Next: give}, true
	case lines <= 2 && c.size <= 1<<10:
		return answer(start), true
	}
	return Kind{Name: "a text file", Next: give}, true
}

// page matches the beginning of HTML and XML, whose characters may be of any encoding.
var page = regexp.MustCompile(`^(?i)<(!doctype\s|!--|\?xml\s|[a-z][a-z0-9:-]*[\s/>])`)

// section matches the beginning of TOML and INI, which is like that of JSON.
var section = regexp.MustCompile(`^\[[\w. -]*[a-zA-Z][\w. -]*\]\s*\n`)

// setting matches a line of YAML, TOML or INI.
var setting = regexp.MustCompile(`^(- |\[|[\w."'-]+\s*[:=]($|\s))`)

// answer is the kind of a short text.
func answer(text string) Kind {
	return Kind{Name: fmt.Sprintf("a short text, %.80q, such as a server answers", strings.TrimSpace(text)),
		Next: itself}
}

// decode returns the head as text, without a byte order mark.
func (c content) decode() string {
	var order binary.ByteOrder
	switch {
	case c.begins("\xff\xfe"):
		order = binary.LittleEndian
	case c.begins("\xfe\xff"):
		order = binary.BigEndian
	default:
		return string(bytes.TrimPrefix(c.head, []byte("\xef\xbb\xbf")))
	}
	var units []uint16
	for b := c.head[2:]; len(b) > 1; b = b[2:] {
		units = append(units, order.Uint16(b))
	}
	return string(utf16.Decode(units))
}

// isText reports whether b is UTF-8 without control characters. The last character may be cut.
func isText(b []byte, cut bool) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			return cut && !utf8.FullRune(b)
		}
		if unicode.IsControl(r) && !strings.ContainsRune("\t\n\v\f\r", r) || !unicode.IsPrint(r) &&
			!unicode.IsSpace(r) {
			return false
		}
		b = b[n:]
	}
	return true
}

// json tells apart the index of shards, what servers answer, and configurations.
func (c content) json(text string) Kind {
	keys, shards := jsonKeys(io.NewSectionReader(c, int64(bytes.IndexAny(c.head, "{[")), min(c.size, maxIndex)))
	if slices.Contains(keys, "weight_map") {
		count := "shards"
		if shards > 0 {
			count = fmt.Sprintf("%d shards", shards)
		}
		return Kind{Name: "the index of a model in " + count, Next: "join the shards into one .safetensors file"}
	}
	if c.size <= 1<<10 {
		for _, key := range keys {
			switch strings.ToLower(key) {
			case "error", "errors", "message", "detail", "status", "code":
				return answer(text)
			}
		}
	}
	return Kind{Name: "a configuration in JSON", Next: give}
}

// jsonKeys returns the first keys of an object, and how many different strings are the values of its weight_map.
func jsonKeys(r io.Reader) (keys []string, shards int) {
	d := json.NewDecoder(r)
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, 0
	}
	files := map[string]bool{}
	depth, name, isKey := 1, "", true
	for depth > 0 {
		token, err := d.Token()
		if err != nil {
			break
		}
		if delimiter, ok := token.(json.Delim); ok {
			if delimiter == '{' || delimiter == '[' {
				depth++
			} else {
				depth--
			}
			isKey = true // the next token of an object is a key
			continue
		}
		s, isString := token.(string)
		switch {
		case depth == 1 && isKey && isString && len(keys) < 100:
			keys, name = append(keys, s), s
		case depth == 2 && !isKey && isString && name == "weight_map" && len(files) < 1000:
			files[s] = true
		}
		isKey = !isKey
	}
	return keys, len(files)
}
