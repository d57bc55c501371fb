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

	"github.com/mattn/go-isatty"
)

// An output is a file being written. A regular file appears whole or not at all: it is written under another name in
// the same folder and renamed by commit. Devices, FIFOs and standard output are written directly.
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
		if f, ok := stdout.(*os.File); ok && isatty.IsTerminal(f.Fd()) {
			return nil, &fileError{"standard output", errors.New("is a terminal, which a WAV stream would garble; redirect it, or name a file")}
		}
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
			return nil, &fileError{path, withoutPath(err)}
		}
		out.Writer, out.file = writeOnly{f}, f
		return out, nil
	case err == nil && !force:
		return nil, &fileError{path, errors.New("exists; --force overwrites it")}
	case err == nil:
		out.mode = info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return nil, &fileError{path, withoutPath(err)}
	}
	if out.target, err = resolve(path); err != nil {
		return nil, err
	}
	if err := out.createTemp(); err != nil {
		return nil, &fileError{path, err}
	}
	if info != nil { // the umask does not apply to a file that was there
		if err := out.file.Chmod(out.mode); err != nil {
			out.abort()
			return nil, &fileError{path, withoutPath(err)}
		}
	}
	return out, nil
}

// createTemp creates the temporary file. It is in the list as soon as it exists.
func (o *output) createTemp() error {
	o.all.mu.Lock()
	defer o.all.mu.Unlock()
	dir, name := filepath.Split(o.target)
	for try := 0; ; try++ {
		// Not filepath.Join: what it shortens may be another folder where there are symbolic links.
		temp := fmt.Sprintf("%s.%s.%08x.tmp", dir, name[:min(len(name), 100)], rand.Uint32())
		f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, o.mode)
		switch {
		case errors.Is(err, fs.ErrExist) && try < 100:
			continue
		case errors.Is(err, fs.ErrNotExist):
			return errors.New("its folder does not exist; create that first")
		case err != nil:
			return fmt.Errorf("cannot create a file in its folder: %w", withoutPath(err))
		}
		o.Writer, o.file, o.temp = f, f, temp
		if o.all.temps == nil {
			o.all.temps = map[string]bool{}
		}
		o.all.temps[temp] = true
		return nil
	}
}

// withoutPath returns an error of package os without the operation and the path: a fileError has the path.
func withoutPath(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// writeOnly hides that a device may be able to seek.
type writeOnly struct{ io.Writer }

// isStdout reports whether a path such as /dev/stdout leads to this process's standard output.
func isStdout(info fs.FileInfo) bool {
	out, err := os.Stdout.Stat()
	return err == nil && os.SameFile(info, out)
}

// resolve follows symbolic links to a file that need not exist. ".." stays in the path, for what it leads to depends on
// the links before it.
func resolve(path string) (string, error) {
	for range 40 {
		to, err := os.Readlink(path)
		if err != nil {
			return path, nil
		}
		if !filepath.IsAbs(to) {
			dir, _ := filepath.Split(path)
			to = dir + to
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
		return &fileError{o.target, errors.New("was created meanwhile; --force overwrites it")}
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
