package resample

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// heap returns the bytes on the heap that are in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestMemory compares Memory with the growth of the heap: for the first Converter by weights and state, and for each
// later one by the state.
func TestMemory(t *testing.T) {
	const converters = 16
	for _, c := range []struct {
		rates        [2]int
		channels     int
		f            Filter
		workers      int
		coefficients bool // whether the test calls Coefficients
	}{
		{[2]int{44100, 48000}, 1, Filter{}, 0, false},
		{[2]int{44100, 48000}, 1, Filter{}, 0, true},
		{[2]int{44100, 48000}, 2, Filter{Quality: Fast}, 0, false},
		{[2]int{44100, 48000}, 64, Filter{Quality: Fast}, 0, false},
		{[2]int{44100, 48000}, 2, Filter{}, 4, true},
		{[2]int{44100, 88200}, 1, Filter{}, 0, false},
		{[2]int{44100, 88200}, 2, Filter{}, 3, true},
		{[2]int{192000, 48000}, 2, Filter{}, 0, false},
		{[2]int{48000, 44100}, 6, Filter{MinimumPhase: true}, 0, true},
		{[2]int{96000, 44100}, 1, Filter{Quality: High}, 0, false},
		{[2]int{44100, 44101}, 2, Filter{}, 0, false},
		{[2]int{44100, 44101}, 2, Filter{}, 0, true},
		{[2]int{1001, 767999}, 1, Filter{}, 0, false},
		{[2]int{192000, 8000}, 1, Filter{}, 2, false},
		{[2]int{192000, 1000}, 2, Filter{}, 4, false},
		{[2]int{1023, 1}, 1, Filter{Quality: Fast}, 0, false},
		{[2]int{96001, 500}, 2, Filter{Quality: Fast}, 0, false},
	} {
		name := fmt.Sprintf("%s, %d channels, %+v, %d workers", pair(c.rates), c.channels, c.f, c.workers)
		if c.coefficients {
			name += ", coefficients"
		}
		t.Run(name, func(t *testing.T) {
			var options []dsp.Option
			if c.workers > 0 {
				options = append(options, dsp.WithWorkers(serial(c.workers)))
			}
			emptyTables(t)
			before := heap()
			first := newConverter(t, c.rates, c.channels, c.f, options...)
			single := heap() - before
			var all [converters]*Converter
			before = heap()
			for i := range all {
				all[i] = newConverter(t, c.rates, c.channels, c.f, options...)
				if c.coefficients {
					all[i].Coefficients()
				}
			}
			grown := (heap() - before) / converters
			weights, state := all[0].Memory()
			t.Logf("got %d bytes of weights and %d of state, the heap grew by %d and %d", weights, state, single-grown, grown)
			if math.Abs(float64(state)/float64(grown)-1) > 0.05 {
				t.Errorf("got %d bytes of state, want those by which the heap grows, %d, within 5 %%", state, grown)
			}
			// Allocations are rounded up to pages of 8 KiB, and the cache has an entry.
			if d := math.Abs(float64(weights - (single - grown))); d > 0.05*float64(weights)+12<<10 {
				t.Errorf("got %d bytes of weights, want what the first Converter needs in addition, %d", weights, single-grown)
			}
			runtime.KeepAlive(first)
			runtime.KeepAlive(all)
		})
	}
}

// TestMemoryOfChannels: a channel needs memory in proportion to a block, also if the ratio has large terms.
func TestMemoryOfChannels(t *testing.T) {
	const channels = 64
	for _, rates := range planRates {
		t.Run(pair(rates), func(t *testing.T) {
			before := heap()
			r, b := newBlockConverter(t, rates, channels, Filter{Quality: Fast})
			each := (heap() - before) / channels
			tables := int64(8*(10+b.phases*b.values+b.phases+b.values)*b.length)/channels + 8*12*2048/channels
			if most := int64(8*b.memory()) + 4*tables; each > most {
				t.Errorf("got %d bytes for each channel, want at most %d", each, most)
			}
			runtime.KeepAlive(r)
		})
	}
}

// TestManyWorkers: the memory is bounded for any number of workers, and dividing the work allocates nothing.
func TestManyWorkers(t *testing.T) {
	for _, rates := range planRates {
		t.Run(pair(rates), func(t *testing.T) {
			before := heap()
			r := newConverter(t, rates, 2, Filter{Quality: Fast}, dsp.WithWorkers(serial(1024)))
			if bytes := heap() - before; bytes > 80<<20 {
				t.Errorf("got %d MiB for 1024 workers, want at most 80", bytes>>20)
			}
			n := min(20000, 1<<20*rates[0]/rates[1])
			src, dst := make([]float32, 2*n), make([]float32, 0, 2*r.MaxOutFrames(n))
			if got := testing.AllocsPerRun(3, func() { r.Flush(r.Process(dst, src)); r.Reset() }); got != 0 {
				t.Errorf("got %v allocations in a stream, want 0", got)
			}
		})
	}
}

// TestLongStreamMemory: a long stream, hundreds of times the history, allocates no more than its first chunk did.
func TestLongStreamMemory(t *testing.T) {
	for _, rates := range [][2]int{{12000, 1000}, {1000003, 31013}, {192000, 1000}} {
		t.Run(pair(rates), func(t *testing.T) {
			r := newConverter(t, rates, 1, Filter{Quality: Fast})
			src := dsptest.Noise[float32](3, 5000)
			dst := r.Process(make([]float32, 0, r.MaxOutFrames(len(src))), src)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			total, taken := int64(len(dst)), int64(len(src))
			for ; taken < 300_000; taken += int64(len(src)) {
				dst = r.Process(dst[:0], src)
				total += int64(len(dst))
			}
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > 64<<10 {
				t.Errorf("%d frames: got %d bytes allocated, want at most 64 KiB", taken, got)
			}
			if total += int64(len(r.Flush(dst[:0]))); total != r.OutFrames(taken) {
				t.Errorf("%d frames: got %d frames, want %d", taken, total, r.OutFrames(taken))
			}
		})
	}
}
