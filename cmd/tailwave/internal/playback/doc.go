// Package playback plays the sound that a command computes on a sound device, with a meter on a terminal and a summary
// at the end. [Flags.Open] finds the device. [Playback.NewSink] plays alone, and [Playback.Along] next to a file.
// [Playback.Run] runs the pipeline.
package playback
