// Package level changes the level of samples. [NewGain] returns a processor that multiplies samples by a factor,
// [FromDecibels] a factor for a gain in decibels, and [ToFit] the factor that keeps a peak from being clipped.
//
//	gain, err := level.NewGain(2, level.FromDecibels(-6))
//	out = gain.Process(out, frames) // any number of stereo frames, from 0 up
package level
