// Package level changes the level of samples. [NewGain] returns a processor that multiplies samples by a factor.
// [FromDecibels] returns the factor for a gain in decibels, and [ToFit] the factor that keeps a peak from being
// clipped.
//
//	gain, err := level.NewGain(2, level.FromDecibels(-6)) // channels, factor
//	if err != nil {
//		return err
//	}
//	out = gain.Process(out, frames) // any number of stereo frames, any number of times
//
// The gain in decibels is 20*log10(factor). An output sample is the float32 product of input sample and factor, rounded
// once, so the output has the same bits for every split of the stream. A gain of 0 dB changes no sample.
//
// Full scale is -1 to 1. Samples may exceed it; encoding them in an integer format clips them. To prevent that, call
// ToFit with the peak of the signal and the limit from pcm.Format.Unclipped.
package level
