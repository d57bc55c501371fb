//go:build unix && !linux && !darwin

package fileio

// renameNew renames a file unless there is another of that name.
func renameNew(from, to string) error { return linkNew(from, to) }
