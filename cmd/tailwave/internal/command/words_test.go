package command

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rareWords are words for which a term of the field usually says more: see the glossary in .github/CONTRIBUTING.md. The
// limits are twice the rates in other packages (errgroup, flac, gonum, beep, zstd and tract). Their 9242 lines of
// comments contain "give" or "gives" 19 times, "behind" once, and none of the other words.
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

// scripts are the extensions of texts that are not Go code.
var scripts = []string{".md", ".sh", ".awk", ".yml", ".fbs", ".js", ".c"}

// TestWords: the comments and strings of Go code outside tests, the documents except the glossary itself, and the
// scripts keep to plain words.
func TestWords(t *testing.T) {
	lines, texts := 0, 0
	places := make([][]string, len(rareWords))
	look := func(where, text string) {
		text = strings.Join(strings.Fields(strings.NewReplacer("//", " ", "#", " ").Replace(text)), " ") // phrases over two lines
		for i, w := range rareWords {
			for range w.pattern.FindAllString(text, -1) {
				places[i] = append(places[i], where)
			}
		}
	}
	root := filepath.FromSlash("../../../..")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == ".git" || d.Name() == "dist" && filepath.Dir(path) == root) {
			return cmp.Or(err, filepath.SkipDir) // SkipDir for a file, such as .git in a worktree, would skip its folder
		}
		switch name := d.Name(); {
		case d.IsDir() || strings.HasSuffix(name, "_test.go"):
			return nil
		case name == "Makefile" || name == "run" || slices.Contains(scripts, filepath.Ext(name)):
			texts++
			text, _, _ := strings.Cut(string(readFile(t, path)), "\n## Words\n") // the glossary in CONTRIBUTING
			look(path, text)
			return nil
		case filepath.Ext(name) != ".go":
			return nil
		}
		text := string(readFile(t, path))
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, path, text, parser.ParseComments)
		if err != nil || ast.IsGenerated(f) {
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
	if lines < 5000 || texts < 25 {
		t.Errorf("got %d lines of comments and %d other texts, want at least 5000 and 25", lines, texts)
	}
	for i, w := range rareWords {
		if got, most := len(places[i]), int(w.rate*float64(lines)); got > most {
			t.Errorf("%s: got %d places, want at most %d for %d lines of comments:\n%s", w.pattern, got, most, lines,
				strings.Join(places[i], "\n"))
		}
	}
}
