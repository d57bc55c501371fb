package lyra

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp/layer"
)

// Sizes of the residual vector quantiser. Each codebook quantises the residual that the codebooks before it leave.
const (
	Codebooks = 46 // in the model; a bitrate uses the first 16, 30 or 46
	Entries   = 16 // vectors in a codebook, each with Latents values
)

// A codebook holds the vectors of one stage of the quantiser.
type codebook struct {
	entries []float32     // [Entries, Latents]
	scores  *layer.Conv1D // from a residual to a score for each entry; the nearest entry has the largest score
}

// newCodebook returns the codebook with these entries. The entry c nearest to the residual r, with the smallest
// |r-c|^2, is the one with the largest r.c - |c|^2/2, and a convolution with one tap computes that for all entries.
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

// A Quantizer turns latents into codes and codes into latents by residual vector quantisation: the first codebook
// chooses the entry nearest to the frame, and each further codebook the entry nearest to the difference that is left.
// The decoded frame is the sum of the chosen entries. Frames do not depend on each other. A Quantizer is not safe for
// concurrent use.
type Quantizer struct {
	books     []*codebook           // length Codebooks, shared with other Quantizers
	streams   []*layer.Conv1DStream // of the scores, one for each codebook
	residuals []float32             // scratch, [quantizerFrames, Latents]
	scores    []float32             // scratch, [quantizerFrames, Entries]
}

// quantizerFrames is the number of frames that are quantised together, so that each codebook is loaded once for all.
const quantizerFrames = 8

// NewQuantizer returns a new Quantizer, which shares the codebooks of c.
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

// Encode appends codes, [n, codebooks], for latents, [n, Latents]. Each code is the index, from 0 to Entries-1, of the
// chosen entry; the first codebooks of the model are used. codebooks must be from 1 to Codebooks, or Encode panics.
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
				r[k] = v - (v + (entry[k] - v)) // not v - entry[k]: the graph rounds like this
			}
		}
	}
	return codes
}

// largest returns the index of the largest value, the first one of equal values.
func largest(values []float32) int {
	best := 0
	for i, v := range values {
		if v > values[best] {
			best = i
		}
	}
	return best
}

// Decode appends latents, [n, Latents], for codes, [n, codebooks]. Each frame is the sum of its entries in the order of
// the codebooks. Only the low four bits of a code count. codebooks must be from 1 to Codebooks, or Decode panics.
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
