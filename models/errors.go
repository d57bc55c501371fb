package models

import (
	"fmt"
	"strings"
)

// An AmbiguousError reports a weights file with several dictionaries that fit config.json. [WithWeightsKey] chooses
// one.
type AmbiguousError struct {
	File         string   // path
	Architecture string   // as in [Info]
	Keys         []string // of the dictionaries, for WithWeightsKey
}

// Error names the first five keys.
func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s: holds the %s of config.json %d times: choose one of the keys %s",
		e.File, e.Architecture, len(e.Keys), listed(e.Keys))
}

// An UnusedError reports tensors in a weights file that the model does not use, although they may change its sound.
type UnusedError struct {
	File         string   // path
	Architecture string   // of config.json, as in [Info]
	Names        []string // of the tensors, sorted

	// Owner says which other network the tensors belong to. If it is unknown, Owner is empty, and [WithUnused] opens
	// the file.
	Owner string
}

// Error names the first five tensors.
func (e *UnusedError) Error() string {
	what, owner := "tensors that", e.Owner
	if len(e.Names) == 1 {
		what, owner = "tensor that", strings.Replace(e.Owner, "they belong ", "it belongs ", 1)
	}
	s := fmt.Sprintf("%s: has %d %s the %s of config.json does not use: %s",
		e.File, len(e.Names), what, e.Architecture, listed(e.Names))
	if owner != "" {
		s += ": " + owner
	}
	return s
}
