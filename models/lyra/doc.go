// Package lyra is the Lyra 1.2.0 speech codec: 16 kHz, one channel, 3200, 6000 or 9200 bits per second, in hops of 320
// samples (20 ms). It has the networks, the quantiser, and the container of .lyra files. Package codec builds pipelines
// from sound to files and back.
//
//	c, err := lyra.Open("lyra-1.2.0")  // a folder with the three .tflite files
//	encoder, err := c.NewEncoder()     // dsp.Processor from samples to frames of 64 latents
//	q := c.NewQuantizer()
//	latents := encoder.Flush(encoder.Process(nil, samples))
//	codes := q.Encode(nil, latents, 46) // 46 codes of 4 bits for each hop: 9200 bits per second
//	decoder, err := c.NewDecoder()
//	sound := decoder.Flush(decoder.Process(nil, q.Decode(nil, codes, 46)))
//
// # Codec
//
// A convolutional network computes 64 latents for each hop. A residual vector quantiser (see [Quantizer]) turns them
// into codes of 4 bits: 16, 30 or 46 of them for a hop. A second network, the mirror image of the first one, computes
// sound from the latents. The networks are those of Zeghidour, Luebs, Omran, Skoglund, Tagliasacchi, "SoundStream: An
// End-to-End Neural Audio Codec" (2021). Both are causal: frame n of latents depends on samples up to the end of hop n
// only, and hop n of the sound on frames up to n. So neither adds latency beyond its own hop of 20 ms.
//
// # Weights
//
// The weights are read from the three TensorFlow Lite files that Lyra 1.2.0 is published with (see [EncoderFile]).
// Every operator of their graphs is checked against the codec, and any file with a different graph is rejected with an
// error that names the operator or tensor that differs.
//
// Compared with TensorFlow Lite on a recording, latents differ by at most 1.6e-4 (in a range of 66), all codes are
// equal, and samples differ by at most 3.0e-6. The graphs store the overlap-add tail without the bias, which rounds.
// The streams of this package keep the accumulators themselves, so packets of any size yield the same bits, on every
// processor.
//
// # Cost
//
// On one core of an AMD EPYC (Zen 5, AVX-512), in blocks of 50 hops, the encoder runs at 660 times and the decoder at
// 690 times real time. A single hop is encoded in 49 µs and decoded in 41 µs (99th percentile 61 µs; with AVX2 52 µs
// and 82 µs). The weights of each network have 2.7 MB, which all streams share, and each stream has 0.23 MB. Streams
// allocate nothing while they run.
//
// # Container
//
// A .lyra file holds codes in a container of this project. The container has a checksum for each second, so that damage
// costs only that second, and the exact number of samples, so that the decoded sound has the length of the original. It
// consists of a header, a block for each second, and a trailer. Numbers are little-endian, checksums are CRC-32C.
//
//	header   8 bytes  89 4C 59 52 41 0D 0A 1A
//	         1        version, 1
//	         1        0
//	         2        bits per second: 3200, 6000 or 9200
//	         4        sample rate of the sound that was encoded, Hz
//	         4        checksum of the 16 bytes before it
//	block    1        number of hops: 50, or 1 to 50 in the last block
//	         hops*n   codes, n = 8, 15 or 23 bytes for each hop: codebook after codebook, two codes to a byte,
//	                  the first one in the low four bits
//	         4        checksum of the bytes of the block before it
//	trailer  1        0
//	         8        number of samples that were encoded, at the rate in the header
//	         4        checksum of the 9 bytes before it
//
// The number of samples at 16 kHz is ceil(samples * 16000 / rate), and the number of hops is 1/320 of that, rounded up.
// The last hop is completed with zeros. A [Reader] that finds a damaged block looks for the next valid one, so that
// lost or inserted bytes cost only the second in which they are.
package lyra
