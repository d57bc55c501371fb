package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
)

// pipe hides that a reader can seek.
type pipe struct{ io.Reader }

// TestFrames: in every order of elements and type, from a file and from a pipe, in reads of any length, frames are what
// they are in the array.
func TestFrames(t *testing.T) {
	const channels, total = 3, 2*blockValues/3 + 5 // more than two blocks
	value := func(frame, channel int) float64 { return float64(channel) + float64(frame)/(1<<20) + 1e-12 }
	for _, channelsFirst := range []bool{true, false} {
		for _, fortran := range []bool{true, false} {
			for _, double := range []bool{true, false} {
				for _, leading := range []string{"", "1, "} {
					shape := fmt.Sprintf("(%s%d, %d)", leading, total, channels)
					if channelsFirst {
						shape = fmt.Sprintf("(%s%d, %d)", leading, channels, total)
					}
					elements := make([]float64, 0, channels*total)
					for a := range total * channels {
						if channelsFirst == fortran { // frame by frame
							elements = append(elements, value(a/channels, a%channels))
						} else {
							elements = append(elements, value(a%total, a/total))
						}
					}
					name := fmt.Sprintf("%s, fortran %v, double %v", shape, fortran, double)
					dict := fmt.Sprintf("{'descr': '<f8', 'fortran_order': %s, 'shape': %s}", map[bool]string{true: "True", false: "False"}[fortran], shape)
					b := file(1, dict, elements, binary.LittleEndian)
					if !double {
						single := make([]float32, len(elements))
						for i, v := range elements {
							single[i] = float32(v)
						}
						b = file(1, strings.Replace(dict, "<f8", ">f4", 1), single, binary.BigEndian)
					}
					for _, r := range []io.Reader{bytes.NewReader(b), pipe{bytes.NewReader(b)}} {
						checkFrames(t, fmt.Sprintf("%s, %T", name, r), r, channelsFirst, total, channels, value)
					}
				}
			}
		}
	}
}

func checkFrames(t *testing.T, name string, r io.Reader, channelsFirst bool, total, channels int, value func(frame, channel int) float64) {
	t.Helper()
	f, err := NewFrames(r, channelsFirst)
	if err != nil {
		t.Fatal(name, err)
	}
	if f.Total != int64(total) || f.Channels != channels {
		t.Fatalf("%s: %d frames of %d", name, f.Total, f.Channels)
	}
	dst := make([]float32, 5000*channels)
	frame := 0
	for size := 1; ; size = size%5000 + 997 {
		n, err := f.Read(dst[:min(size, 5000)*channels])
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(name, err)
		}
		for i, v := range dst[:n*channels] {
			if want := float32(value(frame+i/channels, i%channels)); math.Float32bits(v) != math.Float32bits(want) {
				t.Fatalf("%s: frame %d has %v, want %v", name, frame+i/channels, v, want)
			}
		}
		frame += n
	}
	if frame != total {
		t.Fatalf("%s: %d frames read", name, frame)
	}
}

func TestFramesRefuses(t *testing.T) {
	dict := "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2)}"
	good := file(1, dict, make([]float32, 8), binary.LittleEndian)
	for name, c := range map[string]struct {
		r    io.Reader
		want string
	}{
		"one dimension":    {bytes.NewReader(file(1, strings.Replace(dict, "(4, 2)", "(8,)", 1), make([]float32, 8), binary.LittleEndian)), "must have two dimensions"},
		"three":            {bytes.NewReader(file(1, strings.Replace(dict, "(4, 2)", "(2, 2, 2)", 1), make([]float32, 8), binary.LittleEndian)), "must have two dimensions"},
		"no channels":      {bytes.NewReader(file(1, strings.Replace(dict, "(4, 2)", "(4, 0)", 1), []float32{}, binary.LittleEndian)), "without channels"},
		"not one":          {strings.NewReader("RIFF"), "not a .npy file"},
		"a truncated file": {bytes.NewReader(good[:len(good)-5]), "truncated after 6 of 8"},
		"no elements":      {bytes.NewReader(good[:len(good)-32]), "truncated after 0 of 8"},
	} {
		if f, err := NewFrames(c.r, false); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v", name, f, err)
		}
	}
	f, err := NewFrames(pipe{bytes.NewReader(good[:len(good)-5])}, false)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.Read(make([]float32, 8)); n != 0 || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "truncated after 6 of 8") {
		t.Errorf("a truncated pipe: %d, %v", n, err)
	}
	if f, err := NewFrames(pipe{bytes.NewReader(good[:len(good)-5])}, true); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a truncated pipe, channels first: %v, %v", f, err)
	}
}

func FuzzFrames(f *testing.F) {
	f.Add(file(1, "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", []float32{1, 4, 2, 5, 3, 6}, binary.LittleEndian), true, true)
	f.Add(file(2, "{'descr': '>f8', 'fortran_order': False, 'shape': (1, 2, 1), }", []float64{1, 2}, binary.BigEndian), false, false)
	f.Fuzz(func(t *testing.T, b []byte, channelsFirst, seekable bool) {
		var r io.Reader = bytes.NewReader(b)
		if !seekable {
			r = pipe{r}
		}
		frames, err := NewFrames(r, channelsFirst)
		if err != nil {
			return
		}
		if int64(frames.Channels)*4 > int64(len(b)) {
			return // not one frame, though perhaps a claim of many
		}
		total := int64(0)
		dst := make([]float32, 7*frames.Channels)
		for frames.Total > 0 {
			n, err := frames.Read(dst)
			if total += int64(n); err != nil {
				break
			}
		}
		if total > frames.Total || total*int64(frames.Channels)*4 > int64(len(b)) {
			t.Fatalf("%d frames of %d, %d channels from %d bytes", total, frames.Total, frames.Channels, len(b))
		}
	})
}
