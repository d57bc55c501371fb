package command

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// rareWords are words that other Go audio and DSP packages hardly use, where a term of the field says more: see the
// glossary in .github/CONTRIBUTING.md. The limits are twice the rates of those packages (errgroup, flac, gonum, beep,
// zstd and tract), in which 9242 lines of comments have 19 times give or gives, once behind, and none of the others.
var rareWords = []struct {
	pattern *regexp.Regexp
	rate    float64 // most places per line of comments
}{
	{regexp.MustCompile(`(?i)\bgives?\b`), 2 * 19.0 / 9242},
	{regexp.MustCompile(`(?i)\bbehind\b`), 2 * 1.0 / 9242},
	{regexp.MustCompile(`(?i)\bbeside\b`), 0},
	{regexp.MustCompile(`(?i)\bbut for\b`), 0},
	{regexp.MustCompile(`(?i)\bso[ -]many\b`), 0},
}

// TestWords: the comments and strings outside tests, and the documents except the glossary itself, keep to plain words.
func TestWords(t *testing.T) {
	lines := 0
	places := make([][]string, len(rareWords))
	look := func(where, text string) {
		text = strings.Join(strings.Fields(strings.ReplaceAll(text, "//", " ")), " ") // a phrase may go over the end of a line
		for i, w := range rareWords {
			for range w.pattern.FindAllString(text, -1) {
				places[i] = append(places[i], where)
			}
		}
	}
	root := filepath.FromSlash("../../../..")
	for _, document := range []string{"README.md", ".github/CHANGELOG.md", ".github/SECURITY.md"} {
		look(document, string(readFile(t, filepath.Join(root, filepath.FromSlash(document)))))
	}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text := string(readFile(t, path))
		if generated.MatchString(text) {
			return nil
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, path, text, parser.ParseComments)
		if err != nil {
			return err
		}
		for _, c := range f.Comments {
			lines += files.Position(c.End()).Line - files.Position(c.Pos()).Line + 1
			var all strings.Builder
			for _, line := range c.List {
				all.WriteString(line.Text + "\n")
			}
			look(files.Position(c.Pos()).String(), all.String())
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.BasicLit); ok && s.Kind == token.STRING {
				look(files.Position(s.Pos()).String(), s.Value)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if lines < 5000 {
		t.Errorf("got %d lines of comments, want at least 5000", lines)
	}
	for i, w := range rareWords {
		if got, most := len(places[i]), int(w.rate*float64(lines)); got > most {
			t.Errorf("%s: got %d places, want at most %d for %d lines of comments:\n%s", w.pattern, got, most, lines,
				strings.Join(places[i], "\n"))
		}
	}
}
