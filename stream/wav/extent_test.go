package wav

import (
	"io"
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestPlaceholderSizes: the sizes are recognised as they are or rounded down to frames, and only then.
func TestPlaceholderSizes(t *testing.T) {
	for _, c := range []struct {
		channels, bits int
		size           int64
		open           bool
	}{
		{1, 16, 0x7FFFF000, true},
		{2, 24, 0x7FFFEFFC, true}, // as sox writes it
		{1, 24, 0x7FFFEFFF, true},
		{2, 24, 0x7FFFF000, true},
		{2, 24, 0x7FFFEFFE, false},
		{2, 24, 0x7FFFFFFF, true},
		{2, 16, 0x7FFFFFD3, true}, // oggdec
		{2, 16, 0x7FFFFFD0, true}, // the same, rounded
		{2, 16, 0x7FFFFFD4, false},
		{1, 16, 0x7FFFEFFE, false},
		{2, 16, 0x80000000, true},
		{2, 24, 0x7FFFFFFE, true}, // 0x80000000 and 0x7FFFFFFF alike
		{2, 16, 0x7FFFFFFC, true}, // 0x7FFFFFFF
		{2, 16, 0x80000004, false},
		{1, 16, 0x7FFFFFFD, false},
	} {
		file := "RIFF" + le32(c.size+36) + "WAVE" + plainFmt(1, c.channels, 8000, c.bits) + claim("data", c.size) + ramp(60)
		r := open(t, file)
		b, err := readRaw(r, 4)
		if len(b) != 60 || (err == nil) != c.open || (r.Frames() < 0) != c.open {
			t.Errorf("%d x %d bit, size %#x: %d bytes, %d frames, error %v", c.channels, c.bits, c.size, len(b), r.Frames(), err)
		}
	}
}

// TestPlaceholderRule: a pipe does not stop at the size it put there, unless the outer chunk takes that for a size.
func TestPlaceholderRule(t *testing.T) {
	for _, c := range []struct {
		riff, size uint32
		align      int64
		want       extent
	}{
		{0x7FFFF024, 0x7FFFF000, 2, extent{untilEnd, true}},
		{unknown32, 0x7FFFF000, 2, extent{untilEnd, true}},
		{0, 0x7FFFF000, 2, extent{untilEnd, true}},
		{0x7FFFF024 + 8, 0x7FFFF000, 2, extent{0x7FFFF000, true}}, // a chunk is said to follow: the size is a size
		{0x7FFFF023, 0x7FFFEFFF, 3, extent{untilEnd, true}},
		{0x7FFFF024, 0x7FFFEFFF, 3, extent{untilEnd, true}}, // nothing but the pad byte follows
		{0x7FFFF025, 0x7FFFEFFF, 3, extent{0x7FFFEFFF, true}},
		{44, 0, 2, extent{}}, // a chunk may follow
		{43, 0, 2, extent{untilEnd, true}},
	} {
		got, err := outer{size32: c.riff}.dataExtent(c.size, 44, c.align)
		if err != nil || got != c.want {
			t.Errorf("riff size %#x, data size %#x: %+v, %v; want %+v", c.riff, c.size, got, err, c.want)
		}
	}
	// Where a placeholder that is a size ends inside a frame, the data end before it.
	r := Reader{info: Info{Channels: 2, Encoding: pcm.S16}, extent: extent{0x7FFFFFFF, true}}
	if err := r.complete(); err != io.EOF {
		t.Errorf("at a placeholder: %v", err)
	}
}

// TestPadCounted: only an even size can hold a pad byte.
func TestPadCounted(t *testing.T) {
	for _, c := range []struct {
		long        ds64
		align, want uint64
	}{
		{ds64{data: 8, frames: 7}, 1, 7},
		{ds64{data: 10, frames: 3}, 3, 9},
		{ds64{data: 7, frames: 3}, 2, 7},
		{ds64{data: 8, frames: 8}, 1, 8},
		{ds64{data: 0, frames: 0}, 1, 0},
	} {
		if got := c.long.dataSize(c.align); got != c.want {
			t.Errorf("%+v: %d bytes, want %d", c.long, got, c.want)
		}
	}
}

// TestOuterEnd: no size overflows.
func TestOuterEnd(t *testing.T) {
	for _, c := range []struct {
		o    outer
		want int64
	}{
		{outer{size32: 36}, 44},
		{outer{size32: unknown32 - 1}, unknown32 + 7},
		{outer{size32: unknown32}, -1},
		{outer{size32: 0}, -1},
		{outer{unknown32, &ds64{riff: 0}}, -1},
		{outer{unknown32, &ds64{riff: unknown64}}, -1},
		{outer{unknown32, &ds64{riff: 1 << 40}}, 1<<40 + 8},
		{outer{unknown32, &ds64{riff: math.MaxInt64 - 7}}, math.MaxInt64},
		{outer{unknown32, &ds64{riff: 1 << 63}}, math.MaxInt64},
		{outer{unknown32, &ds64{riff: unknown64 - 1}}, math.MaxInt64},
		{outer{100, &ds64{riff: 1 << 40}}, 108},
	} {
		if got := c.o.end(); got != c.want {
			t.Errorf("%+v: end %d, want %d", c.o, got, c.want)
		}
	}
}

// TestPlaceholderPassed reads a pipe that goes on for longer than the size sox put into its header.
func TestPlaceholderPassed(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 2 GiB")
	}
	const size = 0x7FFFF000
	for _, c := range []struct{ riff, want int64 }{
		{size + 36, size + 5000},
		{size + 36 + 5000, size}, // chunks are said to follow
	} {
		head := "RIFF" + le32(c.riff) + "WAVE" + mono16 + claim("data", size)
		r, err := NewReader(io.MultiReader(strings.NewReader(head), &zeros{size + 5000}))
		if err != nil {
			t.Fatal(err)
		}
		p, got := make([]byte, 1<<20), int64(0)
		for err == nil {
			var n int
			n, err = r.ReadRaw(p)
			got += int64(n)
		}
		if err != io.EOF || got != c.want {
			t.Errorf("riff size %#x: %d bytes, %v; want %d", c.riff, got, err, c.want)
		}
	}
}
