package stream

import (
	"context"
	"errors"
	"slices"
	"testing"
)

// TestSlice: a pipeline copies frames from memory to memory unchanged, with their format.
func TestSlice(t *testing.T) {
	f := Format{Rate: Hz(8000), Channels: 2}
	for name, samples := range map[string][]float32{"none": {}, "some": {1, 2, 3, 4, 5, 6}} {
		t.Run(name, func(t *testing.T) {
			source := FromSlice(f, samples)
			if got, want := source.Frames(), int64(len(samples)/2); got != want {
				t.Errorf("frames: got %d, want %d", got, want)
			}
			var b Buffer
			if _, err := (Pipeline{Source: source, Sink: &b, BlockFrames: 2}).Run(context.Background()); err != nil {
				t.Fatalf("run: got error %v, want none", err)
			}
			if !slices.Equal(b.Samples, samples) || b.Format != f || !b.Complete {
				t.Errorf("buffer: got %+v, want %v of %v, complete", b, samples, f)
			}
		})
	}
}

// TestSliceRagged: values that are not whole frames are an error, and not the end of a stream.
func TestSliceRagged(t *testing.T) {
	for name, channels := range map[string]int{"half a frame": 2, "no channels": 0} {
		t.Run(name, func(t *testing.T) {
			s := FromSlice(Format{Rate: Hz(8000), Channels: channels}, []float32{1, 2, 3})
			if n, err := s.Read(make([]float32, 2)); n != 0 || err == nil {
				t.Errorf("read: got %d frames and error %v, want 0 and an error", n, err)
			}
		})
	}
}

// TestBufferIncomplete: a buffer keeps what was written before a failure, and is empty after the next Open.
func TestBufferIncomplete(t *testing.T) {
	var b Buffer
	f := Format{Rate: Hz(8000), Channels: 1}
	write := func(cause error) {
		if err := errors.Join(b.Open(f, 1<<50), b.Write([]float32{1}), b.Close(cause)); err != nil {
			t.Fatalf("buffer: got error %v, want none", err)
		}
	}
	write(nil)
	first := b.Samples
	write(errors.New("broken"))
	if b.Complete || !slices.Equal(b.Samples, []float32{1}) || &first[0] == &b.Samples[0] {
		t.Errorf("buffer: got %v, complete %v, want a new [1], not complete", b.Samples, b.Complete)
	}
	if most := maxReserve; cap(b.Samples) > most {
		t.Errorf("capacity: got %d, want at most %d", cap(b.Samples), most)
	}
}
