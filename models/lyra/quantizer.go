package lyra

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
)

// The quantiser: in each of up to Stages steps, one of Entries vectors of Latents numbers is chosen for what the steps
// before it have left.
const (
	Stages  = 46
	Entries = 16
)

// A codebook is the vectors of one step.
type codebook struct {
	entries []float32   // [Entries, Latents]
	scores  *dsp.Conv1D // from a vector to the score of each entry: the largest is of the nearest
}

// newCodebook prepares the choice. |r-c|^2 is smallest where r.c - |c|^2/2 is largest, and that is a layer.
func newCodebook(entries []float32) (*codebook, error) {
	bias := make([]float32, Entries)
	for i := range bias {
		sum := 0.0
		for _, v := range entries[i*Latents:][:Latents] {
			sum += float64(float64(v) * float64(v))
		}
		bias[i] = float32(-sum / 2)
	}
	g := dsp.ConvGeometry{In: Latents, Out: Entries, Groups: 1, Kernel: 1, Stride: 1, Dilation: 1}
	scores, err := dsp.NewConv1D(g, entries, bias)
	if err != nil {
		return nil, err
	}
	return &codebook{entries: entries, scores: scores}, nil
}

// A Quantizer chooses codes for latents. Frames are independent of each other. It belongs to one goroutine; further ones
// share its codebooks.
type Quantizer struct {
	books  []*codebook // Stages
	rest   []float32   // what is left of some frames
	scores []float32
}

// quantizerFrames is how many frames are taken at a time, so that a codebook is used for all of them.
const quantizerFrames = 8

func newQuantizer(books []*codebook) *Quantizer {
	return &Quantizer{books: books, rest: make([]float32, 0, quantizerFrames*Latents), scores: make([]float32, 0, quantizerFrames*Entries)}
}

// NewStream returns a Quantizer for a further goroutine.
func (q *Quantizer) NewStream() (*Quantizer, error) {
	books := make([]*codebook, len(q.books))
	for i, b := range q.books {
		scores, err := b.scores.NewStream()
		if err != nil {
			return nil, err
		}
		books[i] = &codebook{b.entries, scores}
	}
	return newQuantizer(books), nil
}

// Encode appends the codes of the first steps, from 1 to Stages of them, for each frame of latents, [n, Latents]: numbers
// from 0 to Entries-1, [n, steps].
func (q *Quantizer) Encode(codes []byte, latents []float32, steps int) []byte {
	checkSteps(steps)
	for len(latents) > 0 {
		n := min(quantizerFrames*Latents, len(latents))
		codes = q.encode(codes, latents[:n], steps)
		latents = latents[n:]
	}
	return codes
}

func (q *Quantizer) encode(codes []byte, latents []float32, steps int) []byte {
	q.rest = append(q.rest[:0], latents...)
	start, n := len(codes), len(latents)/Latents
	for range n * steps {
		codes = append(codes, 0)
	}
	for step, b := range q.books[:steps] {
		q.scores = b.scores.Process(q.scores[:0], q.rest)
		for i := range n {
			code := largest(q.scores[i*Entries:][:Entries])
			codes[start+i*steps+step] = byte(code)
			entry, r := b.entries[code*Latents:][:Latents], q.rest[i*Latents:][:Latents]
			for k, v := range r {
				r[k] = v - (v + (entry[k] - v)) // as the graph has it, whose bits these are
			}
		}
	}
	return codes
}

// largest returns the index of the largest value, the first of several.
func largest(values []float32) int {
	best := 0
	for i, v := range values {
		if v > values[best] {
			best = i
		}
	}
	return best
}

// Decode appends the frames of latents, [n, Latents], that codes, [n, steps], stand for: the sums of the entries, in the
// order of the steps. Of a code the low four bits count.
func (q *Quantizer) Decode(latents []float32, codes []byte, steps int) []float32 {
	checkSteps(steps)
	for ; len(codes) >= steps; codes = codes[steps:] {
		start := len(latents)
		for step, code := range codes[:steps] {
			entry := q.books[step].entries[int(code%Entries)*Latents:][:Latents]
			if step == 0 {
				latents = append(latents, entry...)
				continue
			}
			for k, v := range entry {
				latents[start+k] += v
			}
		}
	}
	return latents
}

func checkSteps(steps int) {
	if steps < 1 || steps > Stages {
		panic(fmt.Sprintf("lyra: %d steps of the quantiser, must be from 1 to %d", steps, Stages))
	}
}
