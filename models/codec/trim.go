package codec

import "github.com/tailwave/tailwave/dsp"

// A trimmer is a dsp.Processor that drops the samples beyond those that were encoded. Their number is known when the
// last of them arrives, because the Reader holds its last frame back until it knows the number.
type trimmer struct {
	reader *Reader
	rate   int // of the samples, Hz
	dsp.Guard
}

// Shape returns one channel, sample by sample.
func (t *trimmer) Shape() dsp.Shape { return dsp.Shape{In: 1, Out: 1, Up: 1, Down: 1, MinFrames: 1} }

// OutFrames returns n, or the number of samples that were encoded if that is known and less.
func (t *trimmer) OutFrames(n int64) int64 {
	encoded := t.reader.exact.Load()
	if encoded < 0 {
		encoded = t.reader.samples
	}
	if encoded < 0 {
		return n
	}
	return min(n, t.reader.Header().Samples(encoded, t.rate))
}

// Emitted returns OutFrames.
func (t *trimmer) Emitted(n int64) int64 { return t.OutFrames(n) }

// MaxOutFrames returns n.
func (t *trimmer) MaxOutFrames(n int) int { return n }

// Process appends the samples of src that were encoded.
func (t *trimmer) Process(dst, src []float32) []float32 {
	before := t.OutFrames(t.Frames())
	t.BeginProcess(len(src), 1)
	return append(dst, src[:t.OutFrames(t.Frames())-before]...)
}

// Flush appends nothing.
func (t *trimmer) Flush(dst []float32) []float32 {
	t.BeginFlush()
	return dst
}
