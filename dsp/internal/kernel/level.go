package kernel

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
)

// A Level is a set of instructions that the kernels use. It changes the speed, never a bit of a result.
type Level int

// The levels, in ascending order of speed. Lanes are those of float32.
const (
	Generic Level = iota // Go code, with FMA32
	AVX2                 // 8 lanes: AVX2 and FMA3
	AVX512               // 16 lanes: AVX-512F, and what AVX2 needs
)

var levelNames = [...]string{Generic: "generic", AVX2: "avx2", AVX512: "avx512"}

// String returns the name of the level as in TAILWAVE_CPU: generic, avx2 or avx512.
func (l Level) String() string {
	if l < 0 || int(l) >= len(levelNames) {
		return fmt.Sprintf("level %d", int(l))
	}
	return levelNames[l]
}

// Variable is the environment variable that forces a level.
const Variable = "TAILWAVE_CPU"

// Choose returns the level that TAILWAVE_CPU names, or the highest of [Levels] if it is empty. The error is for an
// unknown name, and for a level that this processor or this build cannot run. The variable is read once.
var Choose = sync.OnceValues(func() (Level, error) { return choose(os.Getenv(Variable), Levels()) })

// choose returns the level of the given name, which must be one of levels, or the last of levels if the name is empty.
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
		return Generic, fmt.Errorf("%s is %s, which this processor or build cannot run, must be one of %s",
			Variable, l, strings.Join(names, ", "))
	}
	return l, nil
}
