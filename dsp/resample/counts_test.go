package resample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// lengths returns a number of input frames for which a Converter computes many blocks but not too much output.
func lengths(r *Converter) int {
	s := r.Shape()
	n := 2*r.Taps() + 5000
	if b, ok := r.engine.(*blockEngine); ok {
		n = 6 * b.length * b.phases
	}
	return min(n, 1<<19*s.Down/s.Up)
}

// TestEmitted compares Emitted with the number of frames that a stream has appended after each call, and Latency with
// the largest number of frames that it held.
func TestEmitted(t *testing.T) {
	for _, rates := range allRates() {
		for _, f := range []Filter{{Quality: Fast}, {Quality: Fast, MinimumPhase: true}, {Bandwidth: 0.98}} {
			if f.Quality != Fast && slices.Contains(directRates, rates) || f.MinimumPhase && rates[0] > 67*rates[1] {
				continue // slow, or refused
			}
			t.Run(fmt.Sprintf("%s, %+v", pair(rates), f), func(t *testing.T) {
				r := newConverter(t, rates, 1, f)
				s := r.Shape()
				src := dsptest.Noise[float32](1, lengths(r))
				rng := rand.New(rand.NewPCG(5, uint64(rates[0])))
				var dst []float32
				taken, appended := int64(0), int64(0)
				for _, n := range dsptest.RandomSplit(rng, len(src), 1+len(src)/40) {
					dst = r.Process(dst[:0], src[taken:taken+int64(n)])
					taken, appended = taken+int64(n), appended+int64(len(dst))
					if want := r.Emitted(taken); appended != want {
						t.Fatalf("after %d frames: got %d frames, want Emitted, %d", taken, appended, want)
					}
					held := ratio.FloorMul(taken, int64(s.Up), int64(s.Down)) - appended
					if held > int64(s.Latency) {
						t.Fatalf("after %d frames: %d frames are held back, want at most Latency, %d", taken, held, s.Latency)
					}
				}
				appended += int64(len(r.Flush(dst[:0])))
				if want := r.OutFrames(taken); appended != want {
					t.Errorf("got %d frames, want OutFrames, %d", appended, want)
				}
			})
		}
	}
}

// TestEmittedEveryFrame calls Process with one frame at a time.
func TestEmittedEveryFrame(t *testing.T) {
	for _, rates := range [][2]int{{44100, 48000}, {48000, 44100}, {96000, 44100}, {44100, 44101}, {1001, 7}} {
		t.Run(pair(rates), func(t *testing.T) {
			r := newConverter(t, rates, 1, Filter{Quality: Fast})
			src := dsptest.Noise[float32](1, lengths(r))
			var dst []float32
			appended := int64(0)
			for i := range src {
				dst = r.Process(dst[:0], src[i:i+1])
				appended += int64(len(dst))
				if want := r.Emitted(int64(i + 1)); appended != want {
					t.Fatalf("after %d frames: got %d frames, want Emitted, %d", i+1, appended, want)
				}
			}
		})
	}
}

// TestLatency compares Latency with the largest number of frames that are held, according to Emitted, over a whole
// period: before each block is complete, or after each frame.
func TestLatency(t *testing.T) {
	type latencyCase struct {
		rates [2]int
		f     Filter
	}
	// The largest number is not always held before the first block.
	cases := []latencyCase{{[2]int{4800, 1100}, Filter{}}, {[2]int{12800, 1100}, Filter{}}, {[2]int{6400, 1300}, Filter{}}}
	for _, rates := range allRates() {
		cases = append(cases, latencyCase{rates, Filter{Quality: Fast}})
		if rates[0] <= 67*rates[1] { // others are refused
			cases = append(cases, latencyCase{rates, Filter{Quality: Fast, MinimumPhase: true}})
		}
	}
	for _, c := range cases {
		rates, f := c.rates, c.f
		t.Run(fmt.Sprintf("%s, %+v", pair(rates), f), func(t *testing.T) {
			r := newConverter(t, rates, 1, f)
			s := r.Shape()
			first, step := int64(0), int64(1)
			if b, ok := r.engine.(*blockEngine); ok {
				first, step = (b.start(0)+int64(b.used))*int64(b.phases)-1, int64(b.hop*b.phases)
			} else {
				for r.Emitted(first) == 0 {
					first++
				}
			}
			most := int64(0)
			for i := range int64(s.Down) + 1 {
				n := first + i*step
				most = max(most, ratio.FloorMul(n, int64(s.Up), int64(s.Down))-r.Emitted(n))
			}
			if int64(s.Latency) != most {
				t.Errorf("got Latency %d, want %d", s.Latency, most)
			}
		})
	}
}

// TestPeriod: from the first output on, the counts of frames repeat after Period input frames, and not after a smaller
// multiple of Down that divides Period.
func TestPeriod(t *testing.T) {
	for _, rates := range allRates() {
		t.Run(pair(rates), func(t *testing.T) {
			r := newConverter(t, rates, 1, Filter{Quality: Fast})
			s := r.Shape()
			if s.Period < 1 || s.Period%int64(s.Down) != 0 {
				t.Fatalf("got Period %d, want a multiple of Down, %d", s.Period, s.Down)
			}
			first := int64(0)
			for r.Emitted(first) == 0 {
				first++
			}
			due := func(period int64) int64 { return period / int64(s.Down) * int64(s.Up) }
			rng := rand.New(rand.NewPCG(6, uint64(rates[0])))
			check := func(n int64) {
				if got, want := r.Emitted(n+s.Period), r.Emitted(n)+due(s.Period); got != want {
					t.Errorf("Emitted(%d+Period): got %d, want %d", n, got, want)
				}
				if got, want := r.OutFrames(n+s.Period), r.OutFrames(n)+due(s.Period); got != want {
					t.Errorf("OutFrames(%d+Period): got %d, want %d", n, got, want)
				}
			}
			for i := range int64(300) {
				check(first + i)
				check(first + rng.Int64N(4*s.Period))
			}
			if b, ok := r.engine.(*blockEngine); ok {
				for i := int64(1); i < 50; i++ {
					end := (b.start(i) + int64(b.used)) * int64(b.phases)
					check(end - 1)
					check(end)
				}
			}
			if got, want := r.Emitted(first-1+s.Period), r.Emitted(first+s.Period); got >= want {
				t.Errorf("Emitted(%d+Period) is %d, want fewer than one frame later, %d", first-1, got, want)
			}
			for _, parts := range []int64{2, 3, 5, 7} {
				period := s.Period / parts
				if s.Period%parts != 0 || period%int64(s.Down) != 0 {
					continue
				}
				if got := r.Emitted(first + period); got == r.Emitted(first)+due(period) &&
					r.Emitted(first+period-1) < got {
					t.Errorf("the counts repeat after %d frames already, want Period, %d", period, s.Period)
				}
			}
		})
	}
}
