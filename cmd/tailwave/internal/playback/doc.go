// Package playback plays the sound that a command computes on a sound device, with a meter on a terminal and a summary
// at the end:
//
//	p, err := flags.Open(ctx, live.PortAudio, time.Now()) // flags is a Flags
//	defer p.Close()
//	err = p.Choose(48000, 2, pcm.F32, false) // the device may choose another rate
//	err = p.Measure(stages, rate)            // stages convert to p.Rate()
//	_, err = p.Run(ctx, stream.Pipeline{Source: in, Stages: stages, Sink: p.NewSink(false)}, terminal)
//	p.Summary(os.Stderr, "in.wav")
//
// [Playback.NewSink] only plays. [Playback.Along] also writes a file.
package playback
