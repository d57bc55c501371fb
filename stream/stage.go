package stream

import "github.com/tailwave/tailwave/dsp"

// A Stage is one step of a pipeline, run in a goroutine of its own. Name appears in errors and statistics.
type Stage struct {
	Name string
	dsp.Processor
}
