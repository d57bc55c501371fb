package pcm

import (
	"encoding/binary"
	"fmt"
)

// IMAFrames returns the number of whole frames that DecodeIMA finds in a block of blockBytes bytes: 1 for the header of
// 4 bytes per channel, and 8 for each further 4 bytes per channel. It is 0 if the block is shorter than the header, or
// if channels is below 1.
func IMAFrames(blockBytes, channels int) int {
	if channels < 1 || blockBytes/4 < channels {
		return 0
	}
	return 1 + (blockBytes/4/channels-1)*8
}

// DecodeIMA decodes one block of IMA ADPCM, 4 bits per sample, in the layout of WAV files with format tag 0x0011, and
// returns the number of frames. It writes dst[:frames*channels], channels interleaved: the whole frames of the block,
// IMAFrames(len(block), channels), or as many as fit in dst. Bytes after the last whole group of 8 frames are not read.
//
// The block starts with 4 bytes for each channel: the first sample as int16, the step index, and a reserved byte, which
// has no effect. They are followed by groups of 4 bytes, one for each channel in turn. A group has 8 samples, the low 4
// bits of a byte first. Blocks do not depend on each other.
//
// If channels is below 1, or a step index is above 88, which happens only in damaged files, DecodeIMA returns an error
// and writes nothing. (From such a block, ffmpeg decodes nothing, and sox warns and continues with step index 0.)
//
// The layout is that of the Microsoft Multimedia Standards Update, revision 3.0 (1994), "DVI ADPCM Wave Type". The
// arithmetic is that of the reference algorithm in the IMA's "Recommended Practices for Enhancing Digital Audio
// Compatibility in Multimedia Systems", revision 3.00 (1992), appendix D, section 6: a sum of shifted steps, each of
// which is truncated. sox decodes to the same samples. ffmpeg multiplies instead, and truncates once, so its samples
// drift from those of the standard, by at most 2 with each frame, until the next block.
func DecodeIMA(dst []int16, block []byte, channels int) (frames int, err error) {
	if channels < 1 {
		return 0, fmt.Errorf("%d channels: need at least 1", channels)
	}
	frames = IMAFrames(len(block), channels)
	if frames == 0 {
		return 0, nil
	}
	for c := range channels {
		if index := int(block[4*c+2]); index >= len(imaSteps) {
			return 0, fmt.Errorf("step index %d of channel %d in IMA ADPCM: must be 0 to %d: the block is damaged",
				index, c, len(imaSteps)-1)
		}
	}
	frames = min(frames, len(dst)/channels)
	dst = dst[:frames*channels]
	for c := range min(channels, len(dst)) {
		decodeIMA(dst[c:], block[4*c:], channels)
	}
	return frames, nil
}

// decodeIMA writes one channel, every channels-th sample of dst. block starts with the header of the channel.
func decodeIMA(dst []int16, block []byte, channels int) {
	sample := int32(int16(binary.LittleEndian.Uint16(block)))
	index := int32(block[2])
	dst[0] = int16(sample)
	for i := channels; i < len(dst); {
		block = block[4*channels:]
		codes := binary.LittleEndian.Uint32(block)
		for end := min(len(dst), i+8*channels); i < end; i += channels {
			sample, index = imaNext(sample, index, codes&15)
			dst[i] = int16(sample)
			codes >>= 4
		}
	}
}

// imaNext returns the next sample and step index. A code is a sign and a magnitude m of three bits: it changes the
// sample by (m + 1/2) / 4 steps.
func imaNext(sample, index int32, code uint32) (int32, int32) {
	step := int32(imaSteps[index])
	d := step >> 3
	if code&4 != 0 {
		d += step
	}
	if code&2 != 0 {
		d += step >> 1
	}
	if code&1 != 0 {
		d += step >> 2
	}
	if code&8 != 0 {
		d = -d
	}
	index += int32(imaIndexChanges[code&7])
	return clip16(sample + d), min(max(index, 0), int32(len(imaSteps)-1))
}

// clip16 returns v, limited to the range of int16.
func clip16[T int32 | int64](v T) T { return min(max(v, -1<<15), 1<<15-1) }

var imaIndexChanges = [8]int8{-1, -1, -1, -1, 2, 4, 6, 8}

var imaSteps = [89]int16{
	7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
	130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
	1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484,
	7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
}
