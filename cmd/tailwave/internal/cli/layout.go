package cli

import (
	"github.com/tailwave/tailwave/stream/npy"
)

// A Layout is the value of --layout: which dimension of an array comes first. The empty value is the usual order for
// the model: mels-first, but frames-first for the latents of a codec.
type Layout string

const (
	melsFirst   = "mels-first"
	framesFirst = "frames-first"
)

// Check checks the value of the flag.
func (l Layout) Check() error {
	switch l {
	case "", melsFirst, framesFirst:
		return nil
	}
	return Usagef("--layout %q: must be %s or %s", string(l), melsFirst, framesFirst)
}

// Array returns the layout for frames of mels, or of the latents of a codec.
func (l Layout) Array(latents bool) npy.Layout {
	if l == framesFirst || l == "" && latents {
		return npy.FramesFirst
	}
	return npy.ChannelsFirst
}
