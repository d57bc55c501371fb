package wav

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
)

// TestPlaceholderSizes: a size that programs write to pipes means "unknown": data that end earlier are complete. Any
// other size is a promise.
func TestPlaceholderSizes(t *testing.T) {
	for _, c := range []struct {
		size int64
		open bool
	}{
		{0, true},
		{0x7FFEFFFF, false},
		{0x7FFF0000, true}, // GStreamer
		{0x7FFFEFFC, true}, // sox, rounded down to frames of 6 bytes
		{0x7FFFF000, true}, // sox
		{0x7FFFFFD3, true}, // oggdec
		{0x7FFFFFFF, true}, // opusdec
		{0x80000000, true}, // arecord
		{0x80000001, false},
		{0xFFFEFFFF, false},
		{0xFFFF0000, true},
		{0xFFFFFF9B, true}, // wav.Writer of npm
		{0xFFFFFFDB, true},
		{0xFFFFFFF7, true},
		{0xFFFFFFFF, true}, // ffmpeg
	} {
		for _, seekable := range []bool{true, false} {
			t.Run(fmt.Sprintf("%#x, seekable %v", c.size, seekable), func(t *testing.T) {
				file := "RIFF" + le32(c.size+36) + "WAVE" + plainFmt(1, 2, 8000, 24) + claim("data", c.size) + ramp(60)
				var in io.Reader = strings.NewReader(file)
				wantFrames := int64(10)
				if !seekable {
					in, wantFrames = onlyReader{in}, -1
				}
				if !c.open {
					wantFrames = c.size / 6
				}
				r, err := NewReader(in)
				if err != nil {
					t.Fatal(err)
				}
				if got := r.Info().Frames; got != wantFrames {
					t.Errorf("number of frames: got %d, want %d", got, wantFrames)
				}
				b, err := readRaw(r, 4)
				if string(b) != ramp(60) || (err == nil) != c.open {
					t.Errorf("got %d bytes, error %v, want 60 bytes, an error %v", len(b), err, !c.open)
				}
			})
		}
	}
}

// TestClaimed: the size in ds64 counts, unless it is 0, and else the 32-bit size.
func TestClaimed(t *testing.T) {
	for _, c := range []struct {
		name   string
		long   *ds64
		size32 uint32
		want   int64
	}{
		{"size", nil, 100, 100},
		{"0", nil, 0, unknown},
		{"ones", nil, unknown32, unknown},
		{"ds64", &ds64{data: 1 << 40}, unknown32, 1 << 40},
		{"ds64, 32-bit size that is not all ones", &ds64{data: 50}, 100, 50},
		{"ds64, 32-bit size 0", &ds64{data: 50}, 0, 50},
		{"ds64 of 0", &ds64{}, 100, 100},
		{"ds64 of 0, ones", &ds64{}, unknown32, unknown},
		{"ds64 of ones", &ds64{data: unknown64}, unknown32, unknown},
		{"ds64 with the size that sox writes", &ds64{data: 0x7FFFF000}, unknown32, 0x7FFFF000},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := (outer{long: c.long}).claimed(c.size32, 44, 2); got != c.want || err != nil {
				t.Errorf("got %d, error %v, want %d, no error", got, err, c.want)
			}
		})
	}
}

// TestPadCounted: a size in ds64 includes the pad byte only if it is even and one byte more than its frames need.
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

// TestOuterEnd: the outer chunk ends where its size says, at most at the largest int64. Its end is -1 if the size is
// unknown.
func TestOuterEnd(t *testing.T) {
	for name, c := range map[string]struct {
		o    outer
		want int64
	}{
		"36":                   {outer{size32: 36}, 44},
		"largest":              {outer{size32: unknown32 - 1}, unknown32 + 7},
		"unknown":              {outer{size32: unknown32}, -1},
		"0":                    {outer{size32: 0}, -1},
		"after a tag":          {outer{start: 26, size32: 36}, 70},
		"ds64, 0":              {outer{RF64, 0, unknown32, &ds64{riff: 0}}, -1},
		"ds64, unknown":        {outer{RF64, 0, unknown32, &ds64{riff: unknown64}}, -1},
		"ds64, 2^40":           {outer{RF64, 0, unknown32, &ds64{riff: 1 << 40}}, 1<<40 + 8},
		"ds64, 2^63-8":         {outer{RF64, 0, unknown32, &ds64{riff: math.MaxInt64 - 7}}, math.MaxInt64},
		"ds64, 2^63":           {outer{RF64, 0, unknown32, &ds64{riff: 1 << 63}}, math.MaxInt64},
		"ds64, largest":        {outer{RF64, 0, unknown32, &ds64{riff: unknown64 - 1}}, math.MaxInt64},
		"ds64, not referenced": {outer{RF64, 0, 100, &ds64{riff: 1 << 40}}, 108},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.o.end(); got != c.want {
				t.Errorf("end: got %d, want %d", got, c.want)
			}
		})
	}
}

// TestPlaceholderPassed reads a pipe that has more bytes than the size that sox writes: all are samples.
func TestPlaceholderPassed(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 2 GiB")
	}
	const size = 0x7FFFF000
	head := "RIFF" + le32(size+36) + "WAVE" + mono16 + claim("data", size)
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
	if err != io.EOF || got != size+5000 {
		t.Errorf("got %d bytes, error %v, want %d bytes, %v", got, err, size+5000, io.EOF)
	}
}
