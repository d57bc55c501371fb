// Package file finds and opens the files of models: those of the operating system, and those of an [fs.FS].
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

// A System is where files are found by their paths. Its errors begin with the path that it was asked for.
type System struct {
	fsys fs.FS

	// Dir, Base and Join are those of package path or path/filepath, as its paths need.
	Dir, Base func(path string) string
	Join      func(elements ...string) string
}

// OS returns the files of the operating system.
func OS() System { return System{host{}, filepath.Dir, filepath.Base, filepath.Join} }

// In returns the files of fsys.
func In(fsys fs.FS) System { return System{fsys, path.Dir, path.Base, path.Join} }

// host is the operating system's files by any path, also one that starts with / or has .. in it.
type host struct{}

func (host) Open(path string) (fs.File, error)          { return os.Open(path) }
func (host) Stat(path string) (fs.FileInfo, error)      { return os.Stat(path) }
func (host) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }

// Stat describes a file or a folder.
func (s System) Stat(path string) (fs.FileInfo, error) {
	st, err := fs.Stat(s.fsys, path)
	return st, Error(path, err)
}

// ReadDir returns what is in a folder, by name.
func (s System) ReadDir(path string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.fsys, path)
	return entries, Error(path, err)
}

// Read reads a regular file of at most that many bytes.
func (s System) Read(path string, most int64) ([]byte, error) {
	f, size, err := s.open(path, most)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(path, f, size)
}

// A File is open for reading at any place.
type File struct {
	io.ReaderAt
	Size int64
	io.Closer
}

// MaxWhole bounds a file that cannot be read at any place, and is therefore read whole.
const MaxWhole = min(1<<31, math.MaxInt)

// Open opens a regular file of at most that many bytes.
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
		return nil, fmt.Errorf("%s: has %d bytes, must have at most %d in a file system without io.ReaderAt, "+
			"from which it is read whole", path, size, int64(MaxWhole))
	}
	b, err := readAll(path, f, size)
	if err != nil {
		return nil, err
	}
	return &File{bytes.NewReader(b), size, io.NopCloser(nil)}, nil
}

// open opens a regular file. It looks before it opens, because opening a pipe waits for a writer.
func (s System) open(path string, most int64) (fs.File, int64, error) {
	st, err := s.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if !st.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("%s: is no regular file", path)
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
		return nil, fmt.Errorf("%s: ends after %d of its %d bytes: %w", path, n, size, io.ErrUnexpectedEOF)
	}
	return b, Error(path, err)
}

// Error puts the path first, as in all messages, and leaves out the name of the system call. A file that is not there
// has one wording, whatever the file system. It returns nil for nil.
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

// A missing file. It is an [fs.ErrNotExist].
type missing struct{ path string }

func (m *missing) Error() string { return m.path + ": no such file or directory" }
func (m *missing) Unwrap() error { return fs.ErrNotExist }
