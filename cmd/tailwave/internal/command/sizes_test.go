package command

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Limits on the code that people write.
const (
	maxMainLines   = 2400 // of this package, outside tests: commands parse flags, and other packages do the work
	maxFileLines   = 400
	maxCommentWide = 120 // columns of a comment on its own line, a tab as 4
)

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// TestSizes: the commands, files and lines of comments stay short.
func TestSizes(t *testing.T) {
	commands, files := 0, 0
	err := filepath.WalkDir(filepath.FromSlash("../../../.."), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text := string(readFile(t, path))
		if generated.MatchString(text) {
			return nil
		}
		files++
		lines := strings.Count(text, "\n")
		if lines > maxFileLines {
			t.Errorf("%s: got %d lines, want at most %d", path, lines, maxFileLines)
		}
		if filepath.Dir(path) == filepath.FromSlash("../../../../cmd/tailwave/internal/command") && !strings.HasSuffix(path, "_test.go") {
			commands += lines
		}
		number := 0
		for line := range strings.Lines(text) {
			number++
			line = strings.ReplaceAll(strings.TrimRight(line, "\n"), "\t", "    ")
			if comment := strings.HasPrefix(strings.TrimSpace(line), "//"); comment && len([]rune(line)) > maxCommentWide {
				t.Errorf("%s:%d: got a comment of %d columns, want at most %d", path, number, len([]rune(line)), maxCommentWide)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if commands > maxMainLines {
		t.Errorf("this package: got %d lines outside tests, want at most %d", commands, maxMainLines)
	}
	if commands < 1000 || files < 200 {
		t.Errorf("got %d files, and %d lines of this package, want at least 200 and 1000", files, commands)
	}
}
