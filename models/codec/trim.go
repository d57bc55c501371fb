package codec

import "github.com/tailwave/tailwave/dsp"

// A trimmer is a dsp.Processor that drops the samples after the last one that was encoded. Only the last frame of
// latents holds such samples, and the Reader holds that frame until it has read the trailer. So the number of samples
// is known before the first one must be dropped.
type trimmer struct {
	reader  *Reader
	rate    int   // of the samples, Hz
	emitted int64 // samples
	dsp.Guard
}

// limit returns the number of samples that were encoded, at the rate of the trimmer. It returns -1 if the number is not
// known yet, or if the file has no valid trailer.
func (t *trimmer) limit() int64 {
	encoded := t.reader.samples
	if encoded < 0 {
		encoded = t.reader.exact.Load()
	}
	if encoded < 0 {
		return -1
	}
	return t.reader.Header().Samples(encoded, t.rate)
}

// Shape returns the shape of one channel at an unchanged rate.
func (t *trimmer) Shape() dsp.Shape { return dsp.Shape{In: 1, Out: 1, Up: 1, Down: 1} }

// OutFrames returns n, or the number of samples that were encoded if that is known and smaller.
func (t *trimmer) OutFrames(n int64) int64 {
	if limit := t.limit(); limit >= 0 {
		return min(n, limit)
	}
	return n
}

// Emitted returns OutFrames.
func (t *trimmer) Emitted(n int64) int64 { return t.OutFrames(n) }

// MaxOutFrames returns n.
func (t *trimmer) MaxOutFrames(n int) int { return n }

// Process appends the samples of src that were encoded.
func (t *trimmer) Process(dst, src []float32) []float32 {
	t.BeginProcess(len(src), 1)
	if limit := t.limit(); limit >= 0 {
		src = src[:max(0, min(limit-t.emitted, int64(len(src))))]
	}
	t.emitted += int64(len(src))
	return append(dst, src...)
}

// Flush appends nothing.
func (t *trimmer) Flush(dst []float32) []float32 {
	t.BeginFlush()
	return dst
}

// Reset starts a new stream.
func (t *trimmer) Reset() {
	t.emitted = 0
	t.Guard.Reset()
}
