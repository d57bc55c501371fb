package main

import (
	"bytes"
	"math"
	"testing"
)

// TestDifference: compare counts different bits and finds the largest distance and the first frame. Any NaN equals any
// other. The verdict is an error if a bit differs.
func TestDifference(t *testing.T) {
	nan, other := float32(math.NaN()), math.Float32frombits(0xFFC12345)
	inf := float32(math.Inf(1))
	negative := math.Float32frombits(1 << 31)
	least, negativeLeast := math.Float32frombits(1), math.Float32frombits(1<<31|1)
	next := math.Float32frombits(0x3F800001)
	for _, c := range []struct {
		name      string
		got, want []float32
		bits      int64
		ulp       uint64
		abs       float64
		first     int64
	}{
		{"equal", []float32{0, 1, -1, inf}, []float32{0, 1, -1, inf}, 0, 0, 0, 0},
		{"any NaN is any NaN", []float32{nan, other}, []float32{other, nan}, 0, 0, 0, 0},
		{"signed zeros", []float32{1, 1, 0, 1}, []float32{1, 1, negative, 1}, 1, 0, 0, 1},
		{"last place", []float32{1, 1, 1, next}, []float32{1, 1, 1, 1}, 1, 1, 1.0 / (1 << 23), 1},
		{"across zero", []float32{least}, []float32{negativeLeast}, 1, 2, 2 * math.SmallestNonzeroFloat32, 0},
		{"missing", []float32{1, 1}, []float32{1, 1, 1, 1}, 64, math.MaxUint64, math.Inf(1), 1},
		{"too many", []float32{1, 1, 1}, []float32{1, 1}, 32, math.MaxUint64, math.Inf(1), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := difference{channels: 2}
			d.compare(c.got, c.want)
			samples := int64(max(len(c.got), len(c.want)))
			if want := (difference{2, samples, c.bits, c.abs, c.ulp, c.first}); d != want {
				t.Errorf("got %#v, want %#v", d, want)
			}
			var out bytes.Buffer
			err := d.verdict(&out)
			if (err != nil) != (c.bits > 0) || (out.Len() > 0) != (c.bits == 0) {
				t.Errorf("verdict: got error %v and output %q, want an error if a bit differs, else output", err, &out)
			}
		})
	}
	t.Run("NaN against a number", func(t *testing.T) {
		d := difference{channels: 1}
		d.compare([]float32{1, nan}, []float32{1, 1})
		if d.bits == 0 || d.abs == d.abs || d.first != 1 {
			t.Errorf("got %+v, want different bits, a distance of NaN and the first in frame 1", d)
		}
		if d.verdict(&bytes.Buffer{}) == nil {
			t.Error("verdict: got no error, want one")
		}
	})
}

// TestDifferenceAdd: a total keeps the worst of its runs and the earliest frame of any.
func TestDifferenceAdd(t *testing.T) {
	clean := difference{channels: 1, samples: 10}
	late := difference{channels: 1, samples: 10, bits: 3, abs: 2, ulp: 5, first: 8}
	early := difference{channels: 1, samples: 10, bits: 1, abs: 1, ulp: 9, first: 0}
	total := difference{channels: 1}
	for _, d := range []difference{clean, late, clean} {
		total.add(d)
	}
	if want := (difference{1, 30, 3, 2, 5, 8}); total != want {
		t.Errorf("total of three: got %#v, want %#v", total, want)
	}
	total.add(early)
	if want := (difference{1, 40, 4, 2, 9, 0}); total != want {
		t.Errorf("total of four: got %#v, want %#v", total, want)
	}
	wantParts(t, "text", total.String(), "4 differing bits", "frame 0")
}
