package fileio

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

	mode     fs.FileMode
	keepMode bool // mode is that of an existing file, to which the umask does not apply

	all *Outputs
}

// Outputs are the temporary files of a run that is not finished. The zero value has none.
type Outputs struct {
	mu    sync.Mutex
	temps map[string]bool
}

// Discard removes every temporary file. It is for a process that is about to end: no output can be opened or completed
// afterwards.
func (o *Outputs) Discard() {
	o.mu.Lock() // for good
	for t := range o.temps {
		os.Remove(t)
	}
}

// check reports what would prevent path from being written: a terminal, a folder, a file that exists unless force is
// set, or a folder in which no file can be created.
func (o *Outputs) check(path string, stdout io.Writer, force bool) error {
	out, err := o.locate(path, stdout, force)
	if err != nil || out.target == "" {
		return err
	}
	if err := out.createTemp(); err != nil {
		return Name(path, err)
	}
	out.abort()
	return nil
}

// create opens path for writing; "-" is stdout. It fails like check.
func (o *Outputs) create(path string, stdout io.Writer, force bool) (*output, error) {
	out, err := o.locate(path, stdout, force)
	switch {
	case err != nil:
		return nil, err
	case out.target != "":
		err = out.createTemp()
	case out.Writer == nil: // a device or a FIFO
		if out.file, err = os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			out.Writer = writeOnly{out.file}
		}
	}
	if err != nil {
		return nil, Name(path, err)
	}
	return out, nil
}

// locate finds out where path leads, and opens nothing. A regular file has a target; standard output has a Writer.
func (o *Outputs) locate(path string, stdout io.Writer, force bool) (*output, error) {
	if path == "-" {
		if IsTerminal(stdout) {
			return nil, &Error{"standard output", errors.New("is a terminal, which a stream of sound would garble; redirect it, or name a file")}
		}
		return &output{Writer: stdout}, nil
	}
	out := &output{replace: force, all: o, mode: 0o666}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, &Error{path, errors.New("is a folder; name a file")}
	case err == nil && isStdout(info):
		return &output{Writer: stdout}, nil
	case err == nil && !info.Mode().IsRegular():
		return out, Name(path, writable(path))
	case err == nil && !force:
		return nil, &Error{path, errors.New("exists; --force overwrites it")}
	case err == nil:
		out.mode, out.keepMode = info.Mode().Perm(), true
	case !errors.Is(err, fs.ErrNotExist):
		return nil, Name(path, err)
	}
	out.target, err = resolve(path)
	return out, err
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
			return fmt.Errorf("cannot create a file in its folder: %w", plain(err))
		}
		o.Writer, o.file, o.temp = f, f, temp
		if o.all.temps == nil {
			o.all.temps = map[string]bool{}
		}
		o.all.temps[temp] = true
		if o.keepMode {
			if err := f.Chmod(o.mode); err != nil {
				f.Close()
				os.Remove(temp)
				delete(o.all.temps, temp)
				return err
			}
		}
		return nil
	}
}

// IsTerminal reports whether a writer is a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
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
	return "", &Error{path, errors.New("too many levels of symbolic links")}
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
		return &Error{o.target, errors.New("was created meanwhile; --force overwrites it")}
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

// abort removes what was created.
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
