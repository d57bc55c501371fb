package resample

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// qualities are all values of Quality.
var qualities = []Quality{Best, High, Fast}

// ratePairs are common ratios, and some with long filters. The filter of the last is too long for blocks.
var ratePairs = [][2]int{
	{44100, 96000}, {44100, 48000}, {44100, 88200}, {16000, 48000}, {48000, 44100}, {96000, 44100}, {22050, 44100},
	{96000, 48000}, {192000, 48000}, {48000, 16000}, {48000, 32000}, {44100, 12000}, {8000, 11025}, {192000, 1000},
}

// planRates are ratios for block plans of every kind.
var planRates = [][2]int{
	{44100, 96000}, {44100, 88200}, {16000, 48000}, {48000, 44100}, {96000, 44100}, {44100, 192000}, {8000, 1000},
	{192000, 8000}, {48000, 32000}, {192000, 44100}, {44100, 12000}, {14000, 3000}, {28000, 3000},
	{48000, 8000}, {44100, 44101}, {1001, 767999}, {100003, 31013}, {767999, 44100}, {16777213, 16777199},
	{4000037, 3999971},
}

// directRates are ratios whose filters are too long for blocks, with coefficients in a table and with interpolated
// ones.
var directRates = [][2]int{{192000, 1000}, {1001, 7}, {1023, 1}, {96001, 500}, {100003, 1001}, {768001, 1000}}

// equalRates are copied.
var equalRates = [][2]int{{48000, 48000}, {math.MaxInt, math.MaxInt}}

// allRates returns all ratios above, each once.
func allRates() [][2]int {
	var all [][2]int
	for _, rates := range slices.Concat(planRates, ratePairs, directRates, equalRates) {
		if !slices.Contains(all, rates) {
			all = append(all, rates)
		}
	}
	return all
}

// pair names a pair of rates.
func pair(rates [2]int) string { return fmt.Sprintf("%d to %d", rates[0], rates[1]) }

// newConverter returns a Converter, or fails the test.
func newConverter(t testing.TB, rates [2]int, channels int, f Filter, options ...dsp.Option) *Converter {
	t.Helper()
	r, err := New(rates[0], rates[1], channels, f, options...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// newBlockConverter is newConverter for a Converter that works in blocks.
func newBlockConverter(t testing.TB, rates [2]int, channels int, f Filter, o ...dsp.Option) (*Converter, *blockEngine) {
	t.Helper()
	r := newConverter(t, rates, channels, f, o...)
	b, ok := r.engine.(*blockEngine)
	if !ok {
		t.Fatalf("%v is converted by a %T, want blocks", rates, r.engine)
	}
	return r, b
}

// atLevel makes r use a kernel level. Other Converters, which share the plan of r, keep theirs.
func atLevel(r *Converter, level kernel.Level) *Converter {
	if b, ok := r.engine.(*blockEngine); ok {
		p := *b.blockPlan
		p.level, p.filter = level, p.filter.At(level)
		b.blockPlan = &p
	}
	return r
}

// whole converts a whole stream.
func whole(r *Converter, src []float32) []float32 {
	r.Reset()
	return r.Flush(r.Process(nil, src))
}

// checkContract runs the contract over the Converters that create returns.
func checkContract(t *testing.T, frames int, create func() *Converter) {
	t.Helper()
	reference := create()
	dsptest.Check(t, dsptest.Contract[float32]{
		New: func() dsptest.Streamer[float32] { return create() },
		Reference: func(src []float32) []float32 {
			out, err := reference.Reference(src)
			if err != nil {
				t.Fatal(err)
			}
			return out
		},
		Frames: frames,
		Blocks: []int{reference.Taps()},
		Waits:  true, // for blocks to be complete
	})
}

// worst returns the largest difference between got and want, which have the same length.
func worst[A, B dsp.Float](t testing.TB, got []A, want []B) float64 {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d values, want %d", len(got), len(want))
	}
	most := 0.0
	for i, v := range want {
		d := math.Abs(float64(got[i]) - float64(v))
		if !(d <= most) { // NaN included
			most = d
		}
	}
	return most
}

// checkArgError expects a *dsp.ArgError about arg.
func checkArgError(t testing.TB, err error, arg string) {
	t.Helper()
	var e *dsp.ArgError
	if !errors.As(err, &e) || e.Arg != arg {
		t.Errorf("got error %v, want one about %q", err, arg)
	}
}

// splitter is dsp.Workers with a goroutine for each part. It records the largest number of parts.
type splitter struct{ size, most int }

func (s *splitter) Size() int { return s.size }
func (s *splitter) For(parts int, f func(int)) {
	s.most = max(s.most, parts)
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { f(p) })
	}
	wg.Wait()
}

// serial is dsp.Workers that runs one part after the other.
type serial int

func (w serial) Size() int { return int(w) }
func (w serial) For(parts int, f func(int)) {
	for p := range parts {
		f(p)
	}
}

// channel sets dst to every stride-th value of src.
func channel(dst, src []float32, stride int) {
	for i := range dst {
		dst[i] = src[i*stride]
	}
}
