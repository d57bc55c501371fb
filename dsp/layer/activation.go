package layer

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// An Activation is a function of single float32 samples. It has the same bits on every CPU. The zero Activation is the
// identity.
type Activation struct {
	kind  activationKind
	value float32   // slope, alpha or factor
	a, b  []float32 // of a Snake, one value per channel
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

// ReLU returns the function max(x, 0). NaN stays NaN.
func ReLU() Activation { return Activation{kind: relu} }

// LeakyReLU returns the function x for x >= 0, and slope*x for x < 0 (A. L. Maas, A. Y. Hannun, A. Y. Ng, "Rectifier
// Nonlinearities Improve Neural Network Acoustic Models", 2013).
func LeakyReLU(slope float32) Activation { return Activation{kind: leakyReLU, value: slope} }

// Tanh returns the hyperbolic tangent, within 0.5002 units in the last place (ulp) of the float32 result.
func Tanh() Activation { return Activation{kind: tanh} }

// Sigmoid returns the function 1/(1+e^-x), within 0.5001 ulp of the float32 result.
func Sigmoid() Activation { return Activation{kind: sigmoid} }

// ELU returns the function x for x > 0, and alpha*(e^x-1) for x <= 0 (D. Clevert, T. Unterthiner, S. Hochreiter, "Fast
// and Accurate Deep Network Learning by Exponential Linear Units", 2016), within 0.5002 ulp of the float32 result.
func ELU(alpha float32) Activation { return Activation{kind: elu, value: alpha} }

// Snake returns the function x + sin(a*x)^2/b, where a and b have one value per channel (L. Ziyin, T. Hartwig, M. Ueda,
// "Neural Networks Fail to Learn Periodic Functions and How to Fix It", 2020, where b equals a). Each operation is
// rounded to float32. The sine is within 0.5001 ulp for |a*x| up to 2^48; beyond that the result is NaN.
//
// The slices must not change afterwards. Layers and [InPlace] check their lengths; [Activation.Apply] panics if the
// lengths differ from each other.
func Snake(a, b []float32) Activation { return Activation{kind: snake, a: a, b: b} }

// Scale returns the function factor*x.
func Scale(factor float32) Activation { return Activation{kind: scale, value: factor} }

// check reports parameters that do not fit frames of the passed number of channels. where is "before" or "after" the
// layer.
func (a Activation) check(where string, channels int) error {
	if a.kind == snake && (len(a.a) != channels || len(a.b) != channels) {
		lengths := fmt.Sprintf("%d and %d", len(a.a), len(a.b))
		arg := "number of snake parameters " + where + " the layer"
		return dsp.NewArgError(arg, lengths, "%d, one per channel", channels)
	}
	return nil
}

// apply sets dst to the function of src. Both have the same length, whole frames, and are either the same slice or
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

// Apply returns the function of each value of src in a new slice. For a [Snake], src must hold whole frames.
func (a Activation) Apply(src []float32) []float32 {
	dst := make([]float32, len(src))
	a.apply(kernel.Generic, dst, src)
	return dst
}

// InPlace composes activations into one function that changes frames in place, such as the post of [dsp.NewSum]. They
// are applied in the order of the list; for an empty list the function is nil. InPlace fails with a *dsp.ArgError if a
// [Snake] does not have one parameter per channel.
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
