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
	return m.network.oneShot(ctx, src)
}

func (c conv) oneShot(ctx context.Context, src []float32) ([]float32, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return c.OneShot(src)
}

func (u transposed) oneShot(ctx context.Context, src []float32) ([]float32, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return u.OneShot(src)
}

func (c chain) oneShot(ctx context.Context, src []float32) (_ []float32, err error) {
	for _, n := range c.nodes {
		if src, err = n.oneShot(ctx, src); err != nil {
			return nil, err
		}
	}
	return src, nil
}

func (s sum) oneShot(ctx context.Context, src []float32) ([]float32, error) {
	var total []float32
	for i, n := range s.branches {
		given := src
		if n != nil {
			var err error
			if given, err = n.oneShot(ctx, src); err != nil {
				return nil, err
			}
		}
		if i == 0 {
			total = append(total, given...)
			continue
		}
		for k, v := range given {
			total[k] += v
		}
	}
	for _, a := range s.after {
		total = a.Of(total)
	}
	return total, nil
}
