// Command man writes the manual pages of tailwave into a folder, one file for each command:
//
//	go run ./man -version 0.2.0 -date 1795852800 FOLDER
//
// The pages depend on nothing but these arguments and the help of the commands. This program is in a module of its own,
// so that the main module does not depend on the packages that format manual pages.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/command"
)

func main() {
	version := flag.String("version", "unknown", "version of tailwave, for the foot of each page")
	date := flag.Int64("date", 0, "date of the pages, seconds since 1970")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: man -version VERSION -date SECONDS FOLDER")
		os.Exit(2)
	}
	if err := write(flag.Arg(0), *version, time.Unix(*date, 0).UTC()); err != nil {
		fmt.Fprintf(os.Stderr, "man: %v\n", err)
		os.Exit(1)
	}
}

// write writes the pages into a folder, which it makes if it does not exist.
func write(folder, version string, date time.Time) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	pages, err := render(command.Root(), version, date)
	if err != nil {
		return err
	}
	for name, page := range pages {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(page), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// fileName returns the name of the page about a command.
func fileName(path string) string { return strings.ReplaceAll(path, " ", "-") + ".1" }
