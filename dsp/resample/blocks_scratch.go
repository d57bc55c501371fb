package resample

import (
	"unsafe"

	"github.com/tailwave/tailwave/dsp/internal/fft"
)

// A blockScratch is the scratch of one worker.
type blockScratch struct {
	*fft.Scratch
	blocks  [][]float32 // of the phases: parts of the history, or of padded
	values  [][]float64 // parts of the results
	signals [][]float32 // of the channels: parts of the samples
	padded  [][]float32 // of the phases, if blocks have unused frames: these are zeros
}

func (p *blockPlan) newScratch(channels int) blockScratch {
	s := blockScratch{Scratch: p.filter.NewScratch(), blocks: make([][]float32, p.phases)}
	s.values, s.signals = make([][]float64, p.values), make([][]float32, channels)
	if p.used < p.length {
		s.padded = planes[float32](p.phases, p.length)
		for i, x := range s.padded {
			s.padded[i] = x[:p.length]
		}
	}
	return s
}

// bytes returns the memory of the scratch in bytes.
func (s *blockScratch) bytes() int {
	const header = int(unsafe.Sizeof([]float64(nil)))
	return s.Bytes() + planeBytes(s.padded) + header*(len(s.blocks)+len(s.values)+len(s.signals))
}

// set sets the used frames of one phase of the block to filter.
func (s *blockScratch) set(phase int, frames []float32) {
	s.blocks[phase] = frames
	if s.padded != nil {
		s.blocks[phase] = s.padded[phase]
		copy(s.blocks[phase], frames)
	}
}

// results returns the intermediate values of a block, one slice for each value of a base frame.
func (s *blockScratch) results(p *blockPlan) [][]float64 {
	for q := range s.values {
		s.values[q] = s.Result(q)[p.before:][:p.hop]
	}
	return s.values
}
