package dsp

import "slices"

// A Conv1D is the convolution of a stream: a Processor whose results for any split of the input are those of Conv over the
// whole, bit for bit. It keeps a window of input frames and computes every output frame as soon as the last input frame
// that it depends on is there.
type Conv1D struct {
	g ConvGeometry
	layer
	bias    []float32    // [Out] or nil
	weights *convWeights // shared with other streams, as bias is

	// window holds frames of the padded input, row elements apart, the Before function already applied.
	window []float32
	row    int
	filled int  // rows that hold frames
	first  int  // row of the first tap of the next output frame; may lie behind the filled ones
	block  int  // frames taken in at a time
	direct bool // frames are used where they are: an output frame depends on that one alone

	frames  int64 // taken in so far
	flushed bool

	job convJob
}

// NewConv1D returns a Conv1D for filters [Kernel, Out, In/Groups] and bias [Out] or nil, or an *ArgError that names what
// does not fit. The filters are packed into a form of their own and not kept; the bias must not change afterwards.
func NewConv1D(g ConvGeometry, filters, bias []float32, options ...LayerOption) (*Conv1D, error) {
	if err := g.check(len(filters), len(bias), bias != nil); err != nil {
		return nil, err
	}
	l, err := newLayer(g.In, g.Out, options)
	if err != nil {
		return nil, err
	}
	c := &Conv1D{g: g, layer: l, bias: bias, weights: packConv(g, l.level, filters, bias)}
	c.allocate()
	return c, nil
}

// NewStream returns a Conv1D for a further stream: as new, with the same weights, which are shared, and the same options
// but for those given.
func (c *Conv1D) NewStream(options ...LayerOption) (*Conv1D, error) {
	l := c.layer
	for _, o := range options {
		o(&l)
	}
	if err := l.check(c.g.In, c.g.Out); err != nil {
		return nil, err
	}
	n := &Conv1D{g: c.g, layer: l, bias: c.bias, weights: c.weights}
	n.allocate()
	return n, nil
}

// blockSamples is about how many input samples a Conv1D takes in at a time, and fewFrames how many frames it may read from
// places that contend for the same lines of the cache, rather than copy them.
const (
	blockSamples = 16384
	fewFrames    = 24
)

// allocate makes the window: room for the frames kept, and for a block to come; unless blocks are bounded for the memory,
// for so many that moving the kept ones to the front is rare.
func (c *Conv1D) allocate() {
	c.block = min(max(blockSamples/c.g.In/48*48, 48), 480)
	if c.g.In > blockSamples/4 {
		c.block = max(1, 4*blockSamples/c.g.In) // memory before speed
	}
	c.block = c.layer.block(c.block)
	c.row = rowPadding(c.g.In)
	c.direct = c.before.kind == identity && c.g.Span() == 1 && c.g.Stride == 1 && c.g.Left+c.g.Right == 0 &&
		(c.row == c.g.In || c.block <= fewFrames)
	if c.direct {
		c.row = c.g.In
	} else {
		more := max(c.block, c.g.Right)
		if c.layer.most == 0 {
			more = max(more, c.g.Span(), c.g.Stride)
		}
		c.window = make([]float32, (c.kept()+more)*c.row)
	}
	c.job.make(c)
	c.Reset()
}

// kept bounds the rows that cannot be given up when the next frame comes: what the next output frame reaches over, what
// padding is taken from, and padding itself; or, before there is any, the frames that left padding waits for.
func (c *Conv1D) kept() int {
	if c.g.Padding == Zeros {
		return max(c.g.Left, c.g.Span()-1)
	}
	rows := c.g.Left + c.g.Span() + c.tail() + c.g.Right
	if c.g.Padding == Reflect {
		rows = max(rows, 2*c.g.Left+1)
	}
	return rows
}

// tail returns how many of the last frames right padding is taken from.
func (c *Conv1D) tail() int {
	switch c.g.Padding {
	case Reflect:
		return c.g.Right + 1
	case Replicate:
		return 1
	}
	return 0
}

// Memory returns the bytes of the packed weights, which streams share, and of what this stream keeps.
func (c *Conv1D) Memory() (weights, state int64) {
	elements := len(c.window)
	for _, s := range c.job.scratch {
		elements += len(s)
	}
	return 4 * int64(c.weights.elements()+len(c.bias)), 4 * int64(elements)
}

// Geometry returns what the Conv1D was built with.
func (c *Conv1D) Geometry() ConvGeometry { return c.g }

// OneShot returns Conv of a whole input with the Conv1D's weights and activations. The stream is not touched.
func (c *Conv1D) OneShot(src []float32) ([]float32, error) {
	if len(src)%c.g.In == 0 {
		src = c.before.Of(src)
	}
	out, err := Conv(c.g, src, c.weights.filters(c.g), c.bias)
	return c.after.Of(out), err
}

// Channels returns the widths of an input and an output frame.
func (c *Conv1D) Channels() (in, out int) { return c.g.In, c.g.Out }

// Ratio returns 1, Stride.
func (c *Conv1D) Ratio() (up, down int) { return 1, c.g.Stride }

// Frames returns the width for n frames, ConvGeometry.Width.
func (c *Conv1D) Frames(n int64) int64 { return c.g.Width(n) }

// Lag returns how many output frames wait for frames to come: floor((Span-1-Left)/Stride) if positive, and with reflect
// padding at least floor(Left/Stride).
func (c *Conv1D) Lag() int {
	lag := max(0, c.g.Span()-1-c.g.Left)
	if c.g.Padding == Reflect {
		lag = max(lag, c.g.Left)
	}
	return lag / c.g.Stride
}

// MaxOut bounds the frames appended by Process of n frames followed by Flush.
func (c *Conv1D) MaxOut(n int) int {
	if c.g.Padding == Zeros {
		// What an output frame lacks is one input frame at least, or, at the beginning, all but the left padding.
		return max(0, n+c.g.Right-1+max(c.g.Stride, c.g.Left-c.g.Span()+1+c.g.Stride)) / c.g.Stride
	}
	return max(0, n+c.g.Left+c.g.Right-c.g.Span())/c.g.Stride + 2 + c.Lag()
}

// MinFrames returns ConvGeometry.MinFrames.
func (c *Conv1D) MinFrames() int { return c.g.MinFrames() }

// Reset begins a new stream.
func (c *Conv1D) Reset() {
	c.first, c.filled = 0, c.g.Left
	c.frames, c.flushed = 0, false
	if c.g.Padding == Zeros {
		clear(c.window[:c.g.Left*c.row])
	}
}

// Process takes in whole frames and appends the output frames that are now certain.
func (c *Conv1D) Process(dst, src []float32) []float32 {
	checkCall(len(src), c.g.In, c.flushed)
	for len(src) > 0 {
		n := min(c.block, len(src)/c.g.In)
		if c.direct {
			c.frames += int64(n)
			dst = c.compute(dst, src[:n*c.g.In], n)
		} else {
			c.makeRoom(n)
			c.load(src[:n*c.g.In], n)
			dst = c.emit(dst)
		}
		src = src[n*c.g.In:]
	}
	return dst
}

// Flush ends the stream: it appends the output frames that reach into the padding behind it. A stream of fewer than
// MinFrames frames has none.
func (c *Conv1D) Flush(dst []float32) []float32 {
	if c.flushed {
		return dst
	}
	c.flushed = true
	if c.frames < int64(c.MinFrames()) {
		return dst
	}
	c.makeRoom(c.g.Right)
	last := c.filled - 1
	for i := range c.g.Right {
		to := c.window[(c.filled+i)*c.row:][:c.g.In]
		switch c.g.Padding {
		case Zeros:
			clear(to)
		case Reflect:
			copy(to, c.window[(last-1-i)*c.row:])
		case Replicate:
			copy(to, c.window[last*c.row:])
		}
	}
	c.filled += c.g.Right
	return c.emit(dst)
}

// makeRoom moves the rows still needed to the front if n more do not fit behind the filled ones.
func (c *Conv1D) makeRoom(n int) {
	if (c.filled+n)*c.row <= len(c.window) {
		return
	}
	gone := min(c.first, c.filled-c.tail())
	copy(c.window, c.window[gone*c.row:c.filled*c.row])
	c.filled -= gone
	c.first -= gone
}

// load appends n frames to the window, and fills in the left padding as soon as the frames are there that it takes.
func (c *Conv1D) load(src []float32, n int) {
	to := c.window[c.filled*c.row:]
	if c.row == c.g.In {
		c.before.apply(c.level, to[:len(src)], src)
	} else {
		for i := range n {
			c.before.apply(c.level, to[i*c.row:][:c.g.In], src[i*c.g.In:][:c.g.In])
		}
	}
	c.filled += n
	before := c.frames
	c.frames += int64(n)
	if left := c.g.Left; c.g.Padding == Reflect && before <= int64(left) && c.frames > int64(left) {
		for i := range left {
			copy(c.window[i*c.row:][:c.g.In], c.window[(2*left-i)*c.row:])
		}
	} else if c.g.Padding == Replicate && before == 0 {
		for i := range left {
			copy(c.window[i*c.row:][:c.g.In], c.window[left*c.row:])
		}
	}
}

// emit appends the output frames whose taps all lie in filled rows.
func (c *Conv1D) emit(dst []float32) []float32 {
	if c.g.Padding == Reflect && c.frames <= int64(c.g.Left) || c.first+c.g.Span() > c.filled {
		return dst
	}
	n := (c.filled-c.first-c.g.Span())/c.g.Stride + 1
	dst = c.compute(dst, c.window[c.first*c.row:c.filled*c.row], n)
	c.first += n * c.g.Stride
	return dst
}

// compute appends n output frames, whose first takes its taps from x on.
func (c *Conv1D) compute(dst, x []float32, n int) []float32 {
	start := len(dst)
	dst = slices.Grow(dst, n*c.g.Out)[:start+n*c.g.Out]
	c.job.run(x, dst[start:], n)
	return dst
}
