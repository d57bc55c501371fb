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
			if errLinear != nil || errMinimum != nil || 10*minimum > 9*linear || 10*minimum < 8*linear {
				t.Errorf("%v, %s: got latency %d with minimum phase, want 10 to 20 percent below %d",
					q, pair(rates), minimum, linear)
			}
		}
	}
}

// TestBlockLength checks the documented bounds on the length of blocks: a power of two, 1.5 to 5 times the filter.
func TestBlockLength(t *testing.T) {
	for _, q := range []Quality{Best, High, Fast} {
		for _, rates := range [][2]int{{44100, 16000}, {44100, 48000}, {8000, 192000}, {192000, 8000}, {16000, 24000}} {
			t.Run(fmt.Sprintf("%v, %s", q, pair(rates)), func(t *testing.T) {
				e, ok := newConverter(t, rates, 1, Filter{Quality: q}).engine.(*blockEngine)
				if !ok {
					t.Fatal("got no blocks, want them")
				}
				taps := e.taps()
				if n := e.length; n&(n-1) != 0 || 2*n < 3*(taps-1) || n > 5*taps {
					t.Errorf("got blocks of %d frames for %d taps, want a power of two from 1.5 to 5 times as many", n, taps)
				}
			})
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
