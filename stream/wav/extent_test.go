package wav

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestPlaceholderSizes: a size that programs write to pipes means "unknown" as it is or rounded down to whole frames.
// Any other size is a size.
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
		t.Run(fmt.Sprintf("%d channels/%d bits/%#x", c.channels, c.bits, c.size), func(t *testing.T) {
			fmtChunk := plainFmt(1, c.channels, 8000, c.bits)
			r := open(t, "RIFF"+le32(c.size+36)+"WAVE"+fmtChunk+claim("data", c.size)+ramp(60))
			b, err := readRaw(r, 4)
			if len(b) != 60 || (err == nil) != c.open {
				t.Errorf("got %d bytes, error %v, want 60 bytes, an error %v", len(b), err, !c.open)
			}
			if got := r.Info().Frames < 0; got != c.open {
				t.Errorf("number of frames: got %d, unknown %v, want unknown %v", r.Info().Frames, got, c.open)
			}
		})
	}
}

// TestPlaceholderRule: data whose size is one that pipes have go on to the end of the input, unless the outer size
// shows that a chunk follows them.
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
		t.Run(fmt.Sprintf("%#x in %#x", c.size, c.riff), func(t *testing.T) {
			got, err := outer{size32: c.riff}.claimedExtent(c.size, 44, c.align)
			if err != nil || got != c.want {
				t.Errorf("got %+v, error %v, want %+v, no error", got, err, c.want)
			}
		})
	}
	t.Run("inside a frame", func(t *testing.T) { // a size that pipes have ends inside a frame: the data end before it
		r := Reader{info: Info{Channels: 2, Encoding: pcm.S16}, extent: extent{0x7FFFFFFF, true}}
		if err := r.complete(); err != io.EOF {
			t.Errorf("got error %v, want %v", err, io.EOF)
		}
	})
}

// TestPadCounted: a size in ds64 counts the pad byte only if it is even and one byte more than its frames need.
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
		t.Run(fmt.Sprintf("%d bytes/%d frames/%d", c.long.data, c.long.frames, c.align), func(t *testing.T) {
			if got := c.long.dataSize(c.align); got != c.want {
				t.Errorf("data size: got %d, want %d", got, c.want)
			}
		})
	}
}

// TestOuterEnd: the outer chunk ends where its size says, at most at the largest int64, or at -1 where it is unknown.
func TestOuterEnd(t *testing.T) {
	for name, c := range map[string]struct {
		o    outer
		want int64
	}{
		"36":                   {outer{size32: 36}, 44},
		"largest":              {outer{size32: unknown32 - 1}, unknown32 + 7},
		"unknown":              {outer{size32: unknown32}, -1},
		"0":                    {outer{size32: 0}, -1},
		"ds64, 0":              {outer{RF64, unknown32, &ds64{riff: 0}}, -1},
		"ds64, unknown":        {outer{RF64, unknown32, &ds64{riff: unknown64}}, -1},
		"ds64, 2^40":           {outer{RF64, unknown32, &ds64{riff: 1 << 40}}, 1<<40 + 8},
		"ds64, 2^63-8":         {outer{RF64, unknown32, &ds64{riff: math.MaxInt64 - 7}}, math.MaxInt64},
		"ds64, 2^63":           {outer{RF64, unknown32, &ds64{riff: 1 << 63}}, math.MaxInt64},
		"ds64, largest":        {outer{RF64, unknown32, &ds64{riff: unknown64 - 1}}, math.MaxInt64},
		"ds64, not referenced": {outer{RF64, 100, &ds64{riff: 1 << 40}}, 108},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.o.end(); got != c.want {
				t.Errorf("end: got %d, want %d", got, c.want)
			}
		})
	}
}

// TestPlaceholderPassed reads a pipe that has more bytes than the size that sox writes: all are samples, unless the
// outer size shows that chunks follow.
func TestPlaceholderPassed(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 2 GiB")
	}
	const size = 0x7FFFF000
	for _, c := range []struct{ riff, want int64 }{
		{size + 36, size + 5000},
		{size + 36 + 5000, size}, // chunks are said to follow
	} {
		t.Run(fmt.Sprintf("%#x", c.riff), func(t *testing.T) {
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
				t.Errorf("got %d bytes, error %v, want %d bytes, %v", got, err, c.want, io.EOF)
			}
		})
	}
}
