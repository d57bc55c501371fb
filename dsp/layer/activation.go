package layer

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// An Activation is a function of single float32 samples, computed by arithmetic that gives the same bits on every CPU.
// The zero Activation is the identity.
type Activation struct {
	kind  activationKind
	value float32   // slope, alpha or factor
	a, b  []float32 // of snake, one for each channel
}

type activationKind int

const (
	identity activationKind = iota
	relu
	leakyReLU
	tanh
	sigmoid
	elu
	snake
	scale
)

// ReLU returns max(x, 0); NaN stays NaN.
func ReLU() Activation { return Activation{kind: relu} }

// LeakyReLU returns x for x >= 0 and slope*x below.
func LeakyReLU(slope float32) Activation { return Activation{kind: leakyReLU, value: slope} }

// Tanh returns the hyperbolic tangent, within 1 ulp.
func Tanh() Activation { return Activation{kind: tanh} }

// Sigmoid returns 1/(1+e^-x), within 1 ulp.
func Sigmoid() Activation { return Activation{kind: sigmoid} }

// ELU returns x for x > 0 and alpha*(e^x-1) below (Clevert, Unterthiner, Hochreiter, "Fast and Accurate Deep Network
// Learning by Exponential Linear Units", 2016).
func ELU(alpha float32) Activation { return Activation{kind: elu, value: alpha} }

// Snake returns x + sin(a*x)^2/b, where each channel has its own a and b (Ziyin, Hartwig, Ueda, "Neural Networks Fail
// to Learn Periodic Functions and How to Fix It", 2020, with b equal to a). The slices, one value for each channel,
// must not change afterwards; layers and InPlace check their lengths, and Apply panics if they differ from each other.
// The sine is within 1 ulp for |a*x| up to 2^48; beyond, the result is NaN.
func Snake(a, b []float32) Activation { return Activation{kind: snake, a: a, b: b} }

// Scale returns factor*x.
func Scale(factor float32) Activation { return Activation{kind: scale, value: factor} }

// check reports parameters that do not fit frames of the given channels, before or after a layer.
func (a Activation) check(where string, channels int) error {
	if a.kind == snake && (len(a.a) != channels || len(a.b) != channels) {
		lengths := fmt.Sprintf("%d and %d", len(a.a), len(a.b))
		return dsp.NewArgError("snake parameters "+where+" the layer", lengths, "%d, one for each channel", channels)
	}
	return nil
}

// apply sets dst, as long as src, to the function of src, frames of whole channels. They are the same slice or
// disjoint.
func (a Activation) apply(l kernel.Level, dst, src []float32) {
	switch a.kind {
	case identity:
		copy(dst, src)
	case relu:
		l.ReLU(dst, src)
	case leakyReLU:
		l.LeakyReLU(dst, src, a.value)
	case tanh:
		l.Tanh(dst, src)
	case sigmoid:
		l.Sigmoid(dst, src)
	case elu:
		l.ELU(dst, src, a.value)
	case snake:
		l.Snake(dst, src, a.a, a.b)
	case scale:
		l.Scale(dst, src, a.value)
	}
}

// Apply returns the function of each value of src in a new slice. For a Snake src holds whole frames of as many
// channels as it has.
func (a Activation) Apply(src []float32) []float32 {
	dst := make([]float32, len(src))
	a.apply(kernel.Generic, dst, src)
	return dst
}

// InPlace returns the functions as one function, applied in the order of the list, that changes frames of the given
// channels in place, such as the post of dsp.NewSum. It returns a nil function for an empty list, and fails with a
// *dsp.ArgError for a Snake with other channels.
func InPlace(channels int, functions ...Activation) (func(frames []float32), error) {
	if len(functions) == 0 {
		return nil, nil
	}
	level, err := kernel.Choose()
	if err != nil {
		return nil, err
	}
	for _, a := range functions {
		if err := a.check("after", channels); err != nil {
			return nil, err
		}
	}
	return func(frames []float32) {
		for _, a := range functions {
			a.apply(level, frames, frames)
		}
	}, nil
}
