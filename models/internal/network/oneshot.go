package network

import "context"

// OneShot is Node.OneShot.
func (c Conv) OneShot(ctx context.Context, src []float32) ([]float32, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return c.Conv1D.OneShot(src)
}

// OneShot is Node.OneShot.
func (u Transposed) OneShot(ctx context.Context, src []float32) ([]float32, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return u.Upsampler.OneShot(src)
}

// OneShot is Node.OneShot.
func (c Chain) OneShot(ctx context.Context, src []float32) (_ []float32, err error) {
	for _, n := range c.Nodes {
		if src, err = n.OneShot(ctx, src); err != nil {
			return nil, err
		}
	}
	return src, nil
}

// OneShot is Node.OneShot.
func (s Sum) OneShot(ctx context.Context, src []float32) ([]float32, error) {
	var total []float32
	for i, n := range s.Branches {
		given := src
		if n != nil {
			var err error
			if given, err = n.OneShot(ctx, src); err != nil {
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
	for _, a := range s.After {
		total = a.Of(total)
	}
	return total, nil
}
