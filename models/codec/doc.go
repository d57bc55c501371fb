// Package codec assembles pipelines around the Lyra speech codec of package lyra: from sound to a .lyra file, and from
// a .lyra file to sound of the same length.
//
//	weights, err := lyra.Open("lyra-1.2.0")
//	e, err := codec.Encode(weights, source, codec.EncodeOptions{Bitrate: 9200})
//	e.Sink = e.NewWriter(file)
//	_, err = e.Run(ctx)
//
//	r, err := codec.NewReader(file, weights)
//	p, err := r.Decode(codec.DecodeOptions{})
//	p.Sink = sink
//	_, err = p.Run(ctx)
//	err = r.Err() // damage in the file, after everything readable was decoded
//
// # Sound
//
// The codec works on one channel at 16 kHz, at 3200, 6000 or 9200 bits per second. [Encode] mixes all channels to one
// and converts any sample rate from 1 to 768 kHz. [Reader.Decode] converts to any of these rates. The decoded sound is
// as long as the sound that was encoded, to the sample: a .lyra file holds the exact number of samples.
//
// Both networks are causal. Each hop of 20 ms is encoded or decoded as soon as it is complete. Only the conversion of
// the sample rate adds latency. Memory does not grow with the length of the sound. The bits of the result do not depend
// on the size of blocks, the number of workers, or the processor.
//
// # Damage
//
// A .lyra file has a checksum for each second. If a second is damaged, the decoded sound has silence in its place, and
// all other seconds are decoded. Lost or inserted bytes cost only the second in which they are. A file that ends early
// ends the sound there, or with silence up to the length in its trailer if the trailer was read in advance.
// [Reader.Err] reports all of this in one line once the pipeline has run. The format is described in package lyra.
package codec
