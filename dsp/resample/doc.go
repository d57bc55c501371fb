// Package resample converts sample rates. [New] returns a [Converter], which converts a stream to the same bits however
// the stream is cut. [Slice] converts a whole signal in memory.
//
// Output frame k is the signal at the time k/outRate, whichever filter is chosen, and n input frames make
// ceil(n*outRate/inRate) output frames. With linear phase, the response to an input frame is symmetric about the time
// of that frame. With minimum phase, its peak is within half an output frame of that time. The parts of the responses
// before time 0 and after the last output frame are dropped.
//
//	c, err := resample.New(44100, 48000, 2, resample.Filter{Quality: resample.High})
//	out = c.Process(out, frames) // any number of stereo frames, from 0 up
//	out = c.Flush(out)
package resample
