//go:build !race

package stream

// poisonBlocks is set in race builds only, because it costs a pass over every block.
const poisonBlocks = false
