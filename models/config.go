package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"

	"github.com/tailwave/tailwave/models/internal/file"
)

// readConfig returns what a config.json describes. Errors begin with its path.
func readConfig(files file.System, path string) (config, error) {
	text, err := files.Read(path, maxConfig)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: weights need the config.json of their model next to them", err)
	}
	if err != nil {
		return nil, err
	}
	a, err := architecture(text)
	if err != nil {
		return nil, inFile(path, short{err})
	}
	return a, nil
}

// A short error has the beginning of the text of another one, which may quote what a file has.
type short struct{ error }

func (s short) Error() string { return fmt.Sprintf("%.300s", s.error) }
func (s short) Unwrap() error { return s.error }

// architecture returns what the text of a config.json describes.
func architecture(config []byte) (config, error) {
	var kind struct {
		ModelType string `json:"model_type"`
		Resblock  any    `json:"resblock"`
	}
	if err := decodeJSON(config, &kind); err != nil {
		return nil, err
	}
	if kind.ModelType == "" && kind.Resblock != nil {
		return parseHiFiGAN(config)
	}
	if kind.ModelType == "melgan" || kind.ModelType == "multiband_melgan" {
		return parseMelGAN(config)
	}
	return nil, unsupportedf("describes no known model: " +
		`HiFi-GAN has a "resblock", MelGAN the "model_type" melgan or multiband_melgan`)
}

// decodeJSON is json.Unmarshal into a structure, with errors that speak of the text and not of Go.
func decodeJSON(text []byte, to any) error {
	err := json.Unmarshal(text, to)
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return err
	}
	name, want := field(reflect.TypeOf(to).Elem(), strings.Split(wrong.Field, "."))
	if name == "" {
		return fmt.Errorf("is %s, must be %s", withArticle(wrong.Value), kindName(want))
	}
	verb := "is"
	if wrong.Type != want {
		verb = "holds"
	}
	return fmt.Errorf("%s %s %s, must be %s", name, verb, withArticle(wrong.Value), kindName(want))
}

// field returns the name and the type of what a path leads to, beginning in a structure. Names of embedded structures
// in a path are Go's, and left out.
func field(t reflect.Type, path []string) (name string, _ reflect.Type) {
	for _, part := range path {
		if t.Kind() != reflect.Struct {
			break
		}
		for _, f := range reflect.VisibleFields(t) {
			if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == part {
				if name, t = strings.TrimPrefix(name+"."+part, "."), f.Type; t.Kind() == reflect.Pointer {
					t = t.Elem()
				}
				break
			}
		}
	}
	return name, t
}

// withArticle puts the decoder's name of a value, such as "string" or "number 1.5", into a sentence.
func withArticle(value string) string {
	switch kind, rest, _ := strings.Cut(value, " "); kind {
	case "array", "object":
		return "an " + kind
	case "bool":
		return "a boolean"
	case "number":
		if rest != "" {
			return fmt.Sprintf("the number %.40s", rest)
		}
	}
	return "a " + value
}

// kindName says what JSON a type is decoded from.
func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Slice {
			return "an array of arrays of whole numbers"
		}
		return "an array of whole numbers"
	case reflect.Int:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Bool:
		return "a boolean"
	case reflect.String:
		return "a string"
	}
	return "an object"
}
