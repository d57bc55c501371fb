package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// settings are the keys of an object in a config.json. Getters record which keys were looked at, and keep the first
// error, which names the key. A key with the value null counts as missing.
type settings struct {
	prefix string // before the keys in messages, such as "pqmf."
	values map[string]json.RawMessage
	read   map[string]bool
	err    *error // of the outermost object
}

// maxKeys bounds the keys of an object, and with them the memory.
const maxKeys = 1 << 12

// parseSettings reads the outermost object of a text; see relaxed for what it may look like.
func parseSettings(text []byte) (*settings, error) {
	switch head := bytes.TrimLeft(text, " \t\r\n"); {
	case bytes.HasPrefix(head, []byte("<")):
		return nil, errors.New("is a web page or XML, and not JSON: download the file itself")
	case bytes.HasPrefix(head, []byte("version https://git-lfs")):
		return nil, errors.New("is a pointer of Git LFS, and not the file: run git lfs pull")
	}
	text, err := relaxed(text)
	if err != nil {
		return nil, err
	}
	if text = bytes.TrimRight(text, " \t\r\n"); len(text) == 0 {
		return nil, errors.New("is empty, must be a JSON object")
	}
	if err := syntax(text); err != nil {
		return nil, err
	}
	text = bytes.TrimLeft(text, " \t\r\n")
	if text[0] != '{' {
		return nil, fmt.Errorf("is %s, must be an object", shownValue(text))
	}
	s := newSettings("", new(error))
	return s, s.fill(text)
}

// syntax says in which line a text is not JSON.
func syntax(text []byte) error {
	var whole json.RawMessage
	err := json.Unmarshal(text, &whole)
	at, ok := errors.AsType[*json.SyntaxError](err)
	switch {
	case !ok:
		return err
	case at.Offset >= int64(len(text)) && strings.HasPrefix(at.Error(), "unexpected end"):
		return fmt.Errorf("ends in line %d, before the end of its JSON object: it may be cut short",
			1+bytes.Count(text, []byte("\n")))
	}
	line := 1 + bytes.Count(text[:max(at.Offset-1, 0)], []byte("\n"))
	if strings.HasSuffix(at.Error(), "exceeded max depth") {
		return fmt.Errorf("line %d has arrays or objects in each other too deeply: it is no description of a model", line)
	}
	return fmt.Errorf("line %d is not JSON: %s", line, at)
}

func newSettings(prefix string, err *error) *settings {
	return &settings{prefix, map[string]json.RawMessage{}, map[string]bool{}, err}
}

// fill takes the keys of an object, which is valid JSON. A key with two values could be read in two ways, so it is an
// error.
func (s *settings) fill(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.Token() // the brace
	for d.More() {
		token, _ := d.Token()
		key, _ := token.(string)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if before, twice := s.values[key]; twice && !bytes.Equal(before, value) {
			return fmt.Errorf("has %s twice, as %s and as %s: remove one",
				s.name(key), shownValue(before), shownValue(value))
		}
		if s.values[key] = value; len(s.values) > maxKeys {
			return fmt.Errorf("has more than %d keys in an object: it is no description of a model", maxKeys)
		}
	}
	return nil
}

// fail keeps the first error.
func (s *settings) fail(format string, arguments ...any) {
	if *s.err == nil {
		*s.err = fmt.Errorf(format, arguments...)
	}
}

// has reports whether a key has a value.
func (s *settings) has(key string) bool {
	v, ok := s.values[key]
	return ok && string(v) != "null"
}

// take returns the value of a key, nil if there is none.
func (s *settings) take(key string) json.RawMessage {
	s.read[key] = true
	if !s.has(key) {
		return nil
	}
	return s.values[key]
}

// need takes a key that must have a value.
func (s *settings) need(key string) {
	if !s.has(key) {
		s.fail("%s%s is missing: add it, with the value that the model was trained with", s.prefix, key)
	}
}

// alias returns the one of several words for the same setting that has a value, the first of them if none has one.
// Several with different values are an error.
func (s *settings) alias(words ...string) string {
	name := words[0]
	for _, w := range slices.Backward(words) {
		s.read[w] = true
		if !s.has(w) {
			continue
		}
		if s.has(name) && name != w && !equalValue(s.values[name], s.values[w]) {
			s.fail("%s is %s and %s is %s, must be the same: remove one",
				w, shownValue(s.values[w]), name, shownValue(s.values[name]))
		}
		name = w
	}
	return name
}

// name is a key of the settings in a message.
func (s *settings) name(key string) string { return shown(s.prefix + key) }

// required reports the first of the keys that is missing.
func (s *settings) required(keys string) {
	for key := range strings.FieldsSeq(keys) {
		s.need(key)
	}
}

// one is alias, of words in a text.
func (s *settings) one(words string) string { return s.alias(strings.Fields(words)...) }

// object returns the settings in an object, nil if there is none.
func (s *settings) object(key string) *settings {
	v := s.take(key)
	if v == nil {
		return nil
	}
	inner := newSettings(s.prefix+key+".", s.err)
	if kind(v) != "an object" {
		s.fail("%s%s is %s, must be an object", s.prefix, key, shownValue(v))
	} else if err := inner.fill(v); err != nil {
		s.fail("%w", err)
	}
	return inner
}
