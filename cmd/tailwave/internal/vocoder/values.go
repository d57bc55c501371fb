package vocoder

import (
	"maps"
	"slices"
)

// Scales returns the values of --mel-in.
func Scales() []string { return slices.Sorted(maps.Keys(scales)) }
