package models

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// smallModel returns a model of random weights.
func smallModel(t *testing.T) *Model {
	t.Helper()
	c := smallMelGAN(1)
	network, err := c.build(randomMelGAN(c))
	if err != nil {
		t.Fatal(err)
	}
	m := &Model{network: network, Info: c.info()}
	if err := m.measure(); err != nil {
		t.Fatal(err)
	}
	return m
}

// synthesize is Model.Synthesize, which must not fail.
func synthesize(t *testing.T, m *Model, frames []float32) []float32 {
	t.Helper()
	samples, err := m.Synthesize(frames)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

// TestWholeInputErrors: both calls for a whole input report too few frames of the model, not of a layer, and parts of frames.
func TestWholeInputErrors(t *testing.T) {
	m := smallModel(t)
	need, mels := m.Info.MinFrames, m.Info.Mels
	for name, call := range map[string]func(frames []float32) ([]float32, error){
		"Synthesize": func(frames []float32) ([]float32, error) { return m.Synthesize(frames) },
		"Reference":  func(frames []float32) ([]float32, error) { return m.Reference(t.Context(), frames) },
	} {
		t.Run(name, func(t *testing.T) {
			want := dsp.TooShortError{Have: int64(need - 1), Need: need}
			if _, err := call(make([]float32, (need-1)*mels)); err != want {
				t.Errorf("%d frames: got error %v, want %v", need-1, err, want)
			}
			if y, err := call(make([]float32, need*mels)); err != nil || len(y) != need*m.Info.Hop {
				t.Errorf("%d frames: got %d samples and error %v, want %d samples", need, len(y), err, need*m.Info.Hop)
			}
			if y, err := call(nil); err != nil || len(y) != 0 {
				t.Errorf("no frames: got %d samples and error %v, want none", len(y), err)
			}
			_, err := call(make([]float32, need*mels+1))
			if _, ok := errors.AsType[*dsp.ArgError](err); !ok {
				t.Errorf("a part of a frame: got error %v, want a *dsp.ArgError", err)
			}
		})
	}
}

// TestReferenceEnds: the end of the context ends the reference.
func TestReferenceEnds(t *testing.T) {
	m := smallModel(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := errors.New("ended")
	cancel(ended)
	if _, err := m.Reference(ctx, make([]float32, m.Info.MinFrames*m.Info.Mels)); err != ended {
		t.Errorf("got error %v, want %v", err, ended)
	}
}

// TestSynthesize: the whole input at once has the bits of the reference and of a stream in pieces.
func TestSynthesize(t *testing.T) {
	m := smallModel(t)
	frames := dsptest.Noise[float32](1, 40*m.Info.Mels)
	want, err := m.Reference(t.Context(), frames)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Synthesize(frames)
	if err != nil {
		t.Fatal(err)
	}
	if i := dsptest.FirstDifference(got, want); i >= 0 {
		t.Errorf("Synthesize differs from Reference at sample %d of %d", i, len(want))
	}
	s, err := m.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	var pieces []float32
	for piece := range slices.Chunk(frames, 3*m.Info.Mels) {
		pieces = s.Process(pieces, piece)
	}
	if i := dsptest.FirstDifference(s.Flush(pieces), want); i >= 0 {
		t.Errorf("a stream differs from Reference at sample %d of %d", i, len(want))
	}
}

// TestOneModelManyStreams: goroutines share a model without a copy of it.
func TestOneModelManyStreams(t *testing.T) {
	m := smallModel(t)
	frames := dsptest.Noise[float32](1, 40*m.Info.Mels)
	want, err := m.Synthesize(frames)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := m.Synthesize(frames)
			if i := dsptest.FirstDifference(got, want); err != nil || i >= 0 {
				t.Errorf("got error %v, first difference at sample %d, want none", err, i)
			}
		})
	}
	wg.Wait()
}

// TestStreamOwner: a second owner of a stream is told how to create another one.
func TestStreamOwner(t *testing.T) {
	s, err := smallModel(t).NewStream()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Acquire(); err != nil {
		t.Fatal(err)
	}
	const want = "this stream is already running in another pipeline: create one per pipeline with Model.NewStream"
	if err := s.Acquire(); err == nil || err.Error() != want {
		t.Errorf("second owner: got error %v, want %s", err, want)
	}
	s.Release()
	if err := s.Acquire(); err != nil {
		t.Errorf("after Release: got error %v, want none", err)
	}
}
