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

// TestWholeInputErrors requires that Synthesize and Reference report parts of frames, and too few frames for the model
// rather than for a layer.
func TestWholeInputErrors(t *testing.T) {
	m := smallModel(t)
	need, mels := m.Info().MinFrames, m.Info().Mels
	for name, call := range map[string]func(frames []float32) ([]float32, error){
		"Synthesize": func(frames []float32) ([]float32, error) { return m.Synthesize(frames) },
		"Reference":  func(frames []float32) ([]float32, error) { return m.Reference(t.Context(), frames) },
	} {
		t.Run(name, func(t *testing.T) {
			want := dsp.TooShortError{Have: int64(need - 1), Need: need}
			_, err := call(make([]float32, (need-1)*mels))
			if short, ok := errors.AsType[*dsp.TooShortError](err); !ok || *short != want {
				t.Errorf("%d frames: got error %v, want %v", need-1, err, &want)
			}
			if y, err := call(make([]float32, need*mels)); err != nil || len(y) != need*m.Info().Hop {
				t.Errorf("%d frames: got %d samples and error %v, want %d samples", need, len(y), err,
					need*m.Info().Hop)
			}
			if y, err := call(nil); err != nil || len(y) != 0 {
				t.Errorf("no frames: got %d samples and error %v, want none", len(y), err)
			}
			_, err = call(make([]float32, need*mels+1))
			if _, ok := errors.AsType[*dsp.ArgError](err); !ok {
				t.Errorf("a part of a frame: got error %v, want a *dsp.ArgError", err)
			}
		})
	}
}

// TestReferenceEnds requires that the end of the context ends the reference.
func TestReferenceEnds(t *testing.T) {
	m := smallModel(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := errors.New("ended")
	cancel(ended)
	if _, err := m.Reference(ctx, make([]float32, m.Info().MinFrames*m.Info().Mels)); err != ended {
		t.Errorf("got error %v, want %v", err, ended)
	}
}

// TestSynthesize requires that the whole input at once has the bits of the reference and of a stream in pieces.
func TestSynthesize(t *testing.T) {
	m := smallModel(t)
	frames := dsptest.Noise[float32](1, 40*m.Info().Mels)
	want, err := m.Reference(t.Context(), frames)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Synthesize(frames)
	if err != nil {
		t.Fatal(err)
	}
	if dsptest.FirstDifference(got, want) >= 0 {
		t.Errorf("Synthesize and Reference: %s", difference(got, want))
	}
	s, err := m.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	var pieces []float32
	for piece := range slices.Chunk(frames, 3*m.Info().Mels) {
		pieces = s.Process(pieces, piece)
	}
	if pieces = s.Flush(pieces); dsptest.FirstDifference(pieces, want) >= 0 {
		t.Errorf("a stream and Reference: %s", difference(pieces, want))
	}
}

// TestOneModelManyStreams requires that goroutines can use one model at the same time.
func TestOneModelManyStreams(t *testing.T) {
	m := smallModel(t)
	frames := dsptest.Noise[float32](1, 40*m.Info().Mels)
	want, err := m.Synthesize(frames)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, err := m.Synthesize(frames)
			if err != nil {
				t.Errorf("got error %v, want none", err)
			} else if dsptest.FirstDifference(got, want) >= 0 {
				t.Errorf("one of eight goroutines and a call alone: %s", difference(got, want))
			}
		})
	}
	wg.Wait()
}

// TestStreamOwner requires that the error for a second owner of a stream says how to create another stream.
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
		t.Errorf("second owner: got error %v, want %q", err, want)
	}
	s.Release()
	if _, err := dsp.NewChain(8, s); err != nil {
		t.Errorf("after Release: got error %v, want none", err)
	}
	const part = "this stream is part of a Chain, Sum or PerChannel already: create another one with Model.NewStream"
	if err := s.Acquire(); err == nil || err.Error() != part {
		t.Errorf("owner of a part of a Chain: got error %v, want %q", err, part)
	}
}

// smallModel returns a model of random weights.
func smallModel(t *testing.T) *Model {
	t.Helper()
	c := smallMelGAN(1)
	network, err := c.build(randomMelGAN(c))
	if err != nil {
		t.Fatal(err)
	}
	m := &Model{network: network, info: c.info()}
	if err := m.measure(); err != nil {
		t.Fatal(err)
	}
	return m
}
