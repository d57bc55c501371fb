package fileio

import (
	"strconv"
	"strings"
	"unicode"
)

// Visible returns a path for a message. A path that a reader would not see as it is, because it begins or ends with a
// space or has control characters, is in double quotes, and the control characters are escaped.
func Visible(path string) string {
	control := func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) }
	if path == "" || strings.TrimSpace(path) == path && !strings.ContainsFunc(path, control) {
		return path
	}
	return strconv.Quote(path)
}

// QuotePath quotes the path of a file for a shell, so that no program reads it as a flag or a URL.
func QuotePath(path string) string {
	first, _, _ := strings.Cut(path, "/")
	if len(path) > 1 && path[0] == '-' || strings.Contains(first, ":") {
		path = "./" + path
	}
	return Quote(path)
}

// Quote quotes a word for a POSIX shell.
func Quote(word string) string {
	const plain = "%+,-./:@_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
