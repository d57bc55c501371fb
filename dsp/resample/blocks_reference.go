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
		values := p.intermediateValues(total, func(frame int64) float32 {
			if frame < 0 || frame >= n {
				return 0
			}
			return src[int(frame)*channels+c]
		})
		for k := range total {
			whole, phase := p.position(k)
			at := int(whole - int64(p.values)*p.first)
			if p.den == 1 {
				out[int(k)*channels+c] = values[at]
			} else {
				out[int(k)*channels+c] = p.interp.at(values[at-p.reach+1:], phase)
			}
		}
	}
	return out
}

// intermediateValues returns the intermediate values of the blocks that the first outputs output frames need.
func (p *blockPlan) intermediateValues(outputs int64, signal func(frame int64) float32) []float64 {
	filter := p.filter.At(kernel.Generic)
	scratch := filter.NewScratch()
	blocks := planes[float32](p.phases, p.length)
	for i := range blocks {
		blocks[i] = blocks[i][:p.length]
	}
	var all []float64
	for block := int64(0); p.outputsFor(block) < outputs; block++ {
		for phase, x := range blocks {
			for i := range p.used {
				x[i] = signal((p.start(block)+int64(i))*int64(p.phases) + int64(phase))
			}
		}
		filter.Apply(scratch, blocks)
		for i := range p.hop {
			for q := range p.values {
				all = append(all, scratch.Result(q)[p.before+i])
			}
		}
	}
	return all
}
