package fileio

import "github.com/tailwave/tailwave/stream"

// BadFrames is a [stream.Source] that counts the frames that hold a NaN or an infinity, and passes all frames on.
type BadFrames struct {
	stream.Source
	Bad int64
}

// Read is [stream.Source.Read].
func (b *BadFrames) Read(dst []float32) (int, error) {
	n, err := b.Source.Read(dst)
	channels := b.Format().Channels
	for rest := dst[:n*channels]; len(rest) >= channels; rest = rest[channels:] {
		for _, v := range rest[:channels] {
			if v-v != 0 {
				b.Bad++
				break
			}
		}
	}
	return n, err
}

// Frames is [stream.Sized.Frames].
func (b *BadFrames) Frames() int64 { return stream.FramesOf(b.Source) }
