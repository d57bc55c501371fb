package resample

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A Converter converts a stream from one sample rate to another. It is a [dsp.Processor].
//
// Output frame k is the signal at the time k/outRate. n input frames become exactly ceil(n*up/down) output frames,
// where up/down is the ratio of the rates in lowest terms. The signal before the first frame and after the last is
// silence. All channels are converted by the same filter, each independently of the others.
//
// The definition of the result is a transposed convolution of stride up with a windowed-sinc filter,
// [Converter.Coefficients], and the output is every down-th frame of it. Coefficients and sums are float64, and each
// output sample is rounded to float32 once. Between equal rates there is no filter: output frame k is input frame k,
// bit for bit, and the latency is 0.
//
// At all common ratios the filter is short enough for blocks at fixed positions of the stream. They are filtered with
// Fourier transforms, which yield intermediate values; the package documentation describes the method. If the rate of
// these values is not that of the output, each output sample is interpolated from 12 values, and the filter compensates
// in advance for the effect on the spectrum. Before rounding, the results differ from the sums of the definition by at
// most 1e-9 of the largest input sample. A NaN or an infinity spoils, in its channel, the blocks that contain its
// frame, and the output samples that are interpolated from the values of these blocks; [Converter.Spoiled] returns
// their range. Longer filters are computed as the sums of the definition. [Filter] describes the latency.
type Converter struct {
	inRate   int
	outRate  int
	channels int
	up, down int64
	design   design
	engine   engine
	dsp.Guard
}

// An engine does the work of a Converter.
type engine interface {
	latency() int          // output frames held back at most
	period() int64         // the counts repeat after a common multiple of period and down input frames
	taps() int             // see Converter.Taps
	emitted(n int64) int64 // output frames that process appends for the first n input frames, n >= 0
	reset()
	process(dst, src []float32) []float32
	flush(dst []float32) []float32
	weightBytes() int64                     // of the tables, which Converters share
	stateBytes() int64                      // of everything else
	spoiled(frame int64) (first, end int64) // see Converter.Spoiled
}

// Bounds on the arguments of New.
const (
	maxRatio    = 1024
	maxTerm     = 1 << 24
	maxChannels = 1 << 30
	maxHistory  = 1 << 27 // values in the buffers of all channels
)

// New returns a Converter from inRate to outRate, in Hz, for frames of 1 to 2^30 channels. Between equal rates the
// Converter copies and does not use the filter, which must be valid all the same. The ratio of the rates must be
// between 1/1024 and 1024, and in lowest terms neither term may exceed 2^24. The buffers hold at most 2^27 values in
// total, which limits the channels: 1900 are possible between any two rates from 8 to 192 kHz. A stream may have up to
// 2^63 frames divided by the larger term of the ratio.
//
// The filter depends on the ratio alone. The length of blocks depends on inRate as well, so the last bits and the
// latency may differ between pairs of rates with the same ratio. The error is a *dsp.ArgError, or the error of
// [dsp.CPU].
//
// Converters with the same rates and the same filter share the tables of the filter, so the second one is created much
// faster than the first. The process keeps tables for later Converters, up to 16 MiB in total, and drops the least
// recently used first. Tables of more than 4 MiB are not kept. Many goroutines may call New at once.
func New(inRate, outRate, channels int, f Filter, options ...dsp.Option) (*Converter, error) {
	up, down, err := ratioOf(inRate, outRate)
	if err != nil {
		return nil, err
	}
	if channels < 1 || channels > maxChannels {
		return nil, dsp.NewArgError("channels", channels, "from 1 to %d", maxChannels)
	}
	des, err := f.design()
	if err != nil {
		return nil, err
	}
	level, err := kernel.Choose()
	if err != nil {
		return nil, err
	}
	r := &Converter{
		inRate: inRate, outRate: outRate, channels: channels, up: int64(up), down: int64(down), design: des,
		Guard: dsp.Guard{Origin: "resample.New"},
	}
	if up == down {
		r.engine = copyEngine{}
		return r, nil
	}
	key := tableKey{level: level, design: des, up: up, down: down, inRate: inRate}
	shared, err := sharedTables.get(key, key.compute)
	if err != nil {
		return nil, err
	}
	workers := dsp.WorkersOf(options...)
	switch t := shared.(type) {
	case *blockPlan:
		if err := checkMemory(channels, t.memory()); err != nil {
			return nil, err
		}
		r.engine = newBlockEngine(t, channels, workers)
	case polyphase:
		if err := checkMemory(channels, historyFrames(t)); err != nil {
			return nil, err
		}
		r.engine = newDirectEngine(t, up, down, channels, workers)
	}
	return r, nil
}

// ratioOf returns the ratio of two sample rates in lowest terms, or an error if it is out of bounds.
func ratioOf(inRate, outRate int) (up, down int, err error) {
	if inRate < 1 || outRate < 1 {
		return 0, 0, dsp.NewArgError("sample rate", min(inRate, outRate), "at least 1")
	}
	if inRate/outRate >= maxRatio || outRate/inRate >= maxRatio {
		return 0, 0, dsp.NewArgError("output rate", outRate,
			"less than %d times the input rate %d and more than 1/%d of it", maxRatio, inRate, maxRatio)
	}
	up, down = ratio.Reduce(outRate, inRate)
	if max(up, down) > maxTerm {
		return 0, 0, dsp.NewArgError("ratio", fmt.Sprintf("%d/%d", up, down), "one with terms up to %d", maxTerm)
	}
	return up, down, nil
}

// checkMemory returns an error if the buffers would exceed maxHistory. values is the number of values for one channel.
func checkMemory(channels, values int) error {
	if most := maxHistory / values; channels > most {
		return dsp.NewArgError("channels", channels, "at most %d for this ratio", most)
	}
	return nil
}

// Rates returns the sample rates, in Hz, that were passed to New.
func (r *Converter) Rates() (in, out int) { return r.inRate, r.outRate }

// Shape returns the channels, the ratio of the rates, the latency, and the period of the counts. Output frames are held
// until their block is complete or, if the Converter does not work in blocks, for half the length of the filter.
// Between equal rates the latency is 0. The period is a common multiple of down and the input frames from one block to
// the next.
func (r *Converter) Shape() dsp.Shape {
	return dsp.Shape{
		In: r.channels, Out: r.channels, Up: int(r.up), Down: int(r.down),
		Latency: r.engine.latency(), Period: ratio.LCM(r.down, r.engine.period()), MinFrames: 1,
	}
}

// OutFrames returns ceil(n*up/down).
func (r *Converter) OutFrames(n int64) int64 { return ratio.CeilMul(max(0, n), r.up, r.down) }

// Emitted returns the number of output frames that are final after n input frames, before Flush.
func (r *Converter) Emitted(n int64) int64 { return r.engine.emitted(max(0, n)) }

// MaxOutFrames returns an upper bound of the frames that Process of n frames, followed by Flush, appends.
func (r *Converter) MaxOutFrames(n int) int {
	rounded := min(1, int(r.down)-1) // counts of frames are rounded unless down is 1
	return int(r.OutFrames(int64(n))) + r.engine.latency() + rounded
}

// Taps returns the largest number of consecutive input frames that one output frame depends on: 1 between equal rates.
func (r *Converter) Taps() int { return r.engine.taps() }

// Memory implements [dsp.Sizer]. The weights are the tables of the filter, which Converters share: see [New]. The state
// is everything else. Both are in bytes, and 0 between equal rates.
func (r *Converter) Memory() (weights, state int64) {
	return r.engine.weightBytes(), r.engine.stateBytes()
}

// Reset begins a new stream.
func (r *Converter) Reset() {
	r.engine.reset()
	r.Guard.Reset()
}

// Process consumes the frames of src, [n, channels], and appends the output frames that are final to dst.
func (r *Converter) Process(dst, src []float32) []float32 {
	r.BeginProcess(len(src), r.channels)
	return r.engine.process(dst, src)
}

// Flush ends the stream and appends the remaining output frames to dst. Silence follows the last input frame.
func (r *Converter) Flush(dst []float32) []float32 {
	if !r.BeginFlush() {
		return dst
	}
	return r.engine.flush(dst)
}
