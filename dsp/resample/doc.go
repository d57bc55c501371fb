// Package resample converts sample rates. [New] returns a [Converter], which converts a stream to the same bits however
// the stream is cut. [Slice] converts a whole signal in memory.
//
//	c, err := resample.New(44100, 48000, 2, resample.Filter{Quality: resample.High})
//	out = c.Process(out, frames) // any number of stereo frames, from 0 up
//	out = c.Flush(out)
package resample
