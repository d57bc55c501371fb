package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// file builds a .npy file of the given version around a dictionary and elements.
func file(version byte, dict string, elements any, order binary.ByteOrder) []byte {
	var b bytes.Buffer
	b.WriteString(Magic)
	b.Write([]byte{version, 0})
	dict += "\n"
	if version == 1 {
		binary.Write(&b, binary.LittleEndian, uint16(len(dict)))
	} else {
		binary.Write(&b, binary.LittleEndian, uint32(len(dict)))
	}
	b.WriteString(dict)
	binary.Write(&b, order, elements)
	return b.Bytes()
}

// dict returns the dictionary of a header as NumPy writes it.
func dict(descr string, fortran bool, shape string) string {
	order := map[bool]string{true: "True", false: "False"}[fortran]
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr, order, shape)
}

// headerOnly builds a .npy file without elements.
func headerOnly(dict string) []byte { return file(1, dict, []byte{}, binary.LittleEndian) }

// TestRead requires the elements of every version, type and order, also from a reader that returns single bytes.
func TestRead(t *testing.T) {
	f32, f64 := []float32{1, 2, 3, 4, 5, 6}, []float64{1, 2, 3, math.Inf(1), 5, math.SmallestNonzeroFloat64}
	for name, c := range map[string]struct {
		file []byte
		want Array
	}{
		"vector": {file(1, dict("<f4", false, "(6,)"), f32, binary.LittleEndian), Array{Shape: []int{6}, Float32: f32}},
		"matrix": {file(2, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }   ", f64, binary.LittleEndian),
			Array{Shape: []int{2, 3}, Float64: f64}},
		"big endian": {file(3, `{"descr":">f8","fortran_order":False,"shape":(3,2,1)}`, f64, binary.BigEndian),
			Array{Shape: []int{3, 2, 1}, Float64: f64}},
		"fortran": {file(1, dict("<f4", true, "(2, 3)"), []float32{1, 4, 2, 5, 3, 6}, binary.LittleEndian),
			Array{Shape: []int{2, 3}, Float32: f32}},
		"empty": {file(1, dict("<f4", true, "(0, 3)"), []float32{}, binary.LittleEndian),
			Array{Shape: []int{0, 3}, Float32: []float32{}}},
		"scalar": {file(1, dict("<f4", false, "()"), f32[:1], binary.LittleEndian), Array{Float32: f32[:1]}},
	} {
		for reader, r := range map[string]io.Reader{
			"whole": bytes.NewReader(c.file), "single bytes": iotest.OneByteReader(bytes.NewReader(c.file)),
		} {
			t.Run(name+"/"+reader, func(t *testing.T) {
				got, err := Read(r)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(c.want, *got); d != "" {
					t.Errorf("want (-), got (+):\n%s", d)
				}
			})
		}
	}
}

// TestReadRefuses requires an error of one line that names the fault.
func TestReadRefuses(t *testing.T) {
	good := file(1, dict("<f4", false, "(6,)"), []float32{1, 2, 3, 4, 5, 6}, binary.LittleEndian)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":       {nil, "not a .npy file: it is empty"},
		"other magic":   {[]byte("\x93NUMPI"), "does not begin with"},
		"part of magic": {[]byte(Magic[:3]), "npy: truncated header"},
		"magic alone":   {[]byte(Magic), "npy: truncated header"},
		"to the length": {[]byte(Magic + "\x01\x00\x05"), "npy: truncated header"},
		"shape twice": {file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (6,), }",
			[]float32{1, 2, 3, 4, 5, 6}, binary.LittleEndian),
			`header has "shape" twice`},
		"type twice": {file(1, "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (1,), }",
			[]float64{1}, binary.LittleEndian),
			`header has "descr" twice`},
		"a WAV file":     {[]byte("RIFF    WAVEfmt "), "not a .npy file"},
		"version":        {append([]byte(Magic), 9, 0, 0, 0), "version 9"},
		"short":          {good[:len(good)-3], "truncated after 5 of 6"},
		"short header":   {good[:20], "truncated header"},
		"integers":       {headerOnly(dict("<i4", false, "(6,)")), "float32 or float64"},
		"structure":      {headerOnly("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }"), "a plain type"},
		"absurd shape":   {headerOnly(dict("<f4", false, "(1000000, 1000000, 0)")), "more than"},
		"huge dimension": {headerOnly(dict("<f4", false, "(99999999999999999999,)")), "a dimension"},
		"negative":       {headerOnly(dict("<f4", false, "(-1,)")), "a dimension"},
		"claims much":    {headerOnly(dict("<f4", false, "(2000000000,)")), "truncated after 0 of 2000000000"},
		"huge header":    {append([]byte(Magic), 2, 0, 0xff, 0xff, 0xff, 0x7f), "at most"},
		"no shape":       {headerOnly("{'descr': '<f4', 'fortran_order': False}"), `without "shape"`},
		"not a dict":     {headerOnly("print(1)"), "a dictionary"},
		"no end":         {headerOnly("{'descr': '<f4'"), "a comma"},
		"open string":    {headerOnly("{'descr"), "a key"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := Read(bytes.NewReader(c.file))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, error %v, want one line that contains %q", a, err, c.want)
			}
		})
	}
}

// TestReadFails requires that the error of a reader is not taken for another kind of file.
func TestReadFails(t *testing.T) {
	boom := errors.New("boom")
	_, err := Read(iotest.ErrReader(boom))
	if want := "reading the header: boom"; !errors.Is(err, boom) || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want one that contains %q and is %v", err, want, boom)
	}
}

// FuzzRead requires that an array has the elements of its shape, and no more than its file.
func FuzzRead(f *testing.F) {
	f.Add(file(1, dict("<f4", true, "(2, 3)"), []float32{1, 4, 2, 5, 3, 6}, binary.LittleEndian))
	f.Add(file(2, dict(">f8", false, "()"), []float64{1}, binary.BigEndian))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		n := 1
		for _, d := range a.Shape {
			n *= d
		}
		if a.Len() != n || a.Len()*4 > len(b) {
			t.Fatalf("shape %v in %d bytes: got %d elements, want %d in at most as many bytes", a.Shape, len(b), a.Len(), n)
		}
	})
}

// TestHeader requires that Read reads what Header begins, and that the length of the header is constant.
func TestHeader(t *testing.T) {
	for _, n := range []int{0, 1, 12345} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			h := Header(int64(n))
			if len(h) != 128 {
				t.Errorf("header: got %d bytes, want 128", len(h))
			}
			a, err := Read(bytes.NewReader(append(h, make([]byte, 4*n)...)))
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Shape) != 1 || a.Shape[0] != n || len(a.Float32) != n {
				t.Errorf("got shape %v, %d values, want [%d], %d values", a.Shape, len(a.Float32), n, n)
			}
		})
	}
	t.Run("long", func(t *testing.T) {
		if got := len(Header(1 << 62)); got != 128 {
			t.Errorf("header: got %d bytes, want 128", got)
		}
	})
}

// TestFramesHeader requires that NewFrames reads what FramesHeader begins in either order, and that the length of the
// header is constant.
func TestFramesHeader(t *testing.T) {
	values := []float32{1, 2, 3, 4, 5, 6} // 2 frames of 3
	for _, channelsFirst := range []bool{false, true} {
		t.Run(fmt.Sprintf("channels first %v", channelsFirst), func(t *testing.T) {
			f := FramesHeader(3, 2, channelsFirst)
			if long := len(FramesHeader(1<<20, 1<<40, channelsFirst)); len(f) != 128 || long != 128 {
				t.Errorf("headers of short and long frames: got %d and %d bytes, want 128", len(f), long)
			}
			var raw bytes.Buffer
			raw.Write(f)
			binary.Write(&raw, binary.LittleEndian, values)
			frames, err := NewFrames(bytes.NewReader(raw.Bytes()), channelsFirst)
			if err != nil {
				t.Fatal(err)
			}
			if frames.Channels != 3 || frames.Total != 2 {
				t.Fatalf("got %d frames of %d channels, want 2 of 3", frames.Total, frames.Channels)
			}
			got := make([]float32, 6)
			if n, err := frames.Read(got); n != 2 || err != nil || !slices.Equal(got, values) {
				t.Errorf("got %d frames, %v, error %v, want 2 frames, %v", n, got, err, values)
			}
		})
	}
}
