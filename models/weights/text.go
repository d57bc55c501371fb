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

// maxIndex bounds the bytes of an index that are read to count the shards.
const maxIndex = 1 << 21

// text recognizes texts that people download instead of weights: a pointer, a web page, a server's reply, a
// configuration.
func (c content) text() (Kind, bool) {
	text := c.decode()
	start := strings.TrimLeftFunc(text, unicode.IsSpace)
	if page.MatchString(start) {
		return markup(start), true
	}
	if start == "" && c.size > 0 && strings.TrimSpace(text) == "" && len(text) > 0 {
		return Kind{Name: "a file of white space", Next: again, damaged: true}, true
	}
	if start == "" || c.size < minReply || !isText([]byte(text), int64(len(c.head)) < c.size) {
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
		return Kind{Name: "a configuration", Next: use}, true
	case lines <= 2 && c.size <= 1<<10:
		return reply(start), true
	}
	return Kind{Name: "a text file", Next: use}, true
}

// minReply is the length of the shortest reply of a server in bytes, such as 404. Shorter files may be truncated
// weights.
const minReply = 3

// markup returns the kind of a text that begins as HTML or XML.
func markup(text string) Kind {
	lower := strings.ToLower(text)
	xml := strings.HasPrefix(lower, "<?xml") || strings.HasPrefix(lower, "<net ")
	switch {
	case xml && strings.Contains(lower, "<net ") && strings.Contains(lower, "<layer"):
		return Kind{Name: "an OpenVINO model (XML)", Next: original}
	case xml && !strings.Contains(lower, "<html") && !strings.Contains(lower, "<!doctype html"):
		return Kind{Name: "an XML document", Next: itself}
	}
	return Kind{Name: "a web page", Next: itself}
}

// page matches the beginning of HTML and XML in any encoding that extends ASCII.
var page = regexp.MustCompile(`^(?i)<(!doctype\s|!--|\?xml\s|[a-z][a-z0-9:-]*[\s/>])`)

// section matches a section of TOML or INI, which begins with a bracket like an array in JSON.
var section = regexp.MustCompile(`^\[[\w. -]*[a-zA-Z][\w. -]*\]\s*\n`)

// setting matches a line of YAML, TOML or INI.
var setting = regexp.MustCompile(`^(- |\[|[\w."'-]+\s*[:=]($|\s))`)

// reply returns the kind of a short text.
func reply(text string) Kind {
	return Kind{Name: fmt.Sprintf("a short text, %.80q, perhaps the reply of a server", strings.TrimSpace(text)),
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

// isText reports whether b is UTF-8 without control characters. If cut is true, the last character may be incomplete.
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

// json returns the kind of a JSON text: the index of shards, the reply of a server, or a configuration.
func (c content) json(text string) Kind {
	const join = "join the shards into one .safetensors file"
	keys, shards := jsonKeys(io.NewSectionReader(c, int64(bytes.IndexAny(c.head, "{[")), min(c.size, maxIndex)))
	if slices.Contains(keys, "weight_map") {
		switch shards {
		case 0:
			return Kind{Name: "the index of a model in shards", Next: join}
		case 1:
			return Kind{Name: "the index of a model in 1 shard", Next: "use that file"}
		}
		return Kind{Name: fmt.Sprintf("the index of a model in %d shards", shards), Next: join}
	}
	if c.size <= 1<<10 {
		for _, key := range keys {
			switch strings.ToLower(key) {
			case "error", "errors", "message", "detail", "status", "code":
				return reply(text)
			}
		}
	}
	return Kind{Name: "a configuration in JSON", Next: use}
}

// jsonKeys returns the first keys of an object, and the number of different files in its weight_map.
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
