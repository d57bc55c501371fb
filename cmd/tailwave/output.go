package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
)

// An output is a file being written. A regular file appears whole or not at all: it is written under another name in the
// same folder and renamed by commit. Devices, FIFOs and standard output are written directly.
type output struct {
	io.Writer
	file    *os.File // nil for standard output
	target  string   // what temp will be renamed to, symlinks resolved
	temp    string   // "" if written directly
	replace bool     // target may exist
	mode    fs.FileMode
	all     *outputs
}

// outputs are the temporary files of a run that is not finished.
type outputs struct {
	mu    sync.Mutex
	temps map[string]bool
}

// discard removes every temporary file. Nothing can be committed afterwards.
func (o *outputs) discard() {
	o.mu.Lock() // and never unlock: the process is about to end
	for t := range o.temps {
		os.Remove(t)
	}
}

// create prepares path for writing; "-" is stdout. An existing file is an error unless force is set.
func (o *outputs) create(path string, stdout io.Writer, force bool) (*output, error) {
	if path == "-" {
		return &output{Writer: stdout}, nil
	}
	out := &output{replace: force, all: o, mode: 0o666}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, &fileError{path, errors.New("is a folder; name a file")}
	case err == nil && isStdout(info):
		return &output{Writer: stdout}, nil
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, err
		}
		out.Writer, out.file = writeOnly{f}, f
		return out, nil
	case err == nil && !force:
		return nil, &fileError{path, errors.New("exists; --force overwrites it")}
	case err == nil:
		out.mode = info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if out.target, err = resolve(path); err != nil {
		return nil, err
	}
	dir, name := filepath.Split(out.target)
	for try := 0; ; try++ {
		temp := filepath.Join(dir, fmt.Sprintf(".%.100s.%08x.tmp", name, rand.Uint32()))
		f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, out.mode)
		if errors.Is(err, fs.ErrExist) && try < 100 {
			continue
		}
		if err != nil {
			return nil, &fileError{path, fmt.Errorf("cannot create a file beside it: %w", err)}
		}
		out.Writer, out.file, out.temp = f, f, temp
		break
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.temps == nil {
		o.temps = map[string]bool{}
	}
	o.temps[out.temp] = true
	if info != nil {
		return out, out.file.Chmod(out.mode) // the umask does not apply to a file that was there
	}
	return out, nil
}

// writeOnly hides that a device may be able to seek.
type writeOnly struct{ io.Writer }

// isStdout reports whether a path such as /dev/stdout leads to this process's standard output.
func isStdout(info fs.FileInfo) bool {
	out, err := os.Stdout.Stat()
	return err == nil && os.SameFile(info, out)
}

// resolve follows symbolic links to a file that need not exist.
func resolve(path string) (string, error) {
	for range 40 {
		to, err := os.Readlink(path)
		if err != nil {
			return path, nil
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return "", &fileError{path, errors.New("too many levels of symbolic links")}
}

// commit makes the file appear under its name.
func (o *output) commit() error {
	if o.file == nil {
		return nil
	}
	if err := o.file.Close(); err != nil {
		o.remove()
		return err
	}
	if o.temp == "" {
		return nil
	}
	if _, err := os.Lstat(o.target); err == nil && !o.replace {
		o.remove()
		return &fileError{o.target, errors.New("has come to exist meanwhile; --force overwrites it")}
	}
	o.all.mu.Lock()
	defer o.all.mu.Unlock()
	delete(o.all.temps, o.temp)
	if err := os.Rename(o.temp, o.target); err != nil {
		os.Remove(o.temp)
		return err
	}
	return nil
}

// abort leaves nothing behind.
func (o *output) abort() {
	if o.file != nil {
		o.file.Close()
		o.remove()
	}
}

func (o *output) remove() {
	if o.temp == "" {
		return
	}
	o.all.mu.Lock()
	defer o.all.mu.Unlock()
	delete(o.all.temps, o.temp)
	os.Remove(o.temp)
}
