package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestLine: a long line loses characters in the middle of its long words first. Characters are counted, not bytes.
func TestLine(t *testing.T) {
	note := strings.Repeat("♪", 4096)
	path := "/begin/" + strings.Repeat("d/", 2000) + "end.wav"
	spaces := "begin " + strings.Repeat("a b ", 1000) + "end"
	for name, c := range map[string]struct {
		line, begin, end string
		length           int
	}{
		"short":         {"in.wav: no", "in.wav: no", "in.wav: no", 10},
		"just fits":     {note[:3*400], "♪♪", "♪♪", 400},
		"one too many":  {note[:3*401], "♪♪", "♪♪", 100},
		"a path":        {path + ": is a folder", "/begin/d/", "d/end.wav: is a folder", 100 + 12},
		"two paths":     {"a: " + path + " -> " + path, "a: /begin/d/", "d/end.wav", 3 + 100 + 4 + 100},
		"path first":    {path + " -> b.wav", "/begin/", "/end.wav -> b.wav", 100 + 9},
		"with spaces":   {spaces, "begin a b", "b end", 400},
		"control":       {"a\nb\t" + note, "a b ♪♪", "♪♪", 4 + 100},
		"invalid UTF-8": {"\xff" + strings.Repeat("\xe2\x99", 3000) + "\xff", "\uFFFD\uFFFD", "\uFFFD\uFFFD", 100},
	} {
		t.Run(name, func(t *testing.T) {
			got := Line(c.line)
			if n := utf8.RuneCountInString(got); n != c.length || !utf8.ValidString(got) {
				t.Errorf("got %d characters, valid UTF-8 %v, want %d, true", n, utf8.ValidString(got), c.length)
			}
			if !strings.HasPrefix(got, c.begin) || !strings.HasSuffix(got, c.end) {
				t.Errorf("got %q, want %q at its beginning and %q at its end", got, c.begin, c.end)
			}
			if cut := len(c.line) > 1200; strings.Contains(got, "…") != cut {
				t.Errorf("got %q, want … in it: %v", got, cut)
			}
			if n := utf8.RuneCountInString("tailwave: " + ErrorLine(c.line)); n > 400 {
				t.Errorf("line of an error: got %d characters, want at most 400", n)
			}
		})
	}
}

// TestLineWriter: lines are shortened however they are cut into writes, and an error is passed on.
func TestLineWriter(t *testing.T) {
	long := strings.Repeat("é", 1000)
	text := "one\n\n" + long + "\n  two   three\nrest"
	want := "one\n\n" + Line(long) + "\n  two   three\n"
	for _, size := range []int{1, 2, 7, 1000, len(text)} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			var b bytes.Buffer
			w := LineWriter(&b)
			for at := 0; at < len(text); at += size {
				p := text[at:min(at+size, len(text))]
				if n, err := io.WriteString(w, p); n != len(p) || err != nil {
					t.Fatalf("Write of %d bytes: got %d, error %v", len(p), n, err)
				}
			}
			if b.String() != want {
				t.Errorf("got %q, want %q", b.String(), want)
			}
		})
	}
	t.Run("error", func(t *testing.T) {
		broken := errors.New("broken")
		if _, err := io.WriteString(LineWriter(failing{broken}), "a\n"); !errors.Is(err, broken) {
			t.Errorf("got error %v, want %v", err, broken)
		}
	})
	t.Run("summary", func(t *testing.T) {
		var b bytes.Buffer
		Summary(&b, "in/"+long+"/x.wav", "out/"+long+"/y.wav", "3 frames", "1.000 s")
		got := b.String()
		if utf8.RuneCountInString(got) > 401 || !strings.Contains(got, "é/x.wav -> out/é") ||
			!strings.HasSuffix(got, "é/y.wav: 3 frames, 1.000 s\n") {
			t.Errorf("got %q, want a line of at most 400 characters with the ends of both names", got)
		}
	})
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
