package lyra

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/layer"
)

// Sizes of the residual vector quantiser. Each codebook quantises the residual of the codebooks before it.
const (
	Codebooks = 46 // at most in use
	Entries   = 16 // vectors of a codebook, each of Latents numbers
)

// A codebook is the vectors of one stage of the quantiser.
type codebook struct {
	entries []float32     // [Entries, Latents]
	scores  *layer.Conv1D // from a vector to the score of each entry: the nearest entry has the largest
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
	g := layer.ConvGeometry{In: Latents, Out: Entries, Kernel: 1}
	scores, err := layer.NewConv1D(g, entries, bias)
	if err != nil {
		return nil, err
	}
	return &codebook{entries: entries, scores: scores}, nil
}

// A Quantizer chooses codes for latents. Frames are independent of each other. It belongs to one goroutine.
type Quantizer struct {
	books     []*codebook           // Codebooks of them, shared
	streams   []*layer.Conv1DStream // of their scores
	residuals []float32             // of some frames
	scores    []float32
}

// quantizerFrames is the number of frames quantised at a time, so that a codebook is used for all of them.
const quantizerFrames = 8

// NewQuantizer returns a Quantizer for one goroutine. All share the codebooks.
func (c *Codec) NewQuantizer() *Quantizer {
	q := &Quantizer{
		books:     c.codebooks,
		residuals: make([]float32, 0, quantizerFrames*Latents),
		scores:    make([]float32, 0, quantizerFrames*Entries),
	}
	for _, b := range c.codebooks {
		q.streams = append(q.streams, b.scores.NewStream())
	}
	return q
}

// Encode appends codes, [n, codebooks], for latents, [n, Latents]: for each frame the indexes, from 0 to Entries-1, of
// the entries chosen from the first codebooks. codebooks is from 1 to Codebooks.
func (q *Quantizer) Encode(codes []byte, latents []float32, codebooks int) []byte {
	checkCodebooks(codebooks)
	for len(latents) > 0 {
		n := min(quantizerFrames*Latents, len(latents))
		codes = q.encode(codes, latents[:n], codebooks)
		latents = latents[n:]
	}
	return codes
}

func (q *Quantizer) encode(codes []byte, latents []float32, codebooks int) []byte {
	q.residuals = append(q.residuals[:0], latents...)
	start, n := len(codes), len(latents)/Latents
	for range n * codebooks {
		codes = append(codes, 0)
	}
	for stage, b := range q.books[:codebooks] {
		q.scores = q.streams[stage].Process(q.scores[:0], q.residuals)
		for i := range n {
			code := largest(q.scores[i*Entries:][:Entries])
			codes[start+i*codebooks+stage] = byte(code)
			entry, r := b.entries[code*Latents:][:Latents], q.residuals[i*Latents:][:Latents]
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

// Decode appends latents, [n, Latents], for codes, [n, codebooks]: for each frame the sum of the entries, in the order
// of the codebooks. Only the low four bits of a code are used.
func (q *Quantizer) Decode(latents []float32, codes []byte, codebooks int) []float32 {
	checkCodebooks(codebooks)
	for ; len(codes) >= codebooks; codes = codes[codebooks:] {
		start := len(latents)
		for stage, code := range codes[:codebooks] {
			entry := q.books[stage].entries[int(code%Entries)*Latents:][:Latents]
			if stage == 0 {
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

func checkCodebooks(codebooks int) {
	if codebooks < 1 || codebooks > Codebooks {
		panic(fmt.Sprintf("lyra: %d codebooks, must be from 1 to %d", codebooks, Codebooks))
	}
}
