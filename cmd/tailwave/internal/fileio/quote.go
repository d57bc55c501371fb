package fileio

import "strings"

// QuotePath quotes the path of a file so that no program takes it for a flag or a URL.
func QuotePath(path string) string {
	first, _, _ := strings.Cut(path, "/")
	if len(path) > 1 && path[0] == '-' || strings.Contains(first, ":") {
		path = "./" + path
	}
	return Quote(path)
}

// Quote returns a word as a POSIX shell needs it.
func Quote(word string) string {
	const plain = "%+,-./:@_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
