package pcm

// DecodeALaw decodes G.711 A-law bytes from src to dst, one sample per byte, and returns their number, the smaller of
// len(dst) and len(src). The samples are the 13-bit values of ITU-T G.711 (11/1988), table 1, times 8: -32256 to 32256.
// In the file, as on the line, the even bits of each code are inverted. All 256 codes are valid.
func DecodeALaw(dst []int16, src []byte) int {
	n := min(len(dst), len(src))
	dst, src = dst[:n], src[:n]
	for i, b := range src {
		dst[i] = aLaw(b)
	}
	return n
}

// DecodeMuLaw decodes G.711 mu-law bytes from src to dst, one sample per byte, and returns their number, the smaller of
// len(dst) and len(src). The samples are the 14-bit values of ITU-T G.711 (11/1988), table 2, times 4: -32124 to 32124.
// In the file, as on the line, all bits of each code are inverted. All 256 codes are valid; two of them are zero.
func DecodeMuLaw(dst []int16, src []byte) int {
	n := min(len(dst), len(src))
	dst, src = dst[:n], src[:n]
	for i, b := range src {
		dst[i] = muLaw(b)
	}
	return n
}

// A code of G.711, after undoing the inversion, consists of a sign bit, a segment number of 3 bits, and the number of a
// step in the segment, of 4 bits. The sample is the middle of the step.

// aLaw decodes one byte. Steps are 16 wide in segments 0 and 1, and twice as wide in each further segment. The sign bit
// is set for positive samples.
func aLaw(b byte) int16 {
	b ^= 0x55
	segment := uint32(b >> 4 & 7)
	leading := (segment + 7) >> 3 // 0 in segment 0, else 1
	v := (leading<<8 + uint32(b&15)<<4 + 8) << ((segment - leading) & 7)
	return withSign(v, b)
}

// muLaw decodes one byte. Steps are 8 wide in segment 0, and twice as wide in each further segment. The sign bit is set
// for negative samples.
func muLaw(b byte) int16 {
	const bias = 0x84
	b = ^b
	v := (uint32(b&15)<<3+bias)<<(b>>4&7) - bias
	return -withSign(v, b)
}

// withSign returns v if the top bit of the code is set, and -v otherwise.
func withSign(v uint32, code byte) int16 {
	negative := uint32(code>>7) - 1 // all ones or 0
	return int16(v ^ negative - negative)
}
