package resample

import (
	"fmt"
	"sync"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// emptyTables makes sharedTables empty. Afterwards the test has its former content again.
func emptyTables(t testing.TB) {
	former := sharedTables
	t.Cleanup(func() { sharedTables = former })
	sharedTables = newCache[tableKey, tables](maxShared)
}

// tablesOf returns the tables of a Converter, or nil between equal rates.
func tablesOf(r *Converter) tables {
	switch e := r.engine.(type) {
	case *blockEngine:
		return e.blockPlan
	case *directEngine:
		return e.polyphase
	}
	return nil
}

// sharedPairs have tables that are small enough to be kept: for blocks, as the sums of the definition, and with
// interpolated coefficients.
var sharedPairs = [][2]int{{44100, 48000}, {48000, 16000}, {96000, 32000}, {44100, 44101}, {192000, 1000}, {96001, 500}}

// TestSharedTables: Converters share tables if and only if rates and filter are the same.
func TestSharedTables(t *testing.T) {
	emptyTables(t)
	of := map[tables]string{}
	for _, rates := range sharedPairs {
		for _, f := range []Filter{{}, {Quality: Fast}, {Bandwidth: 0.95}, {Bandwidth: 0.95, Quality: Fast}} {
			name := fmt.Sprintf("%s, %+v", pair(rates), f)
			want := tablesOf(newConverter(t, rates, 1, f))
			if other, ok := of[want]; ok && f.Bandwidth == 0 {
				t.Errorf("%s: got the tables of %s, want its own", name, other)
			}
			of[want] = name
			for _, channels := range []int{1, 2, 20} {
				if got := tablesOf(newConverter(t, rates, channels, f, dsp.WithWorkers(serial(2)))); got != want {
					t.Errorf("%s, %d channels: got tables at %p, want %p", name, channels, got, want)
				}
			}
		}
	}
	if want := 3 * len(sharedPairs); len(of) != want { // Quality has no effect with a Bandwidth
		t.Errorf("got %d different tables, want %d", len(of), want)
	}
}

// TestSharedBits: the tables are the same, bit for bit, whether they are computed anew, were kept, or are used by other
// Converters at the same time.
func TestSharedBits(t *testing.T) {
	for _, rates := range sharedPairs {
		t.Run(pair(rates), func(t *testing.T) {
			src := dsptest.Noise[float32](5, 2*3000)
			emptyTables(t)
			want := whole(newConverter(t, rates, 2, Filter{}), src)
			again := newConverter(t, rates, 2, Filter{})
			other := newConverter(t, rates, 1, Filter{})
			other.Process(nil, src)
			if i := dsptest.FirstDifference(whole(again, src), want); i >= 0 {
				t.Errorf("value %d differs with shared tables", i)
			}
			sharedTables = newCache[tableKey, tables](0) // keeps nothing
			alone := newConverter(t, rates, 2, Filter{})
			if tablesOf(alone) == tablesOf(again) {
				t.Error("got shared tables without a cache, want new ones")
			}
			if i := dsptest.FirstDifference(whole(alone, src), want); i >= 0 {
				t.Errorf("value %d differs with new tables", i)
			}
		})
	}
}

// TestSharedLimit: the tables of many pairs of rates never exceed maxShared.
func TestSharedLimit(t *testing.T) {
	emptyTables(t)
	kept, all := 0, 0
	for rate := 30000; sharedTables.total < maxShared*3/4 || kept == all; rate += 501 {
		newConverter(t, [2]int{rate, 1000}, 1, Filter{Quality: Fast})
		all++
		kept = len(sharedTables.entries)
		if sharedTables.total > maxShared {
			t.Fatalf("got %d bytes, want at most %d", sharedTables.total, maxShared)
		}
		if all > 1000 {
			t.Fatalf("got all of %d tables, want some dropped", all)
		}
	}
}

// TestSharedFailure: a ratio that New rejects leaves nothing, and is rejected again.
func TestSharedFailure(t *testing.T) {
	emptyTables(t)
	for range 2 {
		_, err := New(192000, 1000, 1, Filter{MinimumPhase: true})
		checkArgError(t, err, "ratio")
	}
	if n := len(sharedTables.entries); n != 0 {
		t.Errorf("got %d entries, want 0", n)
	}
}

// TestConcurrentNew creates and runs Converters of equal and of different pairs at once.
func TestConcurrentNew(t *testing.T) {
	emptyTables(t)
	src := dsptest.Noise[float32](5, 3000)
	var group sync.WaitGroup
	var all [16]*Converter
	var results [len(all)][]float32
	for i := range all {
		group.Go(func() {
			rates := sharedPairs[i%len(sharedPairs)]
			r, err := New(rates[0], rates[1], 1, Filter{Quality: Fast})
			if err != nil {
				t.Error(err)
				return
			}
			all[i], results[i] = r, whole(r, src)
		})
	}
	group.Wait()
	for i, r := range all[len(sharedPairs):] {
		if first := all[i%len(sharedPairs)]; tablesOf(r) != tablesOf(first) {
			t.Errorf("%d to %d: got two tables, want one", r.inRate, r.outRate)
		}
		if at := dsptest.FirstDifference(results[i+len(sharedPairs)], results[i%len(sharedPairs)]); at >= 0 {
			t.Errorf("%d to %d: value %d differs", r.inRate, r.outRate, at)
		}
	}
}

// BenchmarkNew creates Converters whose tables must be computed (first) or are there (again).
func BenchmarkNew(b *testing.B) {
	for _, rates := range [][2]int{
		{44100, 48000}, {48000, 44100}, {44100, 88200}, {48000, 16000}, {11025, 192000}, {176400, 8000},
	} {
		for _, f := range []Filter{{}, {Quality: Fast}, {Bandwidth: 0.99}, {MinimumPhase: true}} {
			name := fmt.Sprintf("%d-%d/%+v/", rates[0], rates[1], f)
			b.Run(name+"first", func(b *testing.B) {
				emptyTables(b)
				for b.Loop() {
					sharedTables = newCache[tableKey, tables](maxShared)
					newConverter(b, rates, 1, f)
				}
			})
			b.Run(name+"again", func(b *testing.B) {
				newConverter(b, rates, 1, f)
				b.ReportAllocs()
				for b.Loop() {
					newConverter(b, rates, 1, f)
				}
			})
		}
	}
}
