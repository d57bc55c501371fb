package stream

import (
	"context"
	"math"
)

// A link connects two neighbouring goroutines of a pipeline. A fixed number of blocks circulates: the producer receives
// a block from free, fills it and sends it to full; the consumer receives it from full, reads it and returns it to
// free. The goroutine that received a block last owns it. Both channels have room for every block, so sending never
// waits: a consumer waits for frames, and a producer that is ahead waits for a free block.
//
// Closing full means that the stream is complete. After a failure full stays open and the context ends, so a consumer
// cannot take a failure for the end of the stream.
type link struct {
	full, free chan []float32
	channels   int
}

// newLink returns a link with depth free blocks, each with room for that number of frames.
func newLink(depth, frames, channels int) *link {
	l := &link{
		full:     make(chan []float32, depth),
		free:     make(chan []float32, depth),
		channels: channels,
	}
	for range depth {
		l.release(make([]float32, 0, frames*channels))
	}
	return l
}

// acquire returns an empty block with the capacity that newLink set. The error is context.Cause(ctx).
func (l *link) acquire(ctx context.Context) ([]float32, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	select {
	case block := <-l.free:
		return block, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// send passes an acquired block to the consumer. It never waits.
func (l *link) send(block []float32) { l.full <- block }

// complete marks the end of a complete stream. No send may follow.
func (l *link) complete() { close(l.full) }

// receive returns the next block, or more == false at the end of a complete stream. The error is context.Cause(ctx).
func (l *link) receive(ctx context.Context) (block []float32, more bool, err error) {
	if ctx.Err() != nil {
		return nil, false, context.Cause(ctx)
	}
	select {
	case block, more = <-l.full:
		return block, more, nil
	case <-ctx.Done():
		return nil, false, context.Cause(ctx)
	}
}

// release returns a received block to the producer.
func (l *link) release(block []float32) {
	if poisonBlocks {
		poison(block[:cap(block)])
	}
	l.free <- block[:0]
}

// poison fills s with NaN.
func poison(s []float32) {
	if len(s) == 0 {
		return
	}
	s[0] = float32(math.NaN())
	for n := 1; n < len(s); n *= 2 {
		copy(s[n:], s[:n])
	}
}
