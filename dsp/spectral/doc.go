// Package spectral converts sound to frames of spectra or mel bands, and such frames back to sound, as streams. It has
// the short-time Fourier transform (STFT), the mel spectrograms that neural vocoders consume, and a vocoder without
// weights, which reconstructs the phases that magnitudes and mel frames lack.
//
//	v, err := spectral.NewVocoder(22050, spectral.Effects{Pitch: 4}) // four semitones up
//	s, err := v.NewStream()
//	out = s.Process(out, samples) // any number of samples of one channel, from 0 up
//	out = s.Flush(out)            // as many samples in total as were passed in
//
// A [Vocoder] is the whole chain from sound to sound, or from mel frames to sound. The command "tailwave vocode"
// without a model runs it: its flags --pitch, --stretch and --robot are the [Effects]. The parts can also be used
// alone:
//
//	constructor             input                       output
//	NewSTFT                 samples, 1 channel          Size/2+1 magnitudes
//	NewSpectra              samples, 1 channel          Size values of a spectrum
//	NewMelSpectrogram       samples, 1 channel          Bands logarithms
//	NewPhaseReconstructor   size/2+1 magnitudes         size values of a spectrum
//	NewMelReconstructor     Bands logarithms            Size values of a spectrum
//	NewSynthesis            size values of a spectrum   hop samples, 1 channel
//
// # Analysis
//
// A frame is the Fourier transform of Size samples under a Hann window. Successive windows are Hop samples apart. A
// [FrameLayout] defines where the windows are in the signal and what the signal is beyond its ends. A [Mel] adds a bank
// of triangular filters on Slaney's mel scale, and a logarithm. [HiFiGAN] and [ParallelWaveGAN] describe the frames of
// published vocoders.
//
// Frames made by other software may have another [Scale], such as decibels. A [FrameCheck] detects that, and
// [NewScaleConverter] converts them.
//
// # Phase reconstruction
//
// Windows that overlap share samples, so only some combinations of phases are those of a signal. A [PhaseReconstructor]
// searches for such phases frame by frame, and looks [LookAhead] frames ahead. Phase gradient heap integration finds
// the first phases. Real-time iterative spectrogram inversion with look-ahead (RTISI-LA) then improves them, with the
// momentum of the fast Griffin-Lim algorithm. From mel frames, each iteration also adapts the magnitudes, as far as the
// mel bands leave them open.
//
// # Synthesis
//
// Overlap-add of inverse Fourier transforms is a transposed convolution whose filters are windowed sines and cosines.
// [NewSynthesis] returns it as a [layer.ConvTranspose1D], the layer that neural vocoders are built from. A test
// compares it with the inverse STFT.
//
// # Guarantees
//
// The position of a frame depends only on its number. So the results have the same bits for any split of the input, on
// every processor and with any number of workers. Analysis and phase reconstruction compute in float64 and round to
// float32 once, when they emit a frame. The synthesis is float32 with one rounding for each multiply-add.
//
// A [NewVocoder] stream emits ceil(n*stretch) samples for n samples, both ends included. Its latency, without effects,
// is 7 hops minus 1 sample: 3 hops of look-ahead, 3 hops until the last window over a sample is complete, and up to a
// hop until the next frame. That is 81 ms at 22050 Hz, and 57 to 115 ms at other rates up to 124 kHz. A [NewMelVocoder]
// stream for the frames of a HiFi-GAN generator has a latency of 4.5 hops, 52 ms at 22050 Hz. The memory of a stream
// does not grow with its length.
//
// # Quality and speed
//
// Spectral convergence is 20*log10(|| |STFT(out)| - target || / ||target||), where target stands for the magnitudes
// from which the sound was reconstructed, at the rate of the recording. The mel error is the root mean square
// difference between the mel frames of the recording, 80 natural logarithms at 22050 Hz, and those of the sound
// reconstructed from them. The last column is the speed of the whole program "tailwave vocode", from WAV file to WAV
// file, as a multiple of real time, on one core of an AMD EPYC.
//
//	recording                        rate   window   convergence   mel error   real time
//	LJ050-0264                  22.05 kHz     1024      -29.0 dB       0.103          26
//	sense_and_sensibility 0870     16 kHz     1024      -30.1 dB       0.089          38
//	sense_and_sensibility 0880     16 kHz     1024      -28.5 dB       0.088          35
//	sample1                         8 kHz      512      -29.5 dB       0.168          81
//	sample1                        16 kHz     1024      -29.0 dB       0.155          36
//	sample1                        32 kHz     2048      -26.2 dB       0.151          26
//	sample1                        48 kHz     2048      -27.3 dB       0.159          19 (21 without start-up)
//
// With the recordings in the folder audio of TAILWAVE_REFERENCE, the first of these commands prints the convergence and
// the mel errors. The second measures a [Vocoder] in process:
//
//	go test -count=1 -v -run 'TestConvergence$|TestMelVocoder$' ./dsp/spectral
//	go test -run '^$' -bench BenchmarkVocoder ./dsp/spectral
//
// # Limits
//
//   - The Fourier transforms here are Go code without assembly. Above 62 kHz the window has 4096 samples, and a vocoder
//     is slower: 5 times real time at 96 kHz on one core. Its filters then hold 64 MiB, and twice that while they are
//     packed.
//   - [SizeFor] stops at 4096 samples, so from 125 kHz on the window is shorter than 33 ms.
//   - A stream has one channel. A stereo signal needs two streams, which take twice the time, 10 times real time at 48
//     kHz on one core. Each channel gets phases of its own: differences between the channels in phase are lost.
//
// # Sources
//
//   - D. W. Griffin and J. S. Lim, "Signal estimation from modified short-time Fourier transform", 1984: synthesis.
//   - M. Slaney, "Auditory Toolbox", 1998: the mel scale and the normalisation of its filters.
//   - D. D. Lee and H. S. Seung, "Algorithms for non-negative matrix factorization", 2001: magnitudes from mel bands.
//   - X. Zhu, G. T. Beauregard and L. L. Wyse, "Real-time signal estimation from modified short-time Fourier transform
//     magnitude spectra", 2007: RTISI-LA.
//   - N. Perraudin, P. Balazs and P. L. Søndergaard, "A fast Griffin-Lim algorithm", 2013: momentum.
//   - Z. Průša and P. L. Søndergaard, "Real-time spectrogram inversion using phase gradient heap integration", 2016:
//     first phases.
package spectral
