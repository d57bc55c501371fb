package fileio

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// maxStem bounds the bytes that the name of a temporary file repeats of OUT: a longer name could be too long for the
// file system.
const maxStem = 100

// tempPrefix returns the folder of target, and the beginning of the names of its temporary files: ".OUT.tailwave-".
func tempPrefix(target string) (dir, prefix string) {
	dir, name := filepath.Split(target)
	n := min(len(name), maxStem)
	for n > 0 && n < len(name) && !utf8.RuneStart(name[n]) {
		n--
	}
	return dir, "." + name[:n] + tempMark
}

// tempMark is in the names of all temporary files.
const tempMark = ".tailwave-"

// openNamed creates the temporary file, and locks it where there are locks. The file is in the list as soon as it
// exists. If it is to replace another file, only its owner may read it until then. The caller holds the lock of the
// list.
func (o *output) openNamed() error {
	mode := fs.FileMode(0o666)
	if o.old != nil {
		mode = 0o600
	}
	for try := 0; ; try++ {
		// filepath.Join would resolve "..", which leads elsewhere if a folder is a symbolic link.
		dir, prefix := tempPrefix(o.target)
		temp := fmt.Sprintf("%s%s%08x", dir, prefix, rand.Uint32())
		f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		switch {
		case errors.Is(err, fs.ErrExist) && try < 100:
			continue
		case errors.Is(err, fs.ErrNotExist) && !exists(dir+"."):
			return errors.New("its folder does not exist: create it first")
		case errors.Is(err, fs.ErrNotExist):
			return errors.New("cannot be created in its folder: choose another folder")
		case err != nil:
			return fmt.Errorf("cannot be created in its folder: %w", plain(err))
		}
		lock(f)
		if !names(temp, f) && try < 100 { // another run removed it as a leftover before it was locked
			f.Close()
			continue
		}
		o.Writer, o.file, o.temp = outFile{f}, f, temp
		if o.all.temps == nil {
			o.all.temps = map[string]bool{}
		}
		o.all.temps[temp] = true
		return nil
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// names reports whether path is a name of an open file.
func names(path string, f *os.File) bool {
	there, err := os.Lstat(path)
	if err != nil {
		return false
	}
	open, err := f.Stat()
	return err == nil && os.SameFile(there, open)
}

// removeLeftovers removes the temporary files that killed runs have left for target. A run that is not finished has
// locked its file.
func (o *Outputs) removeLeftovers(target string) {
	if !canLock {
		return
	}
	dir, prefix := tempPrefix(target)
	for _, name := range o.hiddenNames(dir) {
		if strings.HasPrefix(name, prefix) {
			removeUnlocked(dir + name)
		}
	}
}

// hiddenNames returns the names of temporary files in a folder. It reads each folder once in a run: a batch may have
// thousands of outputs in one folder.
func (o *Outputs) hiddenNames(dir string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if list, ok := o.hidden[dir]; ok {
		return list
	}
	var list []string
	if f, err := os.Open(dir + "."); err == nil {
		all, _ := f.Readdirnames(-1)
		f.Close()
		for _, name := range all {
			if strings.HasPrefix(name, ".") && strings.Contains(name, tempMark) {
				list = append(list, name)
			}
		}
	}
	if o.hidden == nil {
		o.hidden = map[string][]string{}
	}
	o.hidden[dir] = list
	return list
}
