package resample

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// sharedTables has the tables of all Converters of the process. It is the only global state of this package, and no
// result depends on it: the tables are immutable, and computing them again returns the same bits. Without it, each
// Converter would spend most of the time of New on tables that another Converter already has.
var sharedTables = newCache[tableKey, tables](maxShared)

// maxShared bounds the memory of tables that no Converter uses any more, in bytes. The tables of Best for about 300
// common pairs of rates fit.
const maxShared = 16 << 20

// A tables is the immutable part of an engine: a *blockPlan or a polyphase.
type tables sized

// A tableKey has all that tables depend on. The ratio is in lowest terms.
type tableKey struct {
	level    kernel.Level
	design   design
	up, down int
	inRate   int
}

// compute returns the tables for a key. The error is a *dsp.ArgError for a ratio that the filter does not allow.
func (k tableKey) compute() (tables, error) {
	if p := newBlockPlan(k.level, k.design, k.up, k.down, k.inRate); p != nil {
		return p, nil
	}
	if k.design.minPhase {
		return nil, dsp.NewArgError("ratio", fmt.Sprintf("%d/%d", k.up, k.down),
			"at least 1/%d for minimum phase at this bandwidth; linear phase has no such limit", k.design.mostDown())
	}
	return newPolyphase(k.design.sinc, k.up, k.down), nil
}
