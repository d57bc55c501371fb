//go:build race

package stream

// poisonBlocks makes links fill blocks that nobody owns with NaN, so that a read of stale memory shows in the output.
const poisonBlocks = true
