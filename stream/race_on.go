//go:build race

package stream

// poisonBlocks makes a link fill every released block with NaN, so that a read of stale memory shows in the output.
const poisonBlocks = true
