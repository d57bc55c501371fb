package fileio

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// An output is a file being written. A regular file appears whole or not at all, when commit puts it under its name.
// Devices, FIFOs and standard output are written directly.
type output struct {
	io.Writer
	file    *os.File    // nil for standard output
	target  string      // the final name, symbolic links resolved; "" if written directly
	temp    string      // the name until commit; "" for a file without a name
	old     fs.FileInfo // the file to be replaced; nil for a new file
	replace bool        // target may exist
	sync    bool        // commit waits for the disk

	all *Outputs
}

// Outputs are the files of a run that have not appeared yet. The zero value is empty and ready to use.
type Outputs struct {
	mu     sync.Mutex
	temps  map[string]bool
	hidden map[string][]string // by folder: names of temporary files that the run found there
}

// Discard removes every temporary file. It is for a process that is about to end: no output can be opened or completed
// afterwards.
func (o *Outputs) Discard() {
	o.mu.Lock() // never unlocked
	for t := range o.temps {
		os.Remove(t)
	}
}

// check returns the error that would prevent d from being written.
func (o *Outputs) check(d Destination) error {
	out, err := o.locate(d)
	if err != nil || out.target == "" {
		return err
	}
	out.replace = false // a file without a name also shows that a file can be created
	if err := out.open(); err != nil {
		return Name(d.Path, err)
	}
	out.abort()
	return nil
}

// create opens d for writing. It fails like check.
func (o *Outputs) create(d Destination) (*output, error) {
	out, err := o.locate(d)
	switch {
	case err != nil:
		return nil, err
	case out.target != "":
		o.removeLeftovers(out.target)
		err = out.open()
	case out.Writer == nil: // a device or a FIFO
		if out.file, err = os.OpenFile(d.Path, os.O_WRONLY, 0); err == nil {
			out.Writer = writeOnly{outFile{out.file}}
		}
	}
	if err != nil {
		return nil, Name(d.Path, err)
	}
	return out, nil
}

// locate returns the output for d and opens no file. The output of a regular file has a target; that of standard output
// has a Writer.
func (o *Outputs) locate(d Destination) (*output, error) {
	if d.Path == "-" {
		return standardOutput(d)
	}
	out := &output{replace: d.Force, sync: d.Sync, all: o}
	info, err := os.Stat(d.Path)
	switch {
	case err == nil && info.IsDir():
		return nil, &Error{d.Path, errors.New("is a folder: name a file")}
	case err == nil && isStdout(d, info):
		return standardOutput(d)
	case err == nil && !info.Mode().IsRegular():
		if d.Sync {
			return nil, &SyncError{d.Path}
		}
		return out, Name(d.Path, writable(d.Path))
	case err == nil && !d.Force:
		return nil, &Error{d.Path, errors.New("exists: name another file, or use --force to overwrite it")}
	case err == nil:
		out.old = info
	case !errors.Is(err, fs.ErrNotExist):
		return nil, Name(d.Path, err)
	}
	out.target, err = resolve(d.Path)
	return out, err
}

// open opens the file that commit lets appear: a file without a name if the file system has such files and target must
// be new, else a temporary file in the same folder.
func (o *output) open() error {
	o.all.mu.Lock()
	defer o.all.mu.Unlock()
	if !o.replace {
		if dir, _ := filepath.Split(o.target); o.openUnnamed(dir) == nil {
			return nil
		}
	}
	return o.openNamed()
}

func (o *output) openUnnamed(dir string) error {
	f, err := openUnnamed(dir)
	if err == nil {
		o.Writer, o.file = outFile{f}, f
	}
	return err
}

// An outFile is a file whose Write errors do not name it: the name of a temporary file means nothing to the user.
type outFile struct{ *os.File }

func (f outFile) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	return n, plain(err)
}

// writeOnly hides that a device may be able to seek.
type writeOnly struct{ io.Writer }

// resolve follows symbolic links to a file, which need not exist. It keeps ".." in the path: its meaning depends on the
// links before it.
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
	return "", &Error{path, errors.New("too many levels of symbolic links: name the file itself")}
}
