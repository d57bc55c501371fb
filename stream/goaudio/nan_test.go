package goaudio

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// nans returns 30 samples, all of them NaN: of either sign, quiet and signalling, with payloads at both ends.
func nans() []float32 {
	patterns := []uint32{0xFFC00000, 0x7FC12345, 0xFFC12345, 0x7F800001, 0xFF800001, 0x7FBFFFFF, 0xFFFFFFFF}
	var x []float32
	for i := range 30 {
		x = append(x, math.Float32frombits(patterns[i%len(patterns)]))
	}
	return x
}

// TestSinkNaN: one pattern goes to the encoder.
func TestSinkNaN(t *testing.T) {
	for f, quiet := range map[pcm.Format]string{pcm.F32: "\x00\x00\xC0\x7F", pcm.F64: "\x00\x00\x00\x00\x00\x00\xF8\x7F"} {
		t.Run(f.String(), func(t *testing.T) {
			var m memory
			s := sink(t, encoder(&m, f, 1), 30)
			for _, err := range []error{s.Write(nans()), s.Close(nil)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if got, want := dataOf(t, string(m.b)), strings.Repeat(quiet, 30); string(got) != want {
				t.Errorf("% x, want % x", got, want)
			}
		})
	}
}

// TestBufferNaN: one pattern is in buffers. What they are made of stays as it is.
func TestBufferNaN(t *testing.T) {
	check := func(t *testing.T, data []float32) {
		t.Helper()
		if len(data) != 32 || data[0] != 0.5 || !math.IsInf(float64(data[31]), -1) {
			t.Fatalf("%v, want 0.5, 30 NaN and -Inf", data)
		}
		for i, v := range data[1:31] {
			if got, want := math.Float32bits(v), uint32(0x7FC00000); got != want {
				t.Errorf("sample %d is %#x, want %#x", 1+i, got, want)
			}
		}
	}
	x := append(append([]float32{0.5}, nans()...), float32(math.Inf(-1)))
	t.Run("NewFloat32Buffer", func(t *testing.T) {
		buf, err := NewFloat32Buffer(format(8000, 2), x)
		if err != nil {
			t.Fatal(err)
		}
		check(t, buf.Data)
	})
	for _, frames := range []int{1, 5, 16} {
		t.Run(fmt.Sprintf("BufferSink/%d", frames), func(t *testing.T) {
			var s BufferSink
			err := s.Open(format(8000, 2), -1)
			for at := 0; at < len(x) && err == nil; at += 2 * frames {
				err = s.Write(x[at:min(at+2*frames, len(x))])
			}
			if err == nil {
				err = s.Close(nil)
			}
			if err != nil {
				t.Fatal(err)
			}
			check(t, s.Buffer().Data)
		})
	}
	if got, want := math.Float32bits(x[1]), uint32(0xFFC00000); got != want {
		t.Errorf("the frames have %#x now, want %#x", got, want)
	}
}
