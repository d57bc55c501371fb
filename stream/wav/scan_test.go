package wav

import (
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestScan: the chunks of a file are listed with their offsets and sizes, up to the first fault, which is the error.
func TestScan(t *testing.T) {
	long := chunk("ds64", le64(1<<40)+le64(9)+le64(0)+le32(0))
	mono24 := plainFmt(1, 1, 8000, 24)
	for _, c := range []struct {
		name, file string
		want       []Chunk
		err        string
	}{
		{"plain", riff(mono24, chunk("data", ramp(9)), chunk("LIST", ramp(20)), chunk("id3 ", "abc")),
			[]Chunk{{"fmt ", 20, 16}, {"data", 44, 9}, {"LIST", 62, 20}, {"id3 ", 90, 3}}, ""},
		{"nothing", riff(), nil, ""},
		{"no pad at the end", riff(mono24, claim("data", 3)+"abc"), []Chunk{{"fmt ", 20, 16}, {"data", 44, 3}}, ""},
		{"rf64", "RF64" + le32(-1) + "WAVE" + long + mono24 + claim("data", -1) + ramp(9) + "\x00" + chunk("LIST", "ab"),
			[]Chunk{{"ds64", 20, 28}, {"fmt ", 56, 16}, {"data", 80, 9}, {"LIST", 98, 2}}, ""},
		{"pipe", "RIFF" + le32(-1) + "WAVE" + mono24 + claim("data", -1) + ramp(9),
			[]Chunk{{"fmt ", 20, 16}, {"data", 44, 9}}, ""},
		{"sox pipe", "RIFF" + le32(0x7FFFF024) + "WAVE" + plainFmt(1, 2, 8000, 24) + claim("data", 0x7FFFEFFC) + ramp(9),
			[]Chunk{{"fmt ", 20, 16}, {"data", 44, 9}}, ""},
		{"empty data", riff(mono24, chunk("data", ""), chunk("LIST", "ab")),
			[]Chunk{{"fmt ", 20, 16}, {"data", 44, 0}, {"LIST", 52, 2}}, ""},
		{"size 0", "RIFF" + le32(36+20) + "WAVE" + mono24 + claim("data", 0) + ramp(20),
			[]Chunk{{"fmt ", 20, 16}, {"data", 44, 20}}, ""},
		{"size 0, few samples", "RIFF" + le32(36+20) + "WAVE" + mono24 + claim("data", 0) + ramp(3),
			[]Chunk{{"fmt ", 20, 16}, {"data", 44, 3}}, ""},
		{"rf64, size 0", "RF64" + le32(-1) + "WAVE" + chunk("ds64", le64(36+36+20)+le64(0)+le64(0)+le32(0)) + mono24 +
			claim("data", -1) + ramp(20),
			[]Chunk{{"ds64", 20, 28}, {"fmt ", 56, 16}, {"data", 80, 20}}, ""},
		{"opusdec pipe", "RIFF" + le32(0x7FFFFFFF) + "WAVE" + mono24 + claim("data", 0x7FFFFFFF) + ramp(9),
			[]Chunk{{"fmt ", 20, 16}, {"data", 44, 9}}, ""},
		{"sox pipe, align 0", "RIFF" + le32(0x7FFFF024) + "WAVE" +
			strings.Replace(plainFmt(1, 2, 8000, 24), le16(6)+le16(24), le16(0)+le16(24), 1) +
			claim("data", 0x7FFFEFFC) + ramp(9), []Chunk{{"fmt ", 20, 16}, {"data", 44, 9}}, ""},
		{"truncated", riff(mono24, claim("data", 100)+ramp(9)), []Chunk{{"fmt ", 20, 16}, {"data", 44, 100}},
			"after 9 of its 100 bytes"},
		{"garbage after it", riff(mono24) + "\x00\x01\x02\x03\x04\x05\x06\x07\x08", []Chunk{{"fmt ", 20, 16}},
			"9 bytes from byte 36 on are no chunk"},
		{"few bytes after it", riff(mono24) + "abc", []Chunk{{"fmt ", 20, 16}}, "3 bytes from byte 36"},
		{"a byte after it", riff(mono24) + "a", []Chunk{{"fmt ", 20, 16}}, "1 bytes from byte 36"},
		{"huge", "RF64" + le32(-1) + "WAVE" + chunk("ds64", le64(1)+le64(math.MaxInt64-200)+le64(0)+le32(0)) +
			claim("data", -1) + "abc",
			[]Chunk{{"ds64", 20, 28}, {"data", 56, math.MaxInt64 - 200}}, "after 3 of"},
		{"out of range", "RF64" + le32(-1) + "WAVE" + chunk("ds64", le64(1)+le64(math.MaxUint64-9)+le64(0)+le32(0)) +
			claim("data", -1),
			[]Chunk{{"ds64", 20, 28}}, "out of range"},
		{"not wav", "fLaC00000000", nil, "FLAC"},
		{"empty", "", nil, "empty input"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Scan(strings.NewReader(c.file), int64(len(c.file)))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("got %+v, want %+v, difference (-want +got):\n%s", got, c.want, diff)
			}
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("got error %v, want %q", err, c.err)
			}
			if strings.Contains(c.err, "of its") && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("got error %v, want one that is %v", err, io.ErrUnexpectedEOF)
			}
		})
	}
}

// TestScanPlaceholderReached: a size that pipes use is a size if the outer chunk and the file go on after it.
func TestScanPlaceholderReached(t *testing.T) {
	const size = 0x7FFFF000
	file := sparse{"RIFF" + le32(size+36+10) + "WAVE" + mono16 + claim("data", size), chunk("LIST", "ab"), 44 + size}
	got, err := Scan(file, 44+size+10)
	want := []Chunk{{"fmt ", 20, 16}, {"data", 44, size}, {"LIST", 52 + size, 2}}
	if !slices.Equal(got, want) || err != nil {
		t.Errorf("got %+v, error %v, want %+v, no error", got, err, want)
	}
}

// TestScanBounds: Scan lists 1000 chunks at most, and a size that is not that of the file is an error.
func TestScanBounds(t *testing.T) {
	t.Run("too many chunks", func(t *testing.T) {
		const want = "more than 1000 chunks"
		file := riff(strings.Repeat(chunk("none", ""), 5000))
		list, err := Scan(strings.NewReader(file), int64(len(file)))
		if len(list) != maxListed || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %d chunks, error %v, want %d, %q", len(list), err, maxListed, want)
		}
	})
	t.Run("most chunks", func(t *testing.T) {
		file := riff(strings.Repeat(chunk("none", ""), maxListed))
		if list, err := Scan(strings.NewReader(file), int64(len(file))); len(list) != maxListed || err != nil {
			t.Errorf("got %d chunks, error %v, want %d, no error", len(list), err, maxListed)
		}
	})
	t.Run("size too large", func(t *testing.T) {
		if _, err := Scan(strings.NewReader(riff()), 500); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got error %v, want %v", err, io.ErrUnexpectedEOF)
		}
	})
	t.Run("negative size", func(t *testing.T) {
		if _, err := Scan(strings.NewReader(riff()), -1); err == nil {
			t.Error("got no error, want one")
		}
	})
}
