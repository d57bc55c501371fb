// Package vocode assembles pipelines around a vocoder: sound or frames in, sound out.
//
// A [Vocoder] is a trained network ([New]) or the vocoder without weights ([Builtin]). Its methods return a
// [stream.Pipeline] that lacks only a sink:
//
//	p, err := vocode.New(model).FromSound(source, vocode.Options{})
//	p.Sink = wav.NewWriter(file, wav.Options{Encoding: pcm.S16, Dither: true})
//	_, err = p.Run(ctx)
//
// [stream.Pull] draws the same sound without a sink: stream.Pull(p.Source, p.Stages...).
package vocode
