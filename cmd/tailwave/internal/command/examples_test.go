package command

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// compiledOnly are the packages whose examples need files that are not in the repository, so that their output cannot
// be compared.
var compiledOnly = map[string]string{"models/codec": "needs the weights of Lyra"}

// TestExamples: every public package has an example in its external test package. Each example says what it shows, and
// its output is compared.
func TestExamples(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,XTestGoFiles", module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: got error %v, want none", err)
	}
	packages := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath, Dir string
			XTestGoFiles    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if !public(strings.TrimPrefix(p.ImportPath, module+"/")) {
			continue
		}
		packages++
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		t.Run(name, func(t *testing.T) {
			var files []*ast.File
			for _, name := range p.XTestGoFiles {
				f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ParseComments)
				if err != nil {
					t.Fatal(err)
				}
				files = append(files, f)
			}
			examples := doc.Examples(files...)
			if len(examples) == 0 {
				t.Error("examples: got none, want a function Example in a file of the external test package")
			}
			for _, e := range examples {
				if e.Doc == "" {
					t.Errorf("Example%s: got no comment, want one", e.Name)
				}
				if _, ok := compiledOnly[name]; !ok && e.Output == "" {
					t.Errorf("Example%s: got no output to compare, want some", e.Name)
				}
			}
		})
	}
	if packages < 20 {
		t.Errorf("got %d public packages, want at least 20", packages)
	}
}

// public reports whether a package is meant for other modules: it is not internal, a command or part of testdata.
func public(pkg string) bool {
	folders := strings.Split(pkg, "/")
	return !slices.Contains(folders, "internal") && folders[0] != "cmd" && folders[0] != "testdata"
}
