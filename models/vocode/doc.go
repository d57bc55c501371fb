// Package vocode builds pipelines from sound or frames to sound, around a vocoder.
//
// A [Vocoder] is a trained network ([New]), or the vocoder without weights ([Builtin]). Its methods return a
// [stream.Pipeline] that lacks only a sink:
//
//	model, err := models.Open("hifigan")
//	source, err := wav.NewReader(in)
//	p, err := vocode.New(model).FromSound(source, vocode.Options{Rate: 48000})
//	p.Sink = wav.NewWriter(out, wav.Options{Encoding: pcm.S16, Dither: true})
//	stats, err := p.Run(ctx)
//
// Without a sink, stream.Pull(p.Source, p.Stages...) reads the same sound.
//
// # Guarantees
//
// The sound has the same bits for any number of frames at a time, any number of workers, and any processor. A model
// makes exactly n times its hop in samples from n frames, before a conversion of the rate: nothing is cropped at either
// end. A frame with NaN or infinity is an error that names frame and band.
//
// # Frames
//
// Sound becomes frames by the front end that the model was trained with ([Vocoder.FrontEnd]): reflected ends, Slaney's
// mel scale, and for MelGAN the statistics that came with the weights. [Vocoder.ToFrames] computes such frames. They
// equal those of the authors' code to the last bit of float32 for HiFi-GAN, and within 2.4e-7 for multi-band MelGAN.
//
// # Scales
//
// Frames of another toolkit are often on another scale, and then sound like noise or like silence. The first two
// seconds are compared with the range that the front end can produce. If they do not fit, [Options.Report] is called
// with a [spectral.ScaleError], and the frames are vocoded as they are. The error names one of:
//
//	linear            magnitudes
//	log10             decimal logarithms
//	db                decibels, also with an offset
//	normalised        values normalised with statistics of another model
//	reversed bands    from the highest frequency to the lowest
//
// [Options.MelIn] names the scale of the frames, from which they are converted: natural logarithms or one of the first
// three above, and for a model with normalised frames also such frames. There is no report where frames may be those of
// a sound: quiet decimal logarithms look like quiet sound to a model with normalised frames.
package vocode
