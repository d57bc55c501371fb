package kernel

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
)

// A Level says which instructions the kernels use. It changes speed, never a bit of a result.
type Level int

const (
	Generic Level = iota // Go, with FMA32
	AVX2                 // 8 lanes; needs FMA as well
	AVX512               // 16 lanes; the foundation subset AVX-512F, and all that AVX2 needs
)

var levelNames = [...]string{Generic: "generic", AVX2: "avx2", AVX512: "avx512"}

// String returns the name that TAILWAVE_CPU takes.
func (l Level) String() string {
	if l < 0 || int(l) >= len(levelNames) {
		return fmt.Sprintf("level %d", int(l))
	}
	return levelNames[l]
}

// Variable is the environment variable that forces a level.
const Variable = "TAILWAVE_CPU"

// Choose returns the level that TAILWAVE_CPU names, else the highest of this processor. A name that is none, or of a
// level this processor or this build does not have, is an error. The variable is read once.
var Choose = sync.OnceValues(func() (Level, error) { return choose(os.Getenv(Variable), Levels()) })

// choose returns the level of that name, or the last of levels if the name is empty.
func choose(name string, levels []Level) (Level, error) {
	if name == "" {
		return levels[len(levels)-1], nil
	}
	l := Level(slices.Index(levelNames[:], name))
	if l < 0 {
		return Generic, fmt.Errorf("%s is %q, must be one of %s", Variable, name, strings.Join(levelNames[:], ", "))
	}
	if !slices.Contains(levels, l) {
		var names []string
		for _, l := range levels {
			names = append(names, l.String())
		}
		return Generic, fmt.Errorf("%s is %s, which this processor or build cannot run, must be one of %s", Variable, l, strings.Join(names, ", "))
	}
	return l, nil
}
