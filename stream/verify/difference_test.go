package verify

import (
	"math"
	"testing"
)

// TestCompare: Compare counts different bits and finds the largest distance and the first frame. Any NaN equals any
// other. A sample that only one stream has differs in all bits.
func TestCompare(t *testing.T) {
	nan, other := float32(math.NaN()), math.Float32frombits(0xFFC12345)
	inf := float32(math.Inf(1))
	negative := math.Float32frombits(1 << 31)
	least, negativeLeast := math.Float32frombits(1), math.Float32frombits(1<<31|1)
	next := math.Float32frombits(0x3F800001)
	for _, c := range []struct {
		name      string
		got, want []float32
		diff      Difference
		text      string
	}{
		{"none", nil, nil, Difference{}, "identical"},
		{"equal", []float32{0, 1, -1, inf}, []float32{0, 1, -1, inf}, Difference{}, "identical"},
		{"any NaN is any NaN", []float32{nan, other}, []float32{other, nan}, Difference{}, "identical"},
		{"signed zeros", []float32{1, 1, 0, 1}, []float32{1, 1, negative, 1}, Difference{Bits: 1, First: 1},
			"1 differing bit, by up to 0 or 0 ulp, first in frame 1"},
		{"last place", []float32{1, 1, 1, next}, []float32{1, 1, 1, 1},
			Difference{Bits: 1, ULP: 1, Abs: 1.0 / (1 << 23), First: 1},
			"1 differing bit, by up to 1.19e-07 or 1 ulp, first in frame 1"},
		{"across zero", []float32{least}, []float32{negativeLeast},
			Difference{Bits: 1, ULP: 2, Abs: 2 * math.SmallestNonzeroFloat32},
			"1 differing bit, by up to 2.8e-45 or 2 ulp, first in frame 0"},
		{"missing", []float32{1, 1}, []float32{1, 1, 1, 1},
			Difference{Bits: 64, ULP: math.MaxUint64, Abs: inf64, First: 1, Missing: 2},
			"64 differing bits, by up to +Inf or 18446744073709551615 ulp, first in frame 1, 2 missing samples"},
		{"too many", []float32{1, 1, 1}, []float32{1, 1},
			Difference{Bits: 32, ULP: math.MaxUint64, Abs: inf64, First: 1, Extra: 1},
			"32 differing bits, by up to +Inf or 18446744073709551615 ulp, first in frame 1, 1 extra sample"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := c.diff
			want.Channels, want.Samples = 2, int64(max(len(c.got), len(c.want)))
			d := Compare(2, c.got, c.want)
			if d != want {
				t.Errorf("got %#v, want %#v", d, want)
			}
			if got := d.String(); got != c.text {
				t.Errorf("text: got %q, want %q", got, c.text)
			}
			if got, want := d.Identical(), c.diff == (Difference{}); got != want {
				t.Errorf("identical: got %v, want %v", got, want)
			}
		})
	}
	t.Run("NaN against a number", func(t *testing.T) {
		d := Compare(1, []float32{1, nan, 2}, []float32{1, 1, 1})
		if d.Bits == 0 || d.Identical() || d.Abs == d.Abs || d.First != 1 {
			t.Errorf("got %+v, want different bits, a distance of NaN and the first in frame 1", d)
		}
	})
	t.Run("no channels", func(t *testing.T) {
		defer func() {
			if recover() == nil {
				t.Error("got no panic, want one")
			}
		}()
		Compare(0, nil, nil)
	})
}

var inf64 = math.Inf(1)

// TestAdd: a total has the largest distances and the earliest frame of its runs.
func TestAdd(t *testing.T) {
	clean := Difference{Channels: 1, Samples: 10}
	late := Difference{Channels: 1, Samples: 10, Bits: 3, Abs: 2, ULP: 5, First: 8, Missing: 1, Extra: 2}
	early := Difference{Channels: 1, Samples: 10, Bits: 1, Abs: 1, ULP: 9, First: 0, Missing: 3, Extra: 4}
	var total Difference
	for _, d := range []Difference{clean, late, clean} {
		total.Add(d)
	}
	if want := (Difference{1, 30, 3, 2, 5, 8, 1, 2}); total != want {
		t.Errorf("total of three: got %#v, want %#v", total, want)
	}
	total.Add(early)
	if want := (Difference{1, 40, 4, 2, 9, 0, 4, 6}); total != want {
		t.Errorf("total of four: got %#v, want %#v", total, want)
	}
}
