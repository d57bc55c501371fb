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

func TestRead(t *testing.T) {
	f32, f64 := []float32{1, 2, 3, 4, 5, 6}, []float64{1, 2, 3, math.Inf(1), 5, math.SmallestNonzeroFloat64}
	for name, c := range map[string]struct {
		file []byte
		want Array
	}{
		"vector":     {file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", f32, binary.LittleEndian), Array{Shape: []int{6}, Float32: f32}},
		"matrix":     {file(2, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }   ", f64, binary.LittleEndian), Array{Shape: []int{2, 3}, Float64: f64}},
		"big endian": {file(3, `{"descr":">f8","fortran_order":False,"shape":(3,2,1)}`, f64, binary.BigEndian), Array{Shape: []int{3, 2, 1}, Float64: f64}},
		"fortran":    {file(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", []float32{1, 4, 2, 5, 3, 6}, binary.LittleEndian), Array{Shape: []int{2, 3}, Float32: f32}},
		"empty":      {file(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (0, 3), }", []float32{}, binary.LittleEndian), Array{Shape: []int{0, 3}, Float32: []float32{}}},
		"scalar":     {file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", f32[:1], binary.LittleEndian), Array{Float32: f32[:1]}},
	} {
		for _, r := range []io.Reader{bytes.NewReader(c.file), iotest.OneByteReader(bytes.NewReader(c.file))} {
			got, err := Read(r)
			if err != nil {
				t.Fatal(name, err)
			}
			if d := cmp.Diff(*got, c.want); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	good := file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", []float32{1, 2, 3, 4, 5, 6}, binary.LittleEndian)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":        {nil, "not a .npy file: it is empty"},
		"other magic":    {[]byte("\x93NUMPI"), "does not begin with"},
		"part of magic":  {[]byte(Magic[:3]), "npy: truncated header"},
		"magic alone":    {[]byte(Magic), "npy: truncated header"},
		"to the length":  {[]byte(Magic + "\x01\x00\x05"), "npy: truncated header"},
		"shape twice":    {file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (6,), }", []float32{1, 2, 3, 4, 5, 6}, binary.LittleEndian), `header has "shape" twice`},
		"type twice":     {file(1, "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", []float64{1}, binary.LittleEndian), `header has "descr" twice`},
		"a WAV file":     {[]byte("RIFF    WAVEfmt "), "not a .npy file"},
		"version":        {append([]byte(Magic), 9, 0, 0, 0), "version 9"},
		"short":          {good[:len(good)-3], "truncated after 5 of 6"},
		"short header":   {good[:20], "truncated header"},
		"integers":       {file(1, "{'descr': '<i4', 'fortran_order': False, 'shape': (6,), }", []int32{}, binary.LittleEndian), "float32 or float64"},
		"structure":      {file(1, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,), }", []int32{}, binary.LittleEndian), "a plain type"},
		"absurd shape":   {file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000, 0), }", []int32{}, binary.LittleEndian), "more than"},
		"huge dimension": {file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", []int32{}, binary.LittleEndian), "a dimension"},
		"negative":       {file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", []int32{}, binary.LittleEndian), "a dimension"},
		"claims much":    {file(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000,), }", []int32{}, binary.LittleEndian), "truncated after 0 of 2000000000"},
		"huge header":    {append([]byte(Magic), 2, 0, 0xff, 0xff, 0xff, 0x7f), "at most"},
		"no shape":       {file(1, "{'descr': '<f4', 'fortran_order': False}", []int32{}, binary.LittleEndian), `without "shape"`},
		"not a dict":     {file(1, "print(1)", []int32{}, binary.LittleEndian), "a dictionary"},
		"no end":         {file(1, "{'descr': '<f4'", []int32{}, binary.LittleEndian), "a comma"},
		"open string":    {file(1, "{'descr", []int32{}, binary.LittleEndian), "a key"},
	} {
		a, err := Read(bytes.NewReader(c.file))
		if err == nil {
			t.Errorf("%s: read as %v", name, a)
		} else if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %q does not say %q on one line", name, err, c.want)
		}
	}
}

// TestReadFails: a reader that fails is not a file of another kind.
func TestReadFails(t *testing.T) {
	boom := errors.New("boom")
	if _, err := Read(iotest.ErrReader(boom)); !errors.Is(err, boom) || !strings.Contains(err.Error(), "reading the header: boom") {
		t.Errorf("%v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", []float32{1, 4, 2, 5, 3, 6}, binary.LittleEndian))
	f.Add(file(2, "{'descr': '>f8', 'fortran_order': False, 'shape': (), }", []float64{1}, binary.BigEndian))
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
			t.Fatalf("shape %v, %d elements from %d bytes", a.Shape, a.Len(), len(b))
		}
	})
}

// TestHeader: what Header begins, Read reads, and the length of the header is always the same.
func TestHeader(t *testing.T) {
	for _, n := range []int{0, 1, 12345} {
		h := Header(int64(n))
		if len(h) != 128 {
			t.Errorf("header of %d values has %d bytes", n, len(h))
		}
		a, err := Read(bytes.NewReader(append(h, make([]byte, 4*n)...)))
		if err != nil || len(a.Shape) != 1 || a.Shape[0] != n || len(a.Float32) != n {
			t.Errorf("%d values: %v", n, err)
		}
	}
	if len(Header(1<<62)) != 128 {
		t.Error("a long length makes the header longer")
	}
}

// TestFramesHeader: frames one after the other are read as what they are, in either order.
func TestFramesHeader(t *testing.T) {
	values := []float32{1, 2, 3, 4, 5, 6} // 2 frames of 3
	for _, channelsFirst := range []bool{false, true} {
		f := FramesHeader(3, 2, channelsFirst)
		if len(f) != 128 || len(FramesHeader(1<<20, 1<<40, channelsFirst)) != 128 {
			t.Error("the length of the header varies")
		}
		var raw bytes.Buffer
		raw.Write(f)
		binary.Write(&raw, binary.LittleEndian, values)
		frames, err := NewFrames(bytes.NewReader(raw.Bytes()), channelsFirst)
		if err != nil || frames.Channels != 3 || frames.Total != 2 {
			t.Fatalf("%+v, %v", frames, err)
		}
		got := make([]float32, 6)
		if n, err := frames.Read(got); n != 2 || err != nil || !cmp.Equal(got, values) {
			t.Errorf("%v, %v", got, err)
		}
	}
}
