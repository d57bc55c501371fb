package resample

import (
	"unsafe"

	"github.com/tailwave/tailwave/dsp/internal/ratio"
	"github.com/tailwave/tailwave/dsp/internal/window"
)

// A polyphase has the coefficients of the definition, sorted by output. The filter has center() taps on either side of
// its middle tap, at up times the rate of the input. The output at position p of the untrimmed transposed convolution
// of stride up depends on the input frames first to last with
//
//	first = ceil((p - 2*center()) / up), last = floor(p / up)
type polyphase interface {
	center() int

	// coefficients returns the coefficients for frames first to last, in ascending order. The result may be a part of
	// scratch, which has the length span().
	coefficients(p int64, scratch []float64) []float64

	// span returns the largest number of input frames that an output depends on.
	span() int

	// filter returns the taps of Converter.Coefficients, or nil if they are interpolated.
	filter() []float64

	// bytes returns the memory of the tables in bytes.
	bytes() int64
}

// maxDirect is the largest number of coefficients that are kept in a table, 8 MiB. Above it they are interpolated.
const maxDirect = 1 << 20

func newPolyphase(s window.Sinc, up, down int) polyphase {
	if 2*s.Half*max(up, down) > maxDirect {
		return newInterpolatedPolyphase(s, up, down)
	}
	return newDirectPolyphase(s, up, down)
}

// A directPolyphase holds every coefficient.
type directPolyphase struct {
	mid, up int
	phase   [][]float64 // [up][frames], frames ascending
}

func newDirectPolyphase(s window.Sinc, up, down int) *directPolyphase {
	h := s.Sample(max(up, down), float64(up), 0)
	b := &directPolyphase{mid: len(h) / 2, up: up, phase: make([][]float64, up)}
	store := make([]float64, len(h))
	for q := range b.phase {
		n := ratio.CeilDiv(len(h)-q, up)
		b.phase[q], store = store[:n:n], store[n:]
		for a := range n {
			b.phase[q][n-1-a] = h[q+a*up]
		}
	}
	return b
}

func (b *directPolyphase) center() int { return b.mid }
func (b *directPolyphase) span() int   { return len(b.phase[0]) }
func (b *directPolyphase) coefficients(p int64, _ []float64) []float64 {
	return b.phase[p%int64(b.up)]
}

func (b *directPolyphase) filter() []float64 {
	h := make([]float64, 2*b.mid+1)
	for i := range h {
		phase := b.phase[i%b.up]
		h[i] = phase[len(phase)-1-i/b.up]
	}
	return h
}

func (b *directPolyphase) bytes() int64 {
	const header = int64(unsafe.Sizeof([]float64(nil)))
	return 8*int64(2*b.mid+1) + header*int64(len(b.phase))
}
