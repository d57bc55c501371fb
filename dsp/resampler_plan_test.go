package dsp

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// planRates are ratios for plans of every kind.
var planRates = [][2]int{
	{44100, 96000}, {44100, 88200}, {16000, 48000}, {48000, 44100}, {96000, 44100}, {44100, 192000}, {8000, 1000}, {192000, 8000},
	{48000, 32000}, {44100, 44101}, {1001, 767999}, {100003, 31013}, {767999, 44100}, {16777213, 16777199}, {4000037, 3999971},
}

func blockResamplerFor(t *testing.T, in, out, channels int) (*Resampler, *blockResampler) {
	t.Helper()
	r, err := NewResampler(in, out, channels, Fast, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, ok := r.converter.(*blockResampler)
	if !ok {
		t.Fatalf("%d to %d is not converted in blocks", in, out)
	}
	return r, b
}

// TestBlockLag compares Lag with what is held back before each block is complete, over a whole period of the ratio.
func TestBlockLag(t *testing.T) {
	for _, rates := range planRates {
		_, b := blockResamplerFor(t, rates[0], rates[1], 1)
		most := int64(0)
		for block := range b.down + 1 {
			last := b.start(block) + int64(b.length) - 1
			most = max(most, last*b.up/b.down-b.ready(block))
		}
		if int64(b.Lag()) != most {
			t.Errorf("%v: Lag is %d, must be %d", rates, b.Lag(), most)
		}
	}
}

// TestLongStreams continues streams as if whole periods had gone by, up to the end of what is promised: the bits stay.
func TestLongStreams(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, rates := range planRates {
		r, b := blockResamplerFor(t, rates[0], rates[1], 1)
		src := make([]float32, 5*b.length)
		for i := range src {
			src[i] = rng.Float32() - 0.5
		}
		want := r.Flush(r.Process(nil, src))
		for _, n := range []int64{1 << 40, math.MaxInt64/max(b.up, b.down) - int64(6*b.length)} {
			r.Reset()
			got := r.Process(nil, src[:3*b.length])
			period := int64(b.hop) * b.down
			n = n / period * period
			b.base, b.frames, b.block = b.base+n, b.frames+n, b.block+n/int64(b.hop)
			b.from, b.next = b.from+n*int64(b.phases), b.next+n/b.down*b.up
			got = r.Flush(r.Process(got, src[3*b.length:]))
			if !slices.Equal(got, want) {
				t.Errorf("%v: differs after %d frames", rates, n)
			}
		}
	}
}

// TestResamplerMemory: what a channel takes is in proportion to a block, whatever the terms of the ratio.
func TestResamplerMemory(t *testing.T) {
	const channels = 64
	for _, rates := range planRates {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, b := blockResamplerFor(t, rates[0], rates[1], channels)
		runtime.GC()
		runtime.ReadMemStats(&after)
		each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / channels
		tables := int64(8*(6+4*b.phases)*b.length+8*(2+2*b.phases)*8*b.length)/channels + 8*12*2048/channels
		if most := int64(8*b.keeps()) + 4*tables; each > most {
			t.Errorf("%v: %d bytes for each channel, %d are for its blocks", rates, each, most)
		}
		runtime.KeepAlive(b)
	}
}

// manyWorkers is Workers that do one part after the other.
type manyWorkers int

func (w manyWorkers) Size() int { return int(w) }
func (w manyWorkers) Split(parts int, f func(int)) {
	for p := range parts {
		f(p)
	}
}

// TestResamplerManyWorkers: their number does not ask for memory without bounds, nor does dividing the work allocate.
func TestResamplerManyWorkers(t *testing.T) {
	for _, rates := range planRates {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := NewResampler(rates[0], rates[1], 2, Fast, manyWorkers(1024))
		if err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 80<<20 {
			t.Errorf("%v: %d MiB for 1024 workers", rates, bytes>>20)
		}
		n := min(20000, 1<<20*rates[0]/rates[1])
		src, dst := make([]float32, 2*n), make([]float32, 0, 2*r.MaxOut(n))
		if n := testing.AllocsPerRun(3, func() { r.Flush(r.Process(dst, src)); r.Reset() }); n != 0 {
			t.Errorf("%v: %v allocations in a stream", rates, n)
		}
	}
}

// TestBlockNaN: what is not finite changes the results of the blocks that contain its frame, and no other bit.
func TestBlockNaN(t *testing.T) {
	const channels, odd = 9, 4 // two batches of lanes
	for _, rates := range planRates {
		if rates[1] > 100*rates[0] {
			continue // many samples
		}
		r, b := blockResamplerFor(t, rates[0], rates[1], channels)
		frame := int64(2 * b.length)
		src := make([]float32, 4*b.length*channels)
		for i := range src {
			src[i] = float32(i%17) / 32
		}
		want := r.Flush(r.Process(nil, src))
		first := (frame-b.start(0)-int64(b.length))/int64(b.hop) + 1
		last := (frame - b.start(0)) / int64(b.hop)
		if b.start(first)+int64(b.length) <= frame || b.start(first-1)+int64(b.length) > frame || b.start(last) > frame || b.start(last+1) <= frame {
			t.Fatalf("%v: frame %d is not what blocks %d to %d contain", rates, frame, first, last)
		}
		// The last value of those blocks is before end, and results take values up to reach before them.
		end := int64(b.phases)*(b.first+(last+1)*int64(b.hop)) + int64(max(b.reach-1, 0))
		from, to := b.ready(first), ceilRatio(end, b.of, b.step)
		for _, v := range []float32{float32(math.NaN()), float32(math.Inf(-1))} {
			r.Reset()
			src[frame*channels+odd] = v
			got := r.Flush(r.Process(nil, src))
			bad := false
			for i, v := range got {
				k, c := int64(i/channels), i%channels
				if c != odd || k < from || k >= to {
					if math.Float32bits(v) != math.Float32bits(want[i]) {
						t.Fatalf("%v: frame %d of channel %d is %v, not %v: only frames %d to %d of channel %d may differ", rates, k, c, v, want[i], from, to-1, odd)
					}
				} else if v != v {
					bad = true
				}
			}
			if !bad {
				t.Errorf("%v: %v does not show", rates, v)
			}
		}
	}
}
