package resample

import (
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// reference converts a whole input, [n, channels], one block of one channel at a time, with the Go code that defines
// the kernels. It does not round the results to float32.
func (p *blockPlan) reference(src []float32, channels int) []float64 {
	n := int64(len(src) / channels)
	total := ratio.CeilMul(n, p.up, p.down)
	out := make([]float64, int(total)*channels)
	for c := range channels {
		oversampled := p.oversample(total, func(frame int64) float32 {
			if frame < 0 || frame >= n {
				return 0
			}
			return src[int(frame)*channels+c]
		})
		for k := range total {
			whole, phase := p.position(k)
			at := int(whole - int64(p.oversampling)*p.first)
			if p.den == 1 {
				out[int(k)*channels+c] = oversampled[at]
			} else {
				out[int(k)*channels+c] = p.interp.at(oversampled[at-p.reach+1:], phase)
			}
		}
	}
	return out
}

// oversample returns the intermediate values of the blocks that the first outputs output frames need.
func (p *blockPlan) oversample(outputs int64, signal func(frame int64) float32) []float64 {
	filter := p.filter.At(kernel.Generic)
	scratch := filter.NewScratch()
	scratch.Begin(1)
	x := make([]float32, p.length)
	var y [4][]float64 // four lanes, all with the same block
	for i := range y {
		y[i] = make([]float64, p.oversampling*p.hop)
	}
	var all []float64
	for block := int64(0); p.outputsFor(block) < outputs; block++ {
		for i := range x {
			x[i] = signal(p.start(block) + int64(i))
		}
		filter.Set(scratch, 0, &[4][]float32{x, x, x, x})
		filter.Apply(scratch)
		filter.Get(&y, scratch, 0, p.before)
		all = append(all, y[0]...)
	}
	return all
}
