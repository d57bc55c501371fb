// Package lyra is the Lyra 1.2.0 speech codec: 16 kHz mono, in hops of 320 samples, at 3.2, 6.0 or 9.2 kbit/s.
//
// A convolutional network (Zeghidour, Luebs, Omran, Skoglund, Tagliasacchi, "SoundStream: An End-to-End Neural Audio
// Codec", 2021) makes 64 latents of every hop, a residual vector quantiser writes them as codes of 4 bits, and a second
// network, the first one backwards, makes sound of them. Both networks are causal, so frame n of latents depends on
// samples up to the end of hop n only, and hop n of the sound on frames up to n.
//
// The weights are the three TensorFlow Lite files that Lyra is published with. Their operators are followed one by one:
// a file with another graph is refused.
//
// # Container
//
// Codes are kept in a container of our own: 20 bytes of header, a block for each second, a trailer. Numbers are
// little-endian, checksums CRC-32C.
//
//	header   8 bytes  89 4C 59 52 41 0D 0A 1A
//	         1        version, 1
//	         1        0
//	         2        bits per second: 3200, 6000 or 9200
//	         4        sample rate of what was encoded, Hz
//	         4        checksum of the 16 bytes before
//	block    1        hops, 50, or fewer from 1 on in the last block
//	         hops*n   codes, n = 8, 15 or 23 bytes for each hop: codebook after codebook, two to a byte,
//	                  the first in the low four bits
//	         4        checksum of the bytes of the block before
//	trailer  1        0
//	         8        samples that were encoded, at the rate in the header
//	         4        checksum of the 9 bytes before
//
// The codec's own samples are then ceil(samples * 16000 / rate), and hops 1/320 of these, rounded up: the last one was
// filled up with zeros.
package lyra
