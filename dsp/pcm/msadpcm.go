package pcm

import (
	"encoding/binary"
	"fmt"
	"math"
)

// MSCoefficients returns, in a new slice, the seven pairs of coefficients that every file of Microsoft ADPCM has. The
// fmt chunk of a file holds the pairs that its blocks refer to. They start with these seven, and more may follow.
func MSCoefficients() [][2]int16 {
	return [][2]int16{{256, 0}, {512, -256}, {0, 0}, {192, 64}, {240, 0}, {460, -208}, {392, -232}}
}

// MSFrames returns the number of whole frames that DecodeMS finds in a block of blockBytes bytes: 2 for the header of 7
// bytes per channel, and 2 for each further byte per channel, rounded down. It is 0 if the block is shorter than the
// header, or if channels is below 1.
func MSFrames(blockBytes, channels int) int {
	if channels < 1 || blockBytes/7 < channels {
		return 0
	}
	return 2 + (blockBytes-7*channels)*2/channels
}

// DecodeMS decodes one block of Microsoft ADPCM, 4 bits per sample, in the layout of WAV files with format tag 0x0002,
// and returns the number of frames. It writes dst[:frames*channels], channels interleaved: the whole frames of the
// block, MSFrames(len(block), channels), or as many as fit in dst.
//
// The block starts with a predictor index, one byte, for each channel; then the delta, an int16, for each channel; then
// the second sample of each channel, then the first, both int16. The frames from the third on are codes of 4 bits,
// channels interleaved, the high 4 bits of a byte first. Blocks do not depend on each other. The predictor index
// selects a pair of coefficients, in units of 1/256, for the last two samples, the latest first; see [MSCoefficients].
//
// If channels is below 1, or a predictor index is not below len(coefficients), DecodeMS returns an error and writes
// nothing.
//
// Layout and arithmetic are those of the Microsoft Multimedia Standards Update, revision 3.0 (1994), "Microsoft ADPCM".
// That document divides a prediction by 256. As in C and in ffmpeg, the quotient is truncated towards zero; sox rounds
// it down, so with most coefficients its samples drift from these until the next block. Delta is at least 16 after each
// sample. The document sets no upper limit. Only damaged blocks reach the limit of DecodeMS and of ffmpeg, 2^31/768.
func DecodeMS(dst []int16, block []byte, channels int, coefficients [][2]int16) (frames int, err error) {
	if channels < 1 {
		return 0, fmt.Errorf("%d channels: need at least 1", channels)
	}
	frames = MSFrames(len(block), channels)
	if frames == 0 {
		return 0, nil
	}
	for c, index := range block[:channels] {
		if int(index) >= len(coefficients) {
			return 0, fmt.Errorf("predictor index %d of channel %d in Microsoft ADPCM: must be below %d, the number "+
				"of coefficient pairs: the block is damaged", index, c, len(coefficients))
		}
	}
	frames = min(frames, len(dst)/channels)
	dst = dst[:frames*channels]
	for c := range min(channels, len(dst)) {
		decodeMS(dst[c:], block, c, channels, coefficients[block[c]])
	}
	return frames, nil
}

// decodeMS writes channel c of the block, every channels-th sample of dst.
func decodeMS(dst []int16, block []byte, c, channels int, coefficients [2]int16) {
	header := func(k int) int64 {
		return int64(int16(binary.LittleEndian.Uint16(block[channels+2*(k*channels+c):])))
	}
	delta, sample1, sample2 := header(0), header(1), header(2)
	dst[0] = int16(sample2)
	if channels < len(dst) {
		dst[channels] = int16(sample1)
	}
	c1, c2 := int64(coefficients[0]), int64(coefficients[1])
	codes, k := block[7*channels:], c
	for i := 2 * channels; i < len(dst); i += channels {
		code := codes[k>>1] >> (4 &^ (k << 2)) & 15 // the high half if k is even
		k += channels
		sample := (sample1*c1+sample2*c2)/256 + int64(int8(code<<4)>>4)*delta
		sample1, sample2 = clip16(sample), sample1
		dst[i] = int16(sample1)
		delta = min(max(delta*int64(msAdaptation[code])>>8, 16), math.MaxInt32/768)
	}
}

// msAdaptation holds the factors of delta, in units of 1/256, for each code.
var msAdaptation = [16]int16{230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230}
