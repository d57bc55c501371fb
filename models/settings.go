package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// settings are the keys of an object in a config.json. Getters record the keys that were read, and keep the first
// error, which names its key. A key with the value null counts as missing.
type settings struct {
	prefix string // of the keys in messages, such as "pqmf."
	values map[string]json.RawMessage
	read   map[string]bool
	err    *error // first error, shared with the outermost object
}

// maxKeys bounds the keys of an object, and so the memory.
const maxKeys = 1 << 12

// parseSettings reads the outermost object of a text that relaxed accepts.
func parseSettings(text []byte) (*settings, error) {
	switch head := bytes.TrimLeft(text, " \t\r\n"); {
	case bytes.HasPrefix(head, []byte("<")):
		return nil, errors.New("is a web page or XML, not JSON: download the file itself")
	case bytes.HasPrefix(head, []byte("version https://git-lfs")):
		return nil, errors.New("is a Git LFS pointer, not the file: run git lfs pull")
	}
	text, err := relaxed(text)
	if err != nil {
		return nil, err
	}
	if text = bytes.TrimRight(text, " \t\r\n"); len(text) == 0 {
		return nil, errors.New("is empty, must be a JSON object: copy the config.json of the model")
	}
	if err := syntax(text); err != nil {
		return nil, err
	}
	text = bytes.TrimLeft(text, " \t\r\n")
	if text[0] != '{' {
		return nil, fmt.Errorf("is %s, must be a JSON object: copy the config.json of the model", shownValue(text))
	}
	s := newSettings("", new(error))
	return s, s.fill(text)
}

func newSettings(prefix string, err *error) *settings {
	return &settings{prefix, map[string]json.RawMessage{}, map[string]bool{}, err}
}

// fill reads the keys of an object, which must be valid JSON. A key with two different values is an error, because
// either could be meant.
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
			return fmt.Errorf("has an object with more than %d keys, too many for a model: "+
				"copy the config.json of the model", maxKeys)
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

// take returns the value of a key and marks the key as read; nil if there is no value.
func (s *settings) take(key string) json.RawMessage {
	s.read[key] = true
	if !s.has(key) {
		return nil
	}
	return s.values[key]
}

// need fails unless a key has a value.
func (s *settings) need(key string) {
	if !s.has(key) {
		s.fail("%s%s is missing: add the value that the model was trained with", s.prefix, key)
	}
}

// alias returns the key that has a value, of several keys for the same setting; the first key if no key has a value. It
// fails if keys have different values.
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

// name returns a key for a message.
func (s *settings) name(key string) string { return shown(s.prefix + key) }

// required fails for the first of the keys that is missing.
func (s *settings) required(keys string) {
	for key := range strings.FieldsSeq(keys) {
		s.need(key)
	}
}

// one is alias for the words of a text.
func (s *settings) one(words string) string { return s.alias(strings.Fields(words)...) }

// object returns the settings in the object of a key; nil if there is no value.
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
