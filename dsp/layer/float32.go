package layer

import (
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/memory"
)

// A Float32Stream is a [dsp.Processor] around a ConvTranspose1DStream of float64. Samples are widened on entry and
// rounded to float32 once, on emission. The sums and the tail stay float64.
type Float32Stream struct {
	stream  *ConvTranspose1DStream[float64]
	in, out []float64
	dsp.Guard
}

// AsFloat32 returns a new stream of u as a [dsp.Processor].
func AsFloat32(u *ConvTranspose1D[float64], options ...dsp.Option) *Float32Stream {
	s := u.NewStream(options...)
	return &Float32Stream{
		stream: s,
		in:     make([]float64, s.block*s.g.In),
		out:    make([]float64, 0, s.block*s.g.Stride*s.g.Out),
		Guard:  dsp.Guard{Origin: "layer.AsFloat32"},
	}
}

// Shape is [ConvTranspose1DStream.Shape].
func (w *Float32Stream) Shape() dsp.Shape { return w.stream.Shape() }

// OutFrames is [ConvTranspose1DStream.OutFrames].
func (w *Float32Stream) OutFrames(n int64) int64 { return w.stream.OutFrames(n) }

// Emitted is [ConvTranspose1DStream.Emitted].
func (w *Float32Stream) Emitted(n int64) int64 { return w.stream.Emitted(n) }

// MaxOutFrames is [ConvTranspose1DStream.MaxOutFrames].
func (w *Float32Stream) MaxOutFrames(n int) int { return w.stream.MaxOutFrames(n) }

// Memory implements [dsp.Sizer]: the bytes of the packed weights, which streams share, and of this stream.
func (w *Float32Stream) Memory() (weights, state int64) {
	weights, state = w.stream.Memory()
	return weights, state + memory.Struct(w) + memory.Bytes(w.in, w.out)
}

// Reference implements [dsp.Referencer]: the reference of the float64 layer, rounded once.
func (w *Float32Stream) Reference(src []float32) ([]float32, error) {
	wide := make([]float64, len(src))
	for i, v := range src {
		wide[i] = float64(v)
	}
	out, err := w.stream.Reference(wide)
	return appendRounded(nil, out), err
}

// Reset starts a new stream.
func (w *Float32Stream) Reset() {
	w.stream.Reset()
	w.Guard.Reset()
}

// Process consumes the frames of src, [n, In], and appends the samples that have become final, [m, Out], rounded.
func (w *Float32Stream) Process(dst, src []float32) []float32 {
	w.BeginProcess(len(src), w.stream.g.In)
	for len(src) > 0 {
		n := min(len(src), len(w.in))
		for i, v := range src[:n] {
			w.in[i] = float64(v)
		}
		dst = appendRounded(dst, w.stream.Process(w.out, w.in[:n]))
		src = src[n:]
	}
	return dst
}

// Flush ends the stream and appends the samples that it holds, rounded.
func (w *Float32Stream) Flush(dst []float32) []float32 {
	w.BeginFlush()
	for {
		out := w.stream.finishStream(w.out, cap(w.out)/w.stream.g.Out)
		if len(out) == 0 {
			return dst
		}
		dst = appendRounded(dst, out)
	}
}

func appendRounded(dst []float32, src []float64) []float32 {
	start := len(dst)
	dst = slices.Grow(dst, len(src))[:start+len(src)]
	for i, v := range src {
		dst[start+i] = float32(v)
	}
	return dst
}
