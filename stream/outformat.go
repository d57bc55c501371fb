package stream

// OutFormat returns the format of the frames that reach the sink, which need not be set. It fails if the frame rate is
// out of range.
func (p Pipeline) OutFormat() (Format, error) {
	f := p.Source.Format()
	for i, s := range p.Stages {
		shape := s.Shape()
		rate, err := f.Rate.Scale(shape.Up, shape.Down)
		if err != nil {
			return Format{}, stageError(stageName(i, s), err)
		}
		f = Format{Rate: rate, Channels: shape.Out}
	}
	return f, nil
}
