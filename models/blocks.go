package models

// maxHop bounds the samples per frame.
const maxHop = 1 << 16

// blockFrames returns the number of input frames that pass from layer to layer at a time. Each block reads all weights
// once, so long blocks save memory bandwidth. At most 2^15 samples result, so that a block fits the caches.
func blockFrames(hop int) int { return max(1, min(32, 1<<15/hop)) }

// rows returns the number of frames that residual blocks compute at a time. Frames between their layers then stay in
// the first- or second-level cache. With many channels, the weights of a layer do not, and 192 frames use each weight
// often enough per read.
func rows(channels int) int {
	if channels > 192 {
		return 192
	}
	return max(24, 8192/channels/24*24)
}
