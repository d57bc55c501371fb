// Package file opens the files of models, of the operating system or of an [fs.FS], with the same errors for both.
//
//	files := file.In(embedded)                           // or file.OS()
//	config, err := files.Read("m/config.json", 1<<20)    // a whole file, of at most 1 MiB
//	f, err := files.Open("m/generator.safetensors", max) // for reading at any position
//
// Errors begin with the path. A missing file is an [fs.ErrNotExist] with one wording for every file system. Only
// regular files are opened, so that a named pipe does not block.
package file

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
)

// A System is a file system. Its errors begin with the path of the file.
type System struct {
	fsys fs.FS

	// Dir, Base and Join are the functions of package path or path/filepath, whichever fits the paths of the system.
	Dir, Base func(path string) string
	Join      func(elements ...string) string
}

// OS returns the file system of the operating system.
func OS() System { return System{host{}, filepath.Dir, filepath.Base, filepath.Join} }

// In returns fsys as a System.
func In(fsys fs.FS) System { return System{fsys, path.Dir, path.Base, path.Join} }

// host has the files of the operating system by any path. [os.DirFS] would refuse a path that starts with / or contains
// ..
type host struct{}

func (host) Open(path string) (fs.File, error)          { return os.Open(path) }
func (host) Stat(path string) (fs.FileInfo, error)      { return os.Stat(path) }
func (host) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

// Stat describes a file or a folder.
func (s System) Stat(path string) (fs.FileInfo, error) {
	st, err := fs.Stat(s.fsys, path)
	return st, Error(path, err)
}

// ReadDir returns the entries of a folder, sorted by name.
func (s System) ReadDir(path string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.fsys, path)
	return entries, Error(path, err)
}

// Read returns the content of a regular file. It fails for a file of more than most bytes.
func (s System) Read(path string, most int64) ([]byte, error) {
	f, size, err := s.open(path, most)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(path, f, size)
}

// A File is open for reading at any position.
type File struct {
	io.ReaderAt
	Size int64 // bytes
	io.Closer
}

// MaxWhole bounds a file without [io.ReaderAt], which is read into memory, in bytes.
const MaxWhole = min(1<<31, math.MaxInt)

// Open opens a regular file. It fails for a file of more than most bytes. A file without [io.ReaderAt] is read into
// memory.
func (s System) Open(path string, most int64) (*File, error) {
	f, size, err := s.open(path, most)
	if err != nil {
		return nil, err
	}
	if r, ok := f.(io.ReaderAt); ok {
		return &File{r, size, f}, nil
	}
	defer f.Close()
	if size > MaxWhole {
		return nil, fmt.Errorf("%s: has %d bytes, must have at most %d in a file system that reads files only "+
			"from the start", path, size, int64(MaxWhole))
	}
	b, err := readAll(path, f, size)
	if err != nil {
		return nil, err
	}
	return &File{bytes.NewReader(b), size, io.NopCloser(nil)}, nil
}

// open opens a regular file. It calls Stat first, because opening a named pipe would wait for a writer.
func (s System) open(path string, most int64) (fs.File, int64, error) {
	st, err := s.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if st.IsDir() {
		return nil, 0, fmt.Errorf("%s: is a folder, must be a file", path)
	}
	if !st.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("%s: is not a regular file", path)
	}
	if st.Size() > most {
		return nil, 0, fmt.Errorf("%s: has %d bytes, must have at most %d", path, st.Size(), most)
	}
	f, err := s.fsys.Open(path)
	return f, st.Size(), Error(path, err)
}

// readAll reads the size bytes of a file.
func readAll(path string, r io.Reader, size int64) ([]byte, error) {
	b := make([]byte, size)
	n, err := io.ReadFull(r, b)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, &cutError{fmt.Sprintf("%s: ends after %d of its %d bytes: it was cut while it was read: try again",
			path, n, size)}
	}
	return b, Error(path, err)
}

// A cutError is about a file that ends before its size. It wraps [io.ErrUnexpectedEOF].
type cutError struct{ text string }

func (c *cutError) Error() string { return c.text }
func (c *cutError) Unwrap() error { return io.ErrUnexpectedEOF }

// Error returns err with the path in front and without the name of the system call. A missing file has one wording,
// whatever the file system. Error returns nil for nil.
func Error(path string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return &missing{path}
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}

// A missing error is about a missing file. It wraps [fs.ErrNotExist].
type missing struct{ path string }

func (m *missing) Error() string { return m.path + ": no such file or directory" }
func (m *missing) Unwrap() error { return fs.ErrNotExist }
