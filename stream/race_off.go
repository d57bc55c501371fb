//go:build !race

package stream

// poisonBlocks is on in race builds only: it costs a pass over every block.
const poisonBlocks = false
