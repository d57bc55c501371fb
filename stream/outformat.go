package stream

import "fmt"

// OutFormat returns the format that [Pipeline.Run] would pass to Sink.Open. Its rate is in lowest terms. The sink need
// not be set, and nothing is read. If the source and the stages do not fit together, the error is that of Run.
func (p Pipeline) OutFormat() (Format, error) {
	pl, err := connect(p.Source, p.Stages)
	if err != nil {
		return Format{}, fmt.Errorf("pipeline: %w", hideEOF(err))
	}
	return pl.format, nil
}
