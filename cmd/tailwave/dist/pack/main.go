// Command pack writes the archives of a release:
//
//	pack -time 1795852800 -out dist tailwave_0.2.0_linux_amd64 tailwave_0.2.0_windows_amd64
//
// It packs each folder into the folder -out: into a .zip for Windows, and into a .tar.gz for other systems. SHA256SUMS
// there has the sums of all archives. The bytes of an archive depend only on the contents and names of the files, on
// -time, and on the version of Go: not on owners, modes, times or the order of files on the disk.
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	seconds := flag.Int64("time", 0, "time of all files, seconds since 1970")
	out := flag.String("out", "dist", "folder of the archives")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: pack -time SECONDS -out FOLDER FOLDER...")
		os.Exit(2)
	}
	if err := pack(*out, flag.Args(), time.Unix(*seconds, 0).UTC()); err != nil {
		fmt.Fprintf(os.Stderr, "pack: %v\n", err)
		os.Exit(1)
	}
}

// pack packs folders into archives in the folder out, and writes the sums of the archives.
func pack(out string, folders []string, at time.Time) error {
	var sums []string
	for _, folder := range folders {
		files, err := list(folder)
		if err != nil {
			return err
		}
		name, write := filepath.Base(folder)+".tar.gz", writeTar
		if strings.Contains(filepath.Base(folder), "_windows_") {
			name, write = filepath.Base(folder)+".zip", writeZip
		}
		sum, err := create(filepath.Join(out, name), func(w io.Writer) error { return write(w, files, at) })
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		sums = append(sums, fmt.Sprintf("%x  %s\n", sum, name))
	}
	slices.SortFunc(sums, func(a, b string) int { return strings.Compare(a[2*sha256.Size:], b[2*sha256.Size:]) })
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(strings.Join(sums, "")), 0o666)
}

// create writes a file and returns its SHA-256.
func create(path string, write func(io.Writer) error) ([]byte, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sum := sha256.New()
	if err := write(io.MultiWriter(f, sum)); err != nil {
		return nil, err
	}
	return sum.Sum(nil), f.Close()
}
