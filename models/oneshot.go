package models

import (
	"context"
	"fmt"

	"github.com/tailwave/tailwave/dsp"
)

// OneShot returns what the network makes of a whole input, frames one after the other: layer by layer over whole arrays, by
// the one-shot operators, which share no code with streams and take no short cuts. It is what streams are compared with; a
// multiply-add takes some 4 ns. It fails with dsp.ErrTooShort for fewer frames than MinFrames, and when ctx ends, which is
// looked for between layers. The stream of the Model is not touched.
func (m *Model) OneShot(ctx context.Context, src []float32) ([]float32, error) {
	if len(src)%m.Info.Mels != 0 {
		return nil, fmt.Errorf("%d values are not whole frames of %d", len(src), m.Info.Mels)
	}
	if err := dsp.CheckLength(m, int64(len(src)/m.Info.Mels)); err != nil {
		return nil, err
	}
	return m.network.OneShot(ctx, src)
}
