package fileio

import "github.com/tailwave/tailwave/stream"

// NaNFrames is a [stream.Sink] that counts the frames that hold a NaN, and passes all frames on.
type NaNFrames struct {
	stream.Sink
	Frames   int64
	channels int
}

// Open is [stream.Sink.Open].
func (n *NaNFrames) Open(f stream.Format, frames int64) error {
	n.channels = f.Channels
	return n.Sink.Open(f, frames)
}

// Write is [stream.Sink.Write].
func (n *NaNFrames) Write(frames []float32) error {
	for rest := frames; len(rest) >= n.channels; rest = rest[n.channels:] {
		for _, v := range rest[:n.channels] {
			if v != v {
				n.Frames++
				break
			}
		}
	}
	return n.Sink.Write(frames)
}
