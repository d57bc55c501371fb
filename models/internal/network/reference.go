package network

import "context"

// Reference is Node.Reference.
func (c Conv) Reference(ctx context.Context, src []float32) ([]float32, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return c.Layer.Reference(src)
}

// Reference is Node.Reference.
func (u Transposed) Reference(ctx context.Context, src []float32) ([]float32, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return u.Layer.Reference(src)
}

// Reference is Node.Reference.
func (c Chain) Reference(ctx context.Context, src []float32) (_ []float32, err error) {
	for _, n := range c.Nodes {
		if src, err = n.Reference(ctx, src); err != nil {
			return nil, err
		}
	}
	return src, nil
}

// Reference is Node.Reference.
func (s Sum) Reference(ctx context.Context, src []float32) ([]float32, error) {
	var total []float32
	for i, n := range s.Branches {
		term := src
		if n != nil {
			var err error
			if term, err = n.Reference(ctx, src); err != nil {
				return nil, err
			}
		}
		if i == 0 {
			total = append(total, term...)
			continue
		}
		for k, v := range term {
			total[k] += v
		}
	}
	for _, a := range s.Post {
		total = a.Apply(total)
	}
	return total, nil
}
