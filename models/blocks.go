package models

// maxHop bounds the samples per frame of a model.
const maxHop = 1 << 16

// blockFrames returns how many mel frames pass from layer to layer at a time: enough for weights to be used many times
// over, as long as they become at most 2^15 samples.
func blockFrames(hop int) int { return max(1, min(32, 1<<15/hop)) }

// rows returns how many frames of the given channels residual blocks are computed at a time. What passes between their
// layers then stays in the first- or second-level cache; where the weights of a layer do not, there are enough frames
// for each reading of them.
func rows(channels int) int {
	if channels > 192 {
		return 192
	}
	return max(24, 8192/channels/24*24)
}
