//go:build !linux

package fileio

import (
	"errors"
	"os"
)

// openUnnamed fails: there are no files without a name.
func openUnnamed(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func linkUnnamed(*os.File, string) error { return errors.ErrUnsupported }
