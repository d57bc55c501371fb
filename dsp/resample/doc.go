// Package resample converts sample rates: a stream with a [Converter], a whole signal in memory with [Slice].
//
//	c, err := resample.New(44100, 48000, 2, resample.Filter{}) // from and to in Hz, channels, the default filter
//	if err != nil {
//		return err
//	}
//	out = c.Process(out, frames) // any number of stereo frames, any number of times
//	out = c.Flush(out)           // once, at the end
//
// The output is the same sound at another rate. A low-pass filter removes the frequencies that the lower of the two
// rates cannot represent. [Filter] selects it, and has a table of latencies.
//
// # Guarantees
//
//   - n input frames become exactly ceil(n*outRate/inRate) output frames, with every Filter.
//   - Output frame k is the signal at the time k/outRate, so nothing has to be trimmed or aligned. With linear phase,
//     the response to an input frame is symmetric about the time of that frame. With minimum phase, its peak is within
//     half an output frame of that time.
//   - The signal is silence before its first frame and after its last. The parts of the filter's responses before time
//     0 and after the last output frame are dropped.
//   - The output has the same bits for every split of the input into calls of Process, for any number of workers, and
//     on every processor. Blocks start at fixed positions of the stream, so the end of a call never moves a block, and
//     the order of operations inside a block or a sum is fixed.
//   - Between equal rates the output is the input, bit for bit.
//
// # Method
//
// The definition of the result is a sum: the convolution of the input with a sinc under a Kaiser window (J. F. Kaiser
// and R. W. Schafer, "On the use of the I0-sinh window for spectrum analysis", IEEE Transactions on Acoustics, Speech,
// and Signal Processing 28, 1980). For [Best] the window is 288 frames of the lower rate wide. [Converter.Coefficients]
// returns the filter, and [Converter.Direct] computes the sums.
//
// A Converter computes the same result faster. It filters blocks of the input by fast Fourier transforms, with
// overlap-save (T. G. Stockham, "High-speed convolution and correlation", AFIPS Spring Joint Computer Conference,
// 1966), and multiplies their rate by 1, 2, 3 or 4. A short kernel then interpolates at the times of the output frames
// (J. I. Jackson et al., "Selection of a convolution function for Fourier inversion using gridding", IEEE Transactions
// on Medical Imaging 10, 1991). The filter compensates for the effect of this kernel on the spectrum. Results differ
// from the sums by at most 1e-9 of the largest input sample, or -180 dB. Minimum phase is computed from the real
// cepstrum (A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", section 12.8).
//
// Everything before the output sample is float64, and each output sample is rounded to float32 once.
//
// # Quality
//
// The table shows tones that were converted from 44.1 to 96 kHz in float32 files. Frequencies are in units of the lower
// Nyquist frequency. The residual is everything in the output except the tone, in dBc, for tones in the pass band and
// for tones at its edge, from 0.92 to 0.99. Lower is better. An ideal converter reaches about -151 dBc, the rounding of
// float32.
//
//	                            gain error to 0.90   residual   at the edge   above -3 dB up to
//	Best                        0.0000 dB            -150.8     -151.6        0.96
//	High                        0.0000 dB            -150.9     -151.5        0.94
//	Fast                        flat to 0.85         -151.0     -152.3        0.90
//	sox rate -v                 0.0026 dB            -145.6     -145.6        0.94
//	ffmpeg soxr, precision 28   0.0056 dB            -150.9     -151.7        0.94
//	ffmpeg swr (default)        0.375 dB              -27.5       -7.2        0.96
//
// From 44.1 to 48, 16 to 48, 48 to 44.1, 96 to 44.1 and 22.05 to 44.1 kHz, Best has a residual of -150.4 to -151.3 dBc,
// and of -151.1 to -152.3 dBc at the edge. Tones from 1.005 times the output Nyquist frequency on leave aliases of
// -154.2 dBc or less. The time offset is 0.0000 frames. The qualities differ in bandwidth and stop band, see [Quality].
// Filter.Bandwidth can raise the bandwidth to -3 dB at 0.995. TestQualityResponse checks the ripple, stop band and
// bandwidth of each filter.
//
// # Speed
//
// The table has multiples of real time for one channel, in calls of 4096 frames, on one core of an AMD EPYC (Zen 5,
// AVX-512). Converters and libsoxr ran in turn. The following command measures them, also with 2 and 8 channels:
//
//	make bench-src
//
//	                    Best   soxr VHQ    High   soxr HQ
//	44.1 to 96 kHz      5048       2592    4960      3536
//	44.1 to 88.2 kHz    8262       5235    8155      7247
//	44.1 to 48 kHz      6438       3604    6283      4792
//	16 to 48 kHz       15732       8869   15374     10349
//	48 to 44.1 kHz      5926       3449    5800      4437
//	96 to 44.1 kHz      3763       3021    3706      4148
//	48 to 192 kHz       4450       2835    4353      3989
//	44.1 to 192 kHz     3327       1714    2988      2170
//
// The lead is smaller on an EPYC of Zen 4: the ratio to soxr VHQ is 1.2 to 1.6 for these pairs, and 2.0 from 44.1 to
// 192 kHz. High is between 0.8 and 1.3 times as fast as soxr HQ. Going down by a larger factor, soxr is faster: from
// 192 to 44.1 kHz Best has 0.8 of the speed of VHQ, and from 48 to 16 kHz 0.6.
//
// The command make bench-peers times whole programs that convert a file of one minute, 24-bit stereo, from 44.1 to
// 96 kHz. These are the times on two cores. tailwave needs 9 MiB of memory, however long the file is.
//
//	tailwave upsample            57 ms
//	sox rate -v                 213 ms
//	ffmpeg soxr, precision 28   153 ms
//	ffmpeg swr (default)        131 ms
//
// # Limits
//
//   - A ratio with large terms, such as 44101/44100, is converted at about 700 times real time (make bench). A filter
//     of more than 2^20 taps is not kept in a table, so Coefficients returns nil and Direct fails.
//   - A filter that is too long for blocks is computed as the sums of the definition, at about a tenth of the speed.
//     This happens if outRate/inRate is below 1/37 with Best, 1/46 with High or 1/67 with Fast: for example from 192 to
//     4 kHz with Best. With minimum phase, New returns an error instead.
//   - A NaN or an infinity in an input frame spoils, in its channel, the output of each block that contains the frame.
//     These are one or two blocks with the output of about 700 input frames each, from 44.1 to 48 kHz with Best.
//     [Converter.Spoiled] returns the range of output frames. No other output sample changes.
//   - Output samples may exceed full scale even if no input sample does. Package level scales them to fit. Package pcm
//     counts the samples that it clips, and adds dither.
package resample
