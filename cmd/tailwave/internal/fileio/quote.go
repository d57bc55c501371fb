package fileio

import "strings"

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
