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

// TestFrames requires the frames of the array in every order and type of elements, from a file and from a pipe, in
// reads of any length.
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
					b := file(1, dict("<f8", fortran, shape), elements, binary.LittleEndian)
					if !double {
						single := make([]float32, len(elements))
						for i, v := range elements {
							single[i] = float32(v)
						}
						b = file(1, dict(">f4", fortran, shape), single, binary.BigEndian)
					}
					name := fmt.Sprintf("%s, fortran %v, double %v", shape, fortran, double)
					for kind, r := range map[string]io.Reader{"file": bytes.NewReader(b), "pipe": pipe{bytes.NewReader(b)}} {
						t.Run(name+", "+kind, func(t *testing.T) { checkFrames(t, r, channelsFirst, total, channels, value) })
					}
				}
			}
		}
	}
}

// checkFrames requires the frames that value returns, in reads of varying lengths.
func checkFrames(
	t *testing.T, r io.Reader, channelsFirst bool, total, channels int, value func(frame, channel int) float64,
) {
	t.Helper()
	f, err := NewFrames(r, channelsFirst)
	if err != nil {
		t.Fatal(err)
	}
	if f.Total != int64(total) || f.Channels != channels {
		t.Fatalf("got %d frames of %d channels, want %d of %d", f.Total, f.Channels, total, channels)
	}
	dst := make([]float32, 5000*channels)
	frame := 0
	for size := 1; ; size = size%5000 + 997 {
		n, err := f.Read(dst[:min(size, 5000)*channels])
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("frame %d: %v", frame, err)
		}
		for i, v := range dst[:n*channels] {
			if want := float32(value(frame+i/channels, i%channels)); math.Float32bits(v) != math.Float32bits(want) {
				t.Fatalf("frame %d, channel %d: got %v, want %v", frame+i/channels, i%channels, v, want)
			}
		}
		frame += n
	}
	if frame != total {
		t.Fatalf("got %d frames before the end, want %d", frame, total)
	}
}

// TestFramesRefuses requires an error that names the fault of a file.
func TestFramesRefuses(t *testing.T) {
	shaped := func(shape string, elements int) []byte {
		return file(1, dict("<f4", false, shape), make([]float32, elements), binary.LittleEndian)
	}
	good := shaped("(4, 2)", 8)
	for name, c := range map[string]struct {
		r    io.Reader
		want string
	}{
		"one dimension": {bytes.NewReader(shaped("(8,)", 8)), "must have two dimensions"},
		"three":         {bytes.NewReader(shaped("(2, 2, 2)", 8)), "must have two dimensions"},
		"no channels":   {bytes.NewReader(shaped("(4, 0)", 0)), "without channels"},
		"other file":    {strings.NewReader("RIFF"), "not a .npy file"},
		"truncated":     {bytes.NewReader(good[:len(good)-5]), "truncated after 6 of 8"},
		"no elements":   {bytes.NewReader(good[:len(good)-32]), "truncated after 0 of 8"},
	} {
		t.Run(name, func(t *testing.T) {
			if f, err := NewFrames(c.r, false); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, error %v, want one that contains %q", f, err, c.want)
			}
		})
	}
	t.Run("truncated pipe", func(t *testing.T) {
		f, err := NewFrames(pipe{bytes.NewReader(good[:len(good)-5])}, false)
		if err != nil {
			t.Fatal(err)
		}
		n, err := f.Read(make([]float32, 8))
		const want = "truncated after 6 of 8"
		if n != 0 || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %d frames, error %v, want 0 frames and io.ErrUnexpectedEOF that contains %q", n, err, want)
		}
	})
	t.Run("truncated pipe, channels first", func(t *testing.T) {
		f, err := NewFrames(pipe{bytes.NewReader(good[:len(good)-5])}, true)
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got %v, error %v, want io.ErrUnexpectedEOF", f, err)
		}
	})
}

// FuzzFrames requires that a file has the frames that are read from it.
func FuzzFrames(f *testing.F) {
	f.Add(file(1, dict("<f4", true, "(2, 3)"), []float32{1, 4, 2, 5, 3, 6}, binary.LittleEndian),
		true, true)
	f.Add(file(2, dict(">f8", false, "(1, 2, 1)"), []float64{1, 2}, binary.BigEndian),
		false, false)
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
			return // less than one frame, whatever the header claims
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
			t.Fatalf("got %d frames of %d channels, want at most %d that fit into %d bytes",
				total, frames.Channels, frames.Total, len(b))
		}
	})
}
