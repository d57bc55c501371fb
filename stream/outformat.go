package stream

import "errors"

// OutFormat returns the format of the frames that reach the sink. The sink need not be set. OutFormat fails if there is
// no source, and with a *StageError if a stage does not fit the frames that it gets.
func (p Pipeline) OutFormat() (Format, error) {
	if p.Source == nil {
		return Format{}, errors.New("pipeline: no source")
	}
	f, giver := p.Source.Format(), "source"
	for i, s := range p.Stages {
		name := stageName(i, s)
		var err error
		if f, err = s.outFormat(f, giver); err != nil {
			return Format{}, stageError(name, err)
		}
		giver = "stage " + name
	}
	return f, nil
}
