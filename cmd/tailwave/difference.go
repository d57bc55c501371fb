package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"

	"github.com/tailwave/tailwave/stream"
)

// A difference is how two streams of float32 frames differ. Any NaN equals any NaN.
type difference struct {
	channels int
	samples  int64   // compared
	bits     int64   // that differ
	abs      float64 // largest absolute difference
	ulp      uint64  // largest difference in units of the last place
	first    int64   // frame of the first difference, if bits > 0
}

// compare adds the samples of got and want, which must be as long.
func (d *difference) compare(got, want []float32) {
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) { // a missing sample differs in all its bits
			d.note(32, math.Inf(1), math.MaxUint64)
			continue
		}
		x, y := got[i], want[i]
		a, b := math.Float32bits(x), math.Float32bits(y)
		if a == b || x != x && y != y {
			d.samples++
			continue
		}
		d.note(int64(bits.OnesCount32(a^b)), math.Abs(float64(x)-float64(y)), distance(a, b))
	}
}

func (d *difference) note(n int64, abs float64, ulp uint64) {
	if d.bits == 0 {
		d.first = d.samples / int64(d.channels)
	}
	d.samples++
	d.bits += n
	if abs > d.abs || abs != abs {
		d.abs = abs
	}
	d.ulp = max(d.ulp, ulp)
}

// distance returns how many float32 values lie between two, given as bits, counting one end.
func distance(a, b uint32) uint64 {
	order := func(v uint32) int64 {
		if v&(1<<31) != 0 {
			return -int64(v &^ (1 << 31))
		}
		return int64(v)
	}
	x := order(a) - order(b)
	return uint64(max(x, -x))
}

// add takes in the differences of another run over the same frames.
func (d *difference) add(e difference) {
	if e.bits > 0 && (d.bits == 0 || e.first < d.first) {
		d.first = e.first
	}
	d.samples += e.samples
	d.bits += e.bits
	d.abs = max(d.abs, e.abs)
	d.ulp = max(d.ulp, e.ulp)
}

// verdict is the end of a verification: an error if any bit differs.
func (d difference) verdict(w io.Writer) error {
	if d.bits > 0 {
		return fmt.Errorf("verification failed: %v", d)
	}
	_, err := fmt.Fprintf(w, "verified   %s compared, no bit differs\n", count(d.samples, "sample"))
	return err
}

// String says it in one line.
func (d difference) String() string {
	if d.bits == 0 {
		return "identical"
	}
	return fmt.Sprintf("%s, by up to %.3g or %d ulp, first in frame %d", count(d.bits, "differing bit"), d.abs, d.ulp, d.first)
}

// A compareSink compares what it is given with what should come.
type compareSink struct {
	want []float32
	at   int
	difference
}

func (s *compareSink) Open(stream.Format, int64) error { return nil }

func (s *compareSink) Write(frames []float32) error {
	if s.at+len(frames) > len(s.want) {
		return errors.New("more frames than in one chunk")
	}
	s.compare(frames, s.want[s.at:s.at+len(frames)])
	s.at += len(frames)
	return nil
}

func (s *compareSink) Close(cause error) error {
	if cause == nil && s.at < len(s.want) {
		return fmt.Errorf("%d samples fewer than in one chunk", len(s.want)-s.at)
	}
	return nil
}
