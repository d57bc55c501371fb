package stream

import "fmt"

// OutFormat returns the format of the frames that reach the sink, as [Pipeline.Run] passes it to Sink.Open: the frame
// rate is in lowest terms. The sink need not be set. OutFormat fails as Run does if the source and the stages do not
// fit together.
func (p Pipeline) OutFormat() (Format, error) {
	pl, err := connect(p.Source, p.Stages)
	if err != nil {
		return Format{}, fmt.Errorf("pipeline: %w", hideEOF(err))
	}
	return pl.format, nil
}
