package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// A file is an entry of an archive.
type file struct {
	name string // with slashes, relative to the folder; that of a folder ends with one
	mode fs.FileMode
	data []byte
}

// list returns the files below a folder in the order of their names, each after the folders that contain it. Modes are
// those that a release needs, because file systems differ in what they keep of a mode.
func list(folder string) ([]file, error) {
	var files []file
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		rel, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		f := file{name: filepath.ToSlash(rel), mode: 0o644}
		switch {
		case d.IsDir():
			f.name += "/"
			f.mode = fs.ModeDir | 0o755
		case !d.Type().IsRegular():
			return fmt.Errorf("%s: is neither a file nor a folder", path)
		case f.name == "tailwave", f.name == "tailwave.exe":
			f.mode = 0o755
		}
		if !d.IsDir() {
			f.data, err = os.ReadFile(path)
		}
		files = append(files, f)
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: is empty", folder)
	}
	return files, err
}

// writeTar writes a .tar.gz file. All entries belong to user and group 0.
func writeTar(w io.Writer, files []file, at time.Time) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression) // its header has neither a time nor a name
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	for _, f := range files {
		h := &tar.Header{
			Typeflag: tar.TypeReg, Name: f.name, Mode: int64(f.mode.Perm()), Size: int64(len(f.data)), ModTime: at,
			Format: tar.FormatUSTAR,
		}
		if f.mode.IsDir() {
			h.Typeflag = tar.TypeDir
		}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if _, err := t.Write(f.data); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return z.Close()
}

// firstZip is the earliest time that a .zip file can have.
var firstZip = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// writeZip writes a .zip file.
func writeZip(w io.Writer, files []file, at time.Time) error {
	if at.Before(firstZip) {
		at = firstZip
	}
	z := zip.NewWriter(w)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at}
		h.SetMode(f.mode)
		if f.mode.IsDir() {
			h.Method = zip.Store
		}
		e, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := e.Write(f.data); err != nil {
			return err
		}
	}
	return z.Close()
}
