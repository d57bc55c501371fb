package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

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
		"part of magic": {[]byte(Magic[:3]), "npy: truncated header: the file ends at byte 3"},
		"magic alone":   {[]byte(Magic), "npy: truncated header: the file ends at byte 6"},
		"to the length": {[]byte(Magic + "\x01\x00\x05"), "npy: truncated header: the file ends at byte 9"},
		"shape twice": {file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (6,), }",
			[]float32{1, 2, 3, 4, 5, 6}, binary.LittleEndian),
			`header has "shape" twice`},
		"type twice": {file(1, "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (1,), }",
			[]float64{1}, binary.LittleEndian),
			`header has "descr" twice`},
		"a WAV file":     {[]byte("RIFF    WAVEfmt "), "not a .npy file"},
		"version":        {append([]byte(Magic), 9, 0, 0, 0), "version 9"},
		"short":          {good[:len(good)-3], "truncated after 5 of 6"},
		"short header":   {good[:20], "truncated header: the file ends at byte 20"},
		"integers":       {headerOnly(dict("<i4", false, "(6,)")), "float32 or float64"},
		"structure":      {headerOnly("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }"), "a plain type such as '<f4', not records"},
		"absurd shape":   {headerOnly(dict("<f4", false, "(1000000, 1000000, 0)")), "more than"},
		"huge dimension": {headerOnly(dict("<f4", false, "(99999999999999999999,)")), "a dimension"},
		"negative":       {headerOnly(dict("<f4", false, "(-1,)")), "a dimension"},
		"claims much":    {headerOnly(dict("<f4", false, "(2000000000,)")), "truncated after 0 of 2000000000"},
		"huge header":    {append([]byte(Magic), 2, 0, 0xff, 0xff, 0xff, 0x7f), "at most"},
		"no shape":       {headerOnly("{'descr': '<f4', 'fortran_order': False}"), `without "shape"`},
		"not a dict":     {headerOnly("print(1)"), "a dictionary"},
		"no end":         {headerOnly("{'descr': '<f4'"), "a comma at the end"},
		"dimensions":     {headerOnly(dict("<f4", false, "("+strings.Repeat("1, ", 33)+")")), "more than 32 dimensions"},
		"open string":    {headerOnly("{'descr"), "a key at the end"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := Read(bytes.NewReader(c.file))
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") ||
				strings.Contains(err.Error(), "EOF") {
				t.Errorf("got %v, error %v, want one line that contains %q", a, err, c.want)
			}
		})
	}
}

// TestReadFails requires that the error of a reader is not mistaken for another kind of file, or for a truncated one.
func TestReadFails(t *testing.T) {
	boom := errors.New("boom")
	good := file(2, dict("<f4", false, "(1,)"), []float32{1}, binary.LittleEndian)
	for _, n := range []int{0, 5, 11, 30} {
		_, err := Read(io.MultiReader(bytes.NewReader(good[:n]), iotest.ErrReader(boom)))
		if want := "reading the header: boom"; !errors.Is(err, boom) || !strings.Contains(err.Error(), want) {
			t.Errorf("after %d bytes: got error %v, want one that contains %q and is %v", n, err, want, boom)
		}
	}
}

// FuzzRead requires that an array has the number of elements of its shape, and no more than its file holds.
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
