package stream

import "github.com/tailwave/tailwave/dsp"

// ahead is the two-tap filter y[k] = x[k] + x[k+d]/2, with zeros after the end: its latency is d.
type ahead struct {
	d, channels int
	held        []float32
	flushes     int
	min         int
}

func (p *ahead) Shape() dsp.Shape {
	return dsp.Shape{In: p.channels, Out: p.channels, Up: 1, Down: 1, Latency: p.d, MinFrames: max(p.min, 1)}
}

func (p *ahead) OutFrames(n int64) int64 { return n }
func (p *ahead) Emitted(n int64) int64   { return max(0, n-int64(p.d)) }
func (p *ahead) MaxOutFrames(n int) int  { return n + p.d }
func (p *ahead) Reset()                  { p.held, p.flushes = p.held[:0], 0 }

func (p *ahead) Process(dst, src []float32) []float32 {
	if p.flushes > 0 {
		panic("process after flush")
	}
	for _, x := range src {
		p.held = append(p.held, x)
		if len(p.held) > p.d*p.channels {
			dst = append(dst, p.held[0]+p.held[p.d*p.channels]/2)
			p.held = p.held[:copy(p.held, p.held[1:])]
		}
	}
	return dst
}

func (p *ahead) Flush(dst []float32) []float32 {
	p.flushes++
	dst = append(dst, p.held...)
	p.held = p.held[:0]
	return dst
}

// repeat emits every frame k times.
type repeat struct{ k, channels int }

func (p repeat) Shape() dsp.Shape {
	return dsp.Shape{In: p.channels, Out: p.channels, Up: p.k, Down: 1}
}

func (p repeat) OutFrames(n int64) int64       { return n * int64(p.k) }
func (p repeat) Emitted(n int64) int64         { return n * int64(p.k) }
func (p repeat) MaxOutFrames(n int) int        { return n * p.k }
func (p repeat) Reset()                        {}
func (p repeat) Flush(dst []float32) []float32 { return dst }

func (p repeat) Process(dst, src []float32) []float32 {
	for ; len(src) > 0; src = src[p.channels:] {
		for range p.k {
			dst = append(dst, src[:p.channels]...)
		}
	}
	return dst
}

// down emits the sum of every k frames, at the end that of the frames left.
type down struct {
	k, channels int
	sum         []float32
	n           int
}

func (p *down) Shape() dsp.Shape           { return dsp.Shape{In: p.channels, Out: p.channels, Up: 1, Down: p.k} }
func (p *down) OutFrames(n int64) int64    { return (n + int64(p.k) - 1) / int64(p.k) }
func (p *down) Emitted(n int64) int64      { return n / int64(p.k) }
func (p *down) MaxOutFrames(n int) int     { return n/p.k + 2 }
func (p *down) Reset()                     { p.sum, p.n = make([]float32, p.channels), 0 }
func (p *down) emit(d []float32) []float32 { d = append(d, p.sum...); clear(p.sum); p.n = 0; return d }

func (p *down) Process(dst, src []float32) []float32 {
	for ; len(src) > 0; src = src[p.channels:] {
		for c := range p.channels {
			p.sum[c] += src[c]
		}
		if p.n++; p.n == p.k {
			dst = p.emit(dst)
		}
	}
	return dst
}

func (p *down) Flush(dst []float32) []float32 {
	if p.n == 0 {
		return dst
	}
	return p.emit(dst)
}

// odd is a processor with some methods replaced, to misbehave.
type odd struct {
	dsp.Processor
	process func(dst, src []float32) []float32
	flush   func(dst []float32) []float32
	maxOut  func(n int) int
	frames  func(n int64) int64
	shape   func(s *dsp.Shape)
}

func (p odd) Process(dst, src []float32) []float32 {
	if p.process != nil {
		return p.process(dst, src)
	}
	return p.Processor.Process(dst, src)
}

func (p odd) Flush(dst []float32) []float32 {
	if p.flush != nil {
		return p.flush(dst)
	}
	return p.Processor.Flush(dst)
}

func (p odd) MaxOutFrames(n int) int {
	if p.maxOut != nil {
		return p.maxOut(n)
	}
	return p.Processor.MaxOutFrames(n)
}

func (p odd) OutFrames(n int64) int64 {
	if p.frames != nil {
		return p.frames(n)
	}
	return p.Processor.OutFrames(n)
}

func (p odd) Shape() dsp.Shape {
	s := p.Processor.Shape()
	if p.shape != nil {
		p.shape(&s)
	}
	return s
}
