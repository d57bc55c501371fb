package models

import (
	"context"
	"errors"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// TestOneShotErrors: too few frames are those of the model, not of a layer; parts of frames, and the end of the context.
func TestOneShotErrors(t *testing.T) {
	c := smallMelGAN(1)
	network, err := c.build(randomMelGAN(c))
	if err != nil {
		t.Fatal(err)
	}
	m := &Model{network: network, Info: c.info()}
	if m.Processor, err = network.Stream(nil); err != nil {
		t.Fatal(err)
	}
	need := m.MinFrames()
	_, err = m.OneShot(t.Context(), make([]float32, (need-1)*c.Mels))
	if err != (dsp.ErrTooShort{Have: int64(need - 1), Need: need}) {
		t.Errorf("too short: %v", err)
	}
	if y, err := m.OneShot(t.Context(), make([]float32, need*c.Mels)); err != nil || len(y) != need*m.Info.Hop {
		t.Errorf("%d samples, %v", len(y), err)
	}
	if y, err := m.OneShot(t.Context(), nil); err != nil || len(y) != 0 {
		t.Errorf("nothing gives %d samples, %v", len(y), err)
	}
	if _, err = m.OneShot(t.Context(), make([]float32, need*c.Mels+1)); err == nil {
		t.Error("takes a part of a frame")
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := errors.New("ended")
	cancel(ended)
	if _, err = m.OneShot(ctx, make([]float32, need*c.Mels)); err != ended {
		t.Errorf("after its context: %v", err)
	}
}
