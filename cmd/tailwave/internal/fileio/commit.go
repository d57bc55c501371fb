package fileio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// commit makes the file appear under its name. If it fails, there is no trace of the file, unless the error says that
// it was written.
func (o *output) commit() error {
	if o.file == nil {
		return nil
	}
	if o.target == "" {
		return o.file.Close()
	}
	if err := o.settle(); err != nil {
		o.abort()
		return err
	}
	err := o.appear()
	if o.temp == "" && err != nil && !errors.Is(err, fs.ErrExist) {
		err = o.copy(err)
	}
	if errors.Is(err, fs.ErrExist) {
		err = &Error{o.target, errors.New("was created meanwhile, so the result was not written: name another file, or use --force to overwrite it")}
	}
	o.abort()
	if err == nil && o.sync {
		dir, _ := filepath.Split(o.target)
		if e := syncFolder(dir); e != nil {
			err = fmt.Errorf("was written, but its folder cannot be synced: %w", plain(e))
		}
	}
	return err
}

// settle completes the file: it sets owner and mode, syncs the bytes to the disk if the user wants that, and returns
// errors that network file systems report only on close.
func (o *output) settle() error {
	if o.old != nil {
		keepOwnerAndMode(o.file, o.old)
	}
	if o.sync {
		if err := o.file.Sync(); err != nil {
			return err
		}
	}
	return flush(o.file)
}

// appear puts the file under its final name. The lock of a temporary file is held until then, so that no other run
// removes the file as a leftover.
func (o *output) appear() (err error) {
	o.all.mu.Lock()
	defer o.all.mu.Unlock()
	switch {
	case o.temp == "":
		return linkUnnamed(o.file, o.target)
	case o.replace:
		err = replaceFile(o.temp, o.target)
	default:
		err = renameNew(o.temp, o.target)
	}
	if err == nil {
		delete(o.all.temps, o.temp)
		o.temp = ""
	}
	return err
}

// copy copies a file without a name to a temporary file, which then appears. It is for file systems that create files
// without a name and do not link them. cause is the error of the link.
func (o *output) copy(cause error) error {
	from := o.file
	defer from.Close()
	o.all.mu.Lock()
	err := o.openNamed()
	o.all.mu.Unlock()
	if err != nil {
		return cause
	}
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.Copy(o.file, from); err != nil {
		return err
	}
	if err := o.settle(); err != nil {
		return err
	}
	return o.appear()
}

// abort closes the file, and removes it if it has not appeared.
func (o *output) abort() {
	if o.file == nil {
		return
	}
	o.file.Close()
	if o.temp == "" {
		return
	}
	o.all.mu.Lock()
	defer o.all.mu.Unlock()
	os.Remove(o.temp)
	delete(o.all.temps, o.temp)
}
