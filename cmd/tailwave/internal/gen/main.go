// Command gen writes short sounds, testdata/chime.wav and testdata/speech.wav; a generator with random weights,
// testdata/hifigan-tiny; and testdata/operator: cases of the transposed convolution with expected values, in the format
// of package opcase. The values come from the definition alone, computed without any of the module's signal code: a
// scatter loop in arbitrary precision, rounded once. Run it from the module root:
//
//	go run ./cmd/tailwave/internal/gen
//
// Its test compares the files with what it would write.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// seed is that of all random numbers in the files.
const seed = 20240607

const folder = "testdata/operator"

func main() {
	files, err := generate()
	for name, data := range files {
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), data, 0o644)
		}
	}
	others, e := examples()
	err = errors.Join(err, e)
	for path, data := range others {
		if err == nil {
			err = os.MkdirAll(filepath.Dir(path), 0o777)
		}
		if err == nil {
			err = os.WriteFile(path, data, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// examples returns the sounds and the generator by path.
func examples() (map[string][]byte, error) {
	files, err := hifiGAN()
	if err != nil {
		return nil, err
	}
	files[chimePath], files[speechPath] = chime(), sayHello()
	return files, nil
}

// A manifest lists the files.
type manifest struct {
	Generator string         `json:"generator"`
	Seed      int            `json:"seed"`
	Tolerance string         `json:"tolerance"`
	Files     []manifestFile `json:"files"`
}

type manifestFile struct {
	Name  string `json:"name"`
	Cases int    `json:"cases"`
	Exact int    `json:"exact"`
}

// generate returns the contents of all files by name.
func generate() (map[string][]byte, error) {
	m := manifest{
		Generator: "go run ./cmd/tailwave/internal/gen",
		Seed:      seed,
		Tolerance: "exact cases compare with ==; others within tol = (m+1) * 2^-24 * sum|x*w| of the worst element (2^-53 for float64), m products and bias",
	}
	files := map[string][]byte{}
	for _, f := range plan() {
		var text bytes.Buffer
		entry := manifestFile{Name: f.name, Cases: len(f.cases)}
		for i, c := range f.cases {
			c.id = fmt.Sprintf("%s-%02d", f.name[:len(f.name)-len(".jsonl")], i)
			l, err := c.line()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.id, err)
			}
			if *l.Exact {
				entry.Exact++
			}
			if err := writeLine(&text, l); err != nil {
				return nil, err
			}
		}
		files[f.name] = text.Bytes()
		m.Files = append(m.Files, entry)
	}
	var text bytes.Buffer
	for _, row := range errorRows() {
		text.WriteString(row)
		text.WriteByte('\n')
	}
	files["errors.jsonl"] = text.Bytes()
	m.Files = append(m.Files, manifestFile{Name: "errors.jsonl", Cases: len(errorRows())})
	data, err := json.MarshalIndent(m, "", "  ")
	files["MANIFEST.json"] = append(data, '\n')
	return files, err
}

func writeLine(w *bytes.Buffer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
