package fileio

import (
	"io"
	"math"
	"testing"

	"github.com/tailwave/tailwave/stream"
)

// TestBadFrames: each frame with a NaN or an infinity counts once, whatever is read at a time. Length and frames are
// those of the source.
func TestBadFrames(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	x := []float32{0, 1, nan, nan, 2, inf, 3, 4, nan, 5}
	for _, frames := range []int{1, 2, 10} {
		b := &BadFrames{Source: &sized{x: x}}
		if got := stream.FramesOf(b); got != 5 {
			t.Errorf("length: got %d frames, want 5", got)
		}
		read := 0
		for dst := make([]float32, 2*frames); ; {
			n, err := b.Read(dst)
			for i, v := range dst[:2*n] {
				if want := x[2*read+i]; math.Float32bits(v) != math.Float32bits(want) {
					t.Errorf("sample %d: got %v, want %v", 2*read+i, v, want)
				}
			}
			if read += n; err == io.EOF {
				break
			}
		}
		if read != 5 || b.Bad != 3 {
			t.Errorf("%d at a time: got %d frames, of them %d bad, want 5 and 3", frames, read, b.Bad)
		}
	}
}

// A sized source returns frames of two channels.
type sized struct{ x []float32 }

func (s *sized) Format() stream.Format { return stream.Format{Rate: stream.Hz(8000), Channels: 2} }

func (s *sized) Frames() int64 { return int64(len(s.x) / 2) }

func (s *sized) Read(dst []float32) (int, error) {
	n := copy(dst, s.x)
	if s.x = s.x[n:]; len(s.x) == 0 {
		return n / 2, io.EOF
	}
	return n / 2, nil
}
