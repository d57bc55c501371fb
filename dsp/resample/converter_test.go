package resample

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

func TestConverterContract(t *testing.T) {
	for _, c := range []struct {
		rates            [2]int
		channels, frames int
		f                Filter
	}{
		{[2]int{44100, 96000}, 1, 1500, Filter{Quality: Fast}},
		{[2]int{48000, 44100}, 3, 1500, Filter{Quality: Fast}},
		{[2]int{2000, 1000}, 2, 1500, Filter{Quality: Fast}},
		{[2]int{44100, 48000}, 4, 1500, Filter{Quality: Fast}},
		{[2]int{3000, 2000}, 5, 1500, Filter{Quality: Fast}},
		{[2]int{1000, 3000}, 2, 2500, Filter{Quality: Best}},
		{[2]int{44100, 192000}, 1, 2500, Filter{Quality: Best}},
		{[2]int{7000, 1000}, 1, 6000, Filter{Quality: High}},
		{[2]int{192, 1}, 1, 40000, Filter{Quality: Fast}},
		{[2]int{44100, 44101}, 2, 1500, Filter{Quality: Fast}},
		{[2]int{44101, 44100}, 1, 1500, Filter{Quality: Fast}},
		{[2]int{100003, 31013}, 1, 5000, Filter{Quality: Fast}},
		{[2]int{44100, 48000}, 2, 5000, Filter{Quality: Fast, MinimumPhase: true}},
		{[2]int{44100, 48000}, 2, 5000, Filter{Quality: Fast, MinimumPhase: true, Bandwidth: 0.97}},
		{[2]int{44100, 96000}, 1, 1500, Filter{Quality: Fast, MinimumPhase: true}},
		{[2]int{48000, 8000}, 1, 6000, Filter{Quality: Fast, MinimumPhase: true}},
		{[2]int{16000, 24000}, 1, 1500, Filter{Quality: Fast, MinimumPhase: true}},
		{[2]int{44101, 44100}, 1, 1500, Filter{Quality: Fast, MinimumPhase: true}},
		{[2]int{44100, 48000}, 2, 5000, Filter{Quality: Fast, Bandwidth: 0.97}},
		{[2]int{48000, 48000}, 1, 300, Filter{}},
		{[2]int{1, 1}, 3, 300, Filter{MinimumPhase: true, Bandwidth: 0.995}},
	} {
		t.Run(fmt.Sprintf("%s, %d channels, %+v", pair(c.rates), c.channels, c.f), func(t *testing.T) {
			checkContract(t, c.frames, func() *Converter { return newConverter(t, c.rates, c.channels, c.f) })
		})
	}
}

// TestWorkers compares the bits for several numbers of workers. The input is long enough to be divided among them.
func TestWorkers(t *testing.T) {
	for _, rates := range [][2]int{{44100, 96000}, {96000, 44100}, {44100, 44101}, {192000, 1000}} {
		for _, channels := range []int{1, 2, 5} {
			src := dsptest.Noise[float32](5, channels*60000)
			want := whole(newConverter(t, rates, channels, Filter{}), src)
			for _, size := range []int{1, 2, 5} {
				t.Run(fmt.Sprintf("%s, %d channels, %d workers", pair(rates), channels, size), func(t *testing.T) {
					s := &splitter{size: size}
					got := whole(newConverter(t, rates, channels, Filter{}, dsp.WithWorkers(s)), src)
					if i := dsptest.FirstDifference(got, want); i >= 0 {
						t.Errorf("got %d values that differ at %d, want the %d without workers", len(got), i, len(want))
					}
					if size > 1 && s.most != size {
						t.Errorf("got at most %d parts, want %d", s.most, size)
					}
				})
			}
		}
	}
}

func TestNewRejects(t *testing.T) {
	for _, c := range []struct {
		name              string
		in, out, channels int
		q                 Quality
		arg               string
	}{
		{"input rate 0", 0, 1, 1, Best, "sample rate"},
		{"negative input rate", math.MinInt, 1, 1, Best, "sample rate"},
		{"negative output rate", 1, -1, 1, Best, "sample rate"},
		{"equal rates of 0", 0, 0, 1, Best, "sample rate"},
		{"equal rates without channels", 44100, 44100, 0, Best, "channels"},
		{"equal rates, too many channels", 44100, 44100, 1<<30 + 1, Best, "channels"},
		{"equal rates, quality 3", 44100, 44100, 1, 3, "quality"},
		{"1024 times the rate", 1, 1024, 1, Fast, "output rate"},
		{"2000 times the rate", 1, 2000, 1, Best, "output rate"},
		{"the largest output rate", 1, math.MaxInt, 1, Best, "output rate"},
		{"a 1024th of the rate", 1024, 1, 1, Fast, "output rate"},
		{"a 2000th of the rate", 2000, 1, 1, Best, "output rate"},
		{"the largest input rate", math.MaxInt, 1, 1, Best, "output rate"},
		{"a term above 2^24", 1<<24 + 1, 1 << 24, 1, Fast, "ratio"},
		{"a term above 2^25", 1<<25 + 1, 1 << 25, 1, Best, "ratio"},
		{"no channels", 44100, 48000, 0, Best, "channels"},
		{"too many channels", 44100, 48000, 131073, Best, "channels"},
		{"too many channels for a long filter", 768000, 1000, 1024, Best, "channels"},
		{"the largest number of channels", 44100, 48000, math.MaxInt, Best, "channels"},
		{"quality -1", 1, 2, 1, -1, "quality"},
		{"quality 3", 1, 2, 1, 3, "quality"},
		{"quality 7", 44100, 48000, 1, 7, "quality"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(c.in, c.out, c.channels, Filter{Quality: c.q})
			checkArgError(t, err, c.arg)
		})
	}
}

func TestNewAccepts(t *testing.T) {
	for _, c := range []struct {
		name     string
		rates    [2]int
		channels int
		q        Quality
	}{
		{"1023 times the rate", [2]int{1, 1023}, 1, Fast},
		{"a 1023rd of the rate", [2]int{1023, 1}, 1, Fast},
		{"1023.5 times the rate", [2]int{2, 2047}, 1, Fast},
		{"the rate divided by 1023.5", [2]int{2047, 2}, 1, Fast},
		{"a term of 2^24", [2]int{1<<24 - 1, 1 << 24}, 1, Fast},
		{"a long filter", [2]int{768000, 1000}, 2, Best},
		{"equal rates, the largest", [2]int{math.MaxInt, math.MaxInt}, 1, Best},
		{"equal rates, the most channels", [2]int{44100, 44100}, 1 << 30, Best},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newConverter(t, c.rates, c.channels, Filter{Quality: c.q}).Shape()
			if s.Up*c.rates[0] != s.Down*c.rates[1] {
				t.Errorf("got ratio %d/%d, want %d/%d", s.Up, s.Down, c.rates[1], c.rates[0])
			}
			if s.In != c.channels || s.Out != c.channels {
				t.Errorf("got %d and %d channels, want %d", s.In, s.Out, c.channels)
			}
		})
	}
}

// TestOutFrames compares OutFrames with ceil(n*up/down) in integers of any size, up to the longest streams allowed.
func TestOutFrames(t *testing.T) {
	for _, rates := range [][2]int{
		{44100, 96000}, {96000, 44100}, {1, 1023}, {1023, 1}, {1<<24 - 1, 1 << 24}, {1 << 24, 1<<24 - 1}, {48000, 48000},
	} {
		t.Run(pair(rates), func(t *testing.T) {
			r := newConverter(t, rates, 1, Filter{Quality: Fast})
			up, down := r.Shape().Up, r.Shape().Down
			most := math.MaxInt64 / int64(max(up, down))
			for _, n := range []int64{
				0, 1, 2, 146, 147, 148, 1 << 24, 1<<24 + 1, 1<<35 + 12345, most / 2, most - 1, most,
			} {
				if n > most {
					continue
				}
				want := new(big.Int).Mul(big.NewInt(n), big.NewInt(int64(up)))
				want.Add(want, big.NewInt(int64(down-1)))
				want.Div(want, big.NewInt(int64(down)))
				if got := r.OutFrames(n); !want.IsInt64() || got != want.Int64() {
					t.Errorf("OutFrames(%d): got %d, want %v", n, got, want)
				}
			}
		})
	}
}

// TestPhase measures the time of output frames by the phase of a slow sine.
func TestPhase(t *testing.T) {
	for _, rates := range [][2]int{
		{44100, 96000}, {96000, 44100}, {1000, 3000}, {3000, 1000}, {44100, 44101}, {44101, 44100},
	} {
		t.Run(pair(rates), func(t *testing.T) {
			// 200 output frames per period.
			step := 2 * math.Pi * float64(rates[1]) / 200 / float64(rates[0])
			src := make([]float32, 4000*rates[0]/rates[1])
			for i := range src {
				src[i] = float32(math.Sin(step * float64(i)))
			}
			out := whole(newConverter(t, rates, 1, Filter{}), src)
			re, im := 0.0, 0.0
			for k := 1000; k < 3000; k++ { // whole periods, out of reach of the ends
				phase := 2 * math.Pi * float64(k) / 200
				re += float64(out[k]) * math.Sin(phase)
				im += float64(out[k]) * math.Cos(phase)
			}
			if late := -math.Atan2(im, re) / (2 * math.Pi) * 200; math.Abs(late) > 1e-6 {
				t.Errorf("output is late by %g frames, want at most 1e-6", late)
			}
			if gain := math.Hypot(re, im) / 1000; math.Abs(gain-1) > 1e-7 {
				t.Errorf("a slow sine is scaled by %g, want 1 within 1e-7", gain)
			}
		})
	}
}

// TestSilence puts silence before and after a signal: nothing else changes, because the definition has silence there.
func TestSilence(t *testing.T) {
	for _, rates := range [][2]int{{44100, 48000}, {48000, 44100}, {44100, 88200}, {7000, 1000}, {192000, 1000}} {
		t.Run(pair(rates), func(t *testing.T) {
			r := newConverter(t, rates, 1, Filter{})
			src := dsptest.Noise[float32](7, 3001)
			want := whole(r, src)
			after := whole(r, append(src[:len(src):len(src)], make([]float32, 2000)...))[:len(want)]
			if i := dsptest.FirstDifference(after, want); i >= 0 {
				t.Errorf("silence after the signal changes frame %d: got %v, want %v", i, after[i], want[i])
			}
			s := r.Shape()
			periods := 1 + 1000/s.Down
			before := whole(r, append(make([]float32, periods*s.Down), src...))
			// The blocks are at other positions, so results may differ by 1e-9, and then by one ulp of float32.
			if d := worst(t, before[periods*s.Up:], want); !(d <= 0x1p-23+2e-9) {
				t.Errorf("silence before the signal changes it by %g, want at most %g", d, 0x1p-23+2e-9)
			}
		})
	}
}

// TestChannels compares each channel with a separate conversion of it.
func TestChannels(t *testing.T) {
	for _, rates := range [][2]int{{44100, 48000}, {48000, 192000}, {44100, 44101}, {192000, 1000}} {
		for _, channels := range []int{2, 3, 9} {
			t.Run(fmt.Sprintf("%s, %d channels", pair(rates), channels), func(t *testing.T) {
				const frames = 3000
				src := dsptest.Noise[float32](3, frames*channels)
				all := whole(newConverter(t, rates, channels, Filter{Quality: Fast}), src)
				mono := newConverter(t, rates, 1, Filter{Quality: Fast})
				for c := range channels {
					x, got := make([]float32, frames), make([]float32, len(all)/channels)
					channel(x, src[c:], channels)
					channel(got, all[c:], channels)
					want := whole(mono, x)
					if i := dsptest.FirstDifference(got, want); i >= 0 {
						t.Errorf("channel %d of %d frames, want %d, differs at %d", c, len(got), len(want), i)
					}
				}
			})
		}
	}
}

// TestRatesOfOneRatio: for one ratio, the rates determine the length of blocks but not the filter.
func TestRatesOfOneRatio(t *testing.T) {
	low, high := newConverter(t, [2]int{441, 480}, 1, Filter{}), newConverter(t, [2]int{44100, 48000}, 1, Filter{})
	if i := dsptest.FirstDifference(low.Coefficients(), high.Coefficients()); i >= 0 {
		t.Errorf("the coefficients differ at %d, want equal ones", i)
	}
	if l, h := low.Shape().Latency, high.Shape().Latency; l >= h {
		t.Errorf("got latency %d at 441 Hz and %d at 44100 Hz, want less at the lower rate", l, h)
	}
	src := dsptest.Noise[float32](2, 4000)
	if d := worst(t, whole(low, src), whole(high, src)); !(d <= 0x1p-23+2e-9) {
		t.Errorf("the results differ by %g, want at most %g", d, 0x1p-23+2e-9)
	}
}

// TestTaps compares Taps with the duration of the response to an impulse.
func TestTaps(t *testing.T) {
	for _, rates := range [][2]int{
		{44100, 48000}, {48000, 44100}, {44100, 88200}, {3000, 1000}, {96000, 44100}, {192, 1}, {48000, 48000},
		{48000, 8000}, {48000, 32000}, {192000, 44100}, {44100, 12000},
	} {
		t.Run(pair(rates), func(t *testing.T) {
			r := newConverter(t, rates, 1, Filter{Quality: Fast})
			taps := r.Taps()
			src := make([]float32, 4*taps)
			src[2*taps] = 1
			out, err := r.reference(src)
			if err != nil {
				t.Fatal(err)
			}
			first, last := -1, -1
			for k, v := range out {
				if math.Abs(v) > 1e-13 {
					if first < 0 {
						first = k
					}
					last = k
				}
			}
			// The response is as long as the input that one output frame depends on.
			if got := (last-first)*r.Shape().Down/r.Shape().Up + 1; first < 0 || got > taps || got < taps*8/10 {
				t.Errorf("output takes %d input frames, want up to Taps, %d, and not much less", got, taps)
			}
		})
	}
}
