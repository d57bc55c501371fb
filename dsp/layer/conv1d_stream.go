package layer

import (
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/memory"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A Conv1DStream is the convolution of one stream, a [dsp.Processor]. It holds a window of input frames and emits each
// output frame as soon as the last input frame on which it depends has arrived.
type Conv1DStream struct {
	*conv1D
	workers dsp.Workers

	// window holds rows of the padded input, row elements apart, after the pre-activation.
	window []float32
	row    int
	filled int  // rows that hold frames
	first  int  // row of the first tap of the next output frame; may exceed filled if the stride exceeds the span
	block  int  // frames consumed at a time
	direct bool // no window: each output frame depends on one input frame, which is read in place

	frames int64 // input frames consumed so far
	dsp.Guard

	job conv1DJob
}

// A stream consumes about blockSamples input samples at a time. Frames whose distance makes them contend for the same
// cache lines (see rowPadding) are copied apart if there are more than fewFrames of them.
const (
	blockSamples = 16384
	fewFrames    = 24
)

// allocate makes the window, with room for the held rows and one block. Unless MaxBlock bounds the memory, the window
// has more room, so that the held rows are rarely moved to the front.
func (c *Conv1DStream) allocate() {
	c.block = min(max(blockSamples/c.g.In/48*48, 48), 480)
	if c.g.In > blockSamples/4 {
		c.block = max(1, 4*blockSamples/c.g.In) // memory before speed
	}
	c.block = c.conv1D.layer.block(c.block)
	c.row = rowPadding(c.g.In)
	c.direct = c.pre.kind == identity && c.g.Span() == 1 && c.g.Stride == 1 && c.g.Left+c.g.Right == 0 &&
		(c.row == c.g.In || c.block <= fewFrames)
	if c.direct {
		c.row = c.g.In
	} else {
		more := max(c.block, c.g.Right)
		if c.maxBlock == 0 {
			more = max(more, c.g.Span(), c.g.Stride)
		}
		c.window = make([]float32, (c.kept()+more)*c.row)
	}
	c.job.make(c)
	c.Reset()
}

// kept bounds the number of rows that are still needed when a frame arrives: the rows that the next output frame
// covers, the rows from which padding is copied, and the padding itself. Before the first output frame these are the
// frames that left padding waits for.
func (c *Conv1DStream) kept() int {
	if c.g.Padding == Zeros {
		return max(c.g.Left, c.g.Span()-1)
	}
	rows := c.g.Left + c.g.Span() + c.tail() + c.g.Right
	if c.g.Padding == Reflect {
		rows = max(rows, 2*c.g.Left+1)
	}
	return rows
}

// tail returns the number of last input frames from which right padding is copied.
func (c *Conv1DStream) tail() int {
	switch c.g.Padding {
	case Reflect:
		return c.g.Right + 1
	case Replicate:
		return 1
	}
	return 0
}

// Memory implements [dsp.Sizer]: the bytes of the packed weights, which streams share, and of this stream.
func (c *Conv1DStream) Memory() (weights, state int64) {
	return c.weightBytes(), memory.Struct(c) + memory.Bytes(c.window) + memory.Bytes(c.job.scratch...)
}

// Shape returns the channels and the ratio 1/Stride. The latency is floor((Span-1-Left)/Stride) output frames, at least
// 0. With reflect padding it is at least floor(Left/Stride), because the padding before the first frame mirrors the
// first Left frames after it.
func (c *Conv1DStream) Shape() dsp.Shape {
	return dsp.Shape{
		In: c.g.In, Out: c.g.Out, Up: 1, Down: c.g.Stride, Latency: c.latency(), MinFrames: c.g.MinFrames(),
	}
}

func (c *Conv1DStream) latency() int {
	latency := max(0, c.g.Span()-1-c.g.Left)
	if c.g.Padding == Reflect {
		latency = max(latency, c.g.Left)
	}
	return latency / c.g.Stride
}

// OutFrames is [ConvGeometry.OutFrames].
func (c *Conv1DStream) OutFrames(n int64) int64 { return c.g.OutFrames(n) }

// Emitted returns the number of output frames whose last tap is among n input frames: floor((n+Left-Span)/Stride) + 1,
// at least 0. Emitted(0) is 0. With reflect padding it is 0 until the Left+1 frames that the padding mirrors have
// arrived.
func (c *Conv1DStream) Emitted(n int64) int64 {
	if n <= 0 || c.g.Padding == Reflect && n <= int64(c.g.Left) {
		return 0
	}
	return max(0, ratio.FloorDiv(n+int64(c.g.Left-c.g.Span()), int64(c.g.Stride))+1)
}

// MaxOutFrames bounds the frames that Process of n frames, followed by Flush, appends.
func (c *Conv1DStream) MaxOutFrames(n int) int {
	if c.g.Padding == Zeros {
		// Before the call, the next output frame lacks at least one input frame, or, in a new stream, all but the left
		// padding.
		return max(0, n+c.g.Right-1+max(c.g.Stride, c.g.Left-c.g.Span()+1+c.g.Stride)) / c.g.Stride
	}
	return max(0, n+c.g.Left+c.g.Right-c.g.Span())/c.g.Stride + 2 + c.latency()
}

// Reset starts a new stream.
func (c *Conv1DStream) Reset() {
	c.first, c.filled = 0, c.g.Left
	c.frames = 0
	c.Guard.Reset()
	if c.g.Padding == Zeros {
		clear(c.window[:c.g.Left*c.row])
	}
}

// Process consumes the frames of src, [n, In], and appends the output frames that have become final, [m, Out].
func (c *Conv1DStream) Process(dst, src []float32) []float32 {
	c.BeginProcess(len(src), c.g.In)
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

// Flush ends the stream and appends the output frames that reach into the right padding. A stream of fewer than
// MinFrames frames has no output.
func (c *Conv1DStream) Flush(dst []float32) []float32 {
	if !c.BeginFlush() || c.frames < int64(c.g.MinFrames()) {
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

// makeRoom ensures that n more rows fit after the filled ones; if they do not, it moves the rows still needed to the
// front.
func (c *Conv1DStream) makeRoom(n int) {
	if (c.filled+n)*c.row <= len(c.window) {
		return
	}
	gone := min(c.first, c.filled-c.tail())
	copy(c.window, c.window[gone*c.row:c.filled*c.row])
	c.filled -= gone
	c.first -= gone
}

// load appends n frames to the window. It fills in the left padding once the frames that it copies have arrived.
func (c *Conv1DStream) load(src []float32, n int) {
	to := c.window[c.filled*c.row:]
	if c.row == c.g.In {
		c.pre.apply(c.level, to[:len(src)], src)
	} else {
		for i := range n {
			c.pre.apply(c.level, to[i*c.row:][:c.g.In], src[i*c.g.In:][:c.g.In])
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

// emit appends the output frames whose taps are all in filled rows.
func (c *Conv1DStream) emit(dst []float32) []float32 {
	if c.g.Padding == Reflect && c.frames <= int64(c.g.Left) || c.first+c.g.Span() > c.filled {
		return dst
	}
	n := (c.filled-c.first-c.g.Span())/c.g.Stride + 1
	dst = c.compute(dst, c.window[c.first*c.row:c.filled*c.row], n)
	c.first += n * c.g.Stride
	return dst
}

// compute appends n output frames. The first tap of the first one is at x.
func (c *Conv1DStream) compute(dst, x []float32, n int) []float32 {
	start := len(dst)
	dst = slices.Grow(dst, n*c.g.Out)[:start+n*c.g.Out]
	c.job.run(x, dst[start:], n)
	return dst
}
