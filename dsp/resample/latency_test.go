package resample

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestLatencyTable compares the table in the documentation of Filter with what Converters report.
func TestLatencyTable(t *testing.T) {
	source, err := os.ReadFile("filter.go")
	if err != nil {
		t.Fatal(err)
	}
	doc, _, found := strings.Cut(string(source), "\ntype Filter struct")
	if !found {
		t.Fatal("filter.go declares no type Filter")
	}
	entry := regexp.MustCompile(`(\d+) \(([\d.]+) ms\)`)
	for _, q := range []Quality{Best, High, Fast} {
		row := regexp.MustCompile(`(?mi)^//\t` + q.String() + ` .*$`).FindString(doc)
		entries := entry.FindAllStringSubmatch(row, -1)
		if len(entries) != 4 {
			t.Fatalf("row of %v: got %d entries in %q, want 4", q, len(entries), row)
		}
		for i, e := range entries {
			rates := [][2]int{{44100, 16000}, {44100, 48000}}[i/2]
			f := Filter{Quality: q, MinimumPhase: i%2 == 1}
			t.Run(fmt.Sprintf("%v, %s, minimum phase %v", q, pair(rates), f.MinimumPhase), func(t *testing.T) {
				r := newConverter(t, rates, 1, f)
				if _, ok := r.engine.(*blockEngine); !ok {
					t.Errorf("got engine %T, want blocks", r.engine)
				}
				frames := r.Shape().Latency
				ms := strconv.FormatFloat(1000*float64(frames)/float64(rates[1]), 'f', 1, 64)
				if e[1] != strconv.Itoa(frames) || e[2] != ms {
					t.Errorf("table: got %s, want %d (%s ms)", e[0], frames, ms)
				}
			})
			if i%2 == 0 {
				continue
			}
			linear, errLinear := strconv.Atoi(entries[i-1][1])
			minimum, errMinimum := strconv.Atoi(e[1])
			if errLinear != nil || errMinimum != nil || 10*minimum > 9*linear || 4*minimum < 3*linear {
				t.Errorf("%v, %s: got latency %d with minimum phase, want 10 to 25 percent below %d",
					q, pair(rates), minimum, linear)
			}
		}
	}
}

// TestBlockLength checks the documented bounds on the length of blocks: 1.4 to 5 times the filter.
func TestBlockLength(t *testing.T) {
	for _, f := range []Filter{{}, {Quality: High}, {Quality: Fast}, {Bandwidth: 0.99}} {
		forCommon(t, func(t *testing.T, rates [2]int) {
			r := newConverter(t, rates, 1, f)
			e, ok := r.engine.(*blockEngine)
			if !ok {
				if rates[0] < 7*rates[1] {
					t.Errorf("%+v: got a %T, want blocks", f, r.engine)
				}
				return // the filter is too long for blocks
			}
			taps := float64(r.Taps())
			if n := float64(e.used * e.phases); n < 1.4*taps || n > 5*taps {
				t.Errorf("%+v: got blocks of %v frames for %v taps, want 1.4 to 5 times as many", f, n, taps)
			}
		})
	}
}

// TestLatencyOfQualities: a lower quality than Best never waits longer if it is Fast, with linear and minimum phase.
func TestLatencyOfQualities(t *testing.T) {
	for _, minimum := range []bool{false, true} {
		forCommon(t, func(t *testing.T, rates [2]int) {
			if minimum && testing.Short() && rates[0]%8000+rates[1]%8000 > 0 {
				return // minimum phase takes long to design; the multiples of 8 kHz have blocks of most kinds
			}
			best := newConverter(t, rates, 1, Filter{MinimumPhase: minimum}).Shape().Latency
			fast := newConverter(t, rates, 1, Filter{Quality: Fast, MinimumPhase: minimum}).Shape().Latency
			if fast > best {
				t.Errorf("minimum phase %v: Fast has a latency of %d, want at most that of Best, %d", minimum, fast, best)
			}
		})
	}
}

// TestLatencyOfSums: Fast works in blocks at this ratio, and Best does not.
func TestLatencyOfSums(t *testing.T) {
	rates := [2]int{192000, 4000}
	best, fast := newConverter(t, rates, 1, Filter{}), newConverter(t, rates, 1, Filter{Quality: Fast})
	if _, ok := best.engine.(*directEngine); !ok {
		t.Fatalf("Best: got a %T, want sums", best.engine)
	}
	if _, ok := fast.engine.(*blockEngine); !ok {
		t.Fatalf("Fast: got a %T, want blocks", fast.engine)
	}
	if f, b := fast.Shape().Latency, best.Shape().Latency; f > b {
		t.Errorf("Fast has a latency of %d, want at most that of Best, %d", f, b)
	}
}

// mostLatency bounds the latency of Best between common rates, in output frames. Faster blocks must not wait longer.
var mostLatency = map[[2]int]int{
	{44100, 96000}: 1893, {44100, 88200}: 1758, {44100, 176400}: 3516, {44100, 48000}: 946,
	{44100, 192000}: 3787, {16000, 48000}: 2637, {16000, 24000}: 1318, {24000, 48000}: 1758,
	{8000, 16000}: 734, {8000, 48000}: 2148, {22050, 44100}: 1758, {48000, 192000}: 3516,
	{48000, 96000}: 1758, {48000, 44100}: 786, {96000, 44100}: 787, {192000, 44100}: 792,
	{88200, 44100}: 878, {96000, 48000}: 878, {192000, 48000}: 879, {192000, 96000}: 878,
	{176400, 44100}: 879, {48000, 24000}: 878, {48000, 16000}: 1220, {48000, 8000}: 538,
	{24000, 8000}: 537, {16000, 8000}: 366, {44100, 16000}: 1334,
}

// TestMostLatency: the latency of Best stays within its bounds.
func TestMostLatency(t *testing.T) {
	for rates, most := range mostLatency {
		t.Run(pair(rates), func(t *testing.T) {
			if got := newConverter(t, rates, 1, Filter{}).Shape().Latency; got > most {
				t.Errorf("got a latency of %d frames, want at most %d", got, most)
			}
		})
	}
}

// forCommon runs a test for all pairs of common rates.
func forCommon(t *testing.T, f func(t *testing.T, rates [2]int)) {
	rates := []int{8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 176400, 192000}
	for _, from := range rates {
		for _, to := range rates {
			if from != to {
				t.Run(pair([2]int{from, to}), func(t *testing.T) { f(t, [2]int{from, to}) })
			}
		}
	}
}

// TestRates checks that a Converter remembers its rates as they were passed, not in lowest terms.
func TestRates(t *testing.T) {
	for _, rates := range [][2]int{{44100, 48000}, {48000, 16000}, {22050, 22050}} {
		t.Run(pair(rates), func(t *testing.T) {
			if in, out := newConverter(t, rates, 2, Filter{}).Rates(); [2]int{in, out} != rates {
				t.Errorf("got rates %d, %d; want %v", in, out, rates)
			}
		})
	}
}
