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
// A Converter computes nearly the same result faster, in blocks at fixed positions. It divides the input into 1 to 24
// phases: with n phases, each has every n-th frame. It transforms a block of each phase, multiplies the transforms by
// those of filters, and adds the products, for each of 1 to 4 streams of intermediate values. It transforms the sums
// back, with overlap-save (T. G. Stockham, "High-speed convolution and correlation", AFIPS Spring Joint Computer
// Conference, 1966). The signal flow of a conversion down is the transpose of that of the conversion up between the
// same rates, and costs about as much (R. E. Crochiere and L. R. Rabiner, "Multirate Digital Signal Processing", 1983).
// The numbers of phases and of streams and the length of blocks are those of least cost within the latency that
// [Filter] describes.
//
// A transform takes a real block as half as many complex values, with no pass that separates the spectra of the halves
// (R. Crandall and B. Fagin, "Discrete weighted transforms and large-integer arithmetic", Mathematics of Computation
// 62, 1994). Vector lanes hold values of one block, so one channel is enough to fill them. If some output frames fall
// between intermediate values, a short kernel interpolates them (J. I. Jackson et al., "Selection of a convolution
// function for Fourier inversion using gridding", IEEE Transactions on Medical Imaging 10, 1991), and the filter
// compensates for the effect of this kernel on the spectrum. Before the rounding to float32, the output differs from
// the sums by at most 1e-9 of the largest input sample, or -180 dB. Minimum phase is computed from the real cepstrum
// (A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", section 12.8).
//
// Everything before the output sample is float64, and each output sample is rounded to float32 once.
//
// # Quality
//
// The table shows tones that were converted from 44.1 to 96 kHz in float32 files. Frequencies are in units of the lower
// Nyquist frequency. The residual is everything in the output except the tone, in dBc, for tones in the pass band and
// for tones at its edge, from 0.92 to 0.99. Lower is better. An ideal converter reaches about -151 dBc, the rounding of
// float32; the exact value depends on the tone and the rates.
//
//	                            gain error to 0.90   residual   at the edge   above -3 dB up to
//	Best                        0.0000 dB            -150.8     -151.6        0.96
//	High                        0.0000 dB            -150.9     -151.5        0.94
//	Fast                        flat to 0.85         -151.0     -152.3        0.90
//	sox rate -v                 0.0026 dB            -145.6     -145.6        0.94
//	ffmpeg soxr, precision 28   0.0056 dB            -150.9     -151.7        0.94
//	ffmpeg swr (default)        0.375 dB              -27.5       -7.2        0.96
//
// From 44.1 to 48, 16 to 48, 48 to 44.1, 96 to 44.1, 22.05 to 44.1, 96 to 48, 192 to 48 and 48 to 16 kHz, Best has a
// residual of -150.4 to -153.8 dBc, and of -151.1 to -154.0 dBc at the edge. Tones from 1.005 times the output Nyquist
// frequency on leave aliases of -154.2 dBc or less. The time offset is 0.0000 frames. The qualities differ in bandwidth
// and stop band, see [Quality]. Filter.Bandwidth can raise the -3 dB point to 0.995. TestQualityResponse checks
// the ripple, stop band and bandwidth of each filter.
//
// # Speed
//
// The table has multiples of real time for one channel, in calls of 4096 frames, on one core of an AMD EPYC (Zen 4,
// AVX-512). Converters and libsoxr ran in turn. The following command measures them, with 1, 2 and 8 channels and in
// more pairs of rates:
//
//	make bench-src
//
//	                     Best  soxr VHQ   High  soxr HQ   0.99  soxr VHQ, steep
//	44.1 to 96 kHz       4110      1727   4274     2663   4003             1346
//	44.1 to 88.2 kHz     8474      3207   8831     5684   7721             2642
//	44.1 to 48 kHz       5479      2445   5361     3691   5302             1902
//	16 to 48 kHz        16680      5286  17356     7855  12110             4301
//	48 to 192 kHz        4455      1592   4845     2782   4189             1330
//	8 to 16 kHz         30617     19889  38475    31212  27635            11394
//	48 to 44.1 kHz       5269      2284   5567     3087   4994             1884
//	96 to 44.1 kHz       3969      2072   4330     3232   3681             1751
//	192 to 44.1 kHz      2610       989   2812     1842   2499              900
//	96 to 48 kHz         7305      3654   7420     5574   6381             2863
//	192 to 48 kHz        3942      1273   4146     2690   3653             1198
//	48 to 16 kHz        15798      5694  12597     8319  11034             4350
//	48 to 8 kHz         10412      4759  12509     9640  11232             4226
//	44.1 to 16 kHz       7909      4575   6489     5861   4488             3763
//	16 to 8 kHz         29204     21986  35623    32148  25916            14501
//
// The last two columns have a Filter.Bandwidth of 0.99 and soxr's steep filter. With 1, 2 and 8 channels, the ratio to
// soxr is 1.2 to 3.9 for Best (median 2.2), 1.1 to 3.5 for High (1.6), and 1.2 to 3.3 for a bandwidth of 0.99 (2.6).
// The smallest ratios are from 16 to 8 kHz with Best and High, and from 44.1 to 16 kHz with 0.99, where the limit of
// the latency keeps blocks short. With AVX2, Best is at least as fast as soxr VHQ in all pairs. After the first
// Converter of a pair of rates, New takes 3 to 10 microseconds; soxr_create takes 18 or more (make bench-src CREATE=1).
//
// The command make bench-peers times whole programs that convert a file of one minute, 24-bit stereo, from 44.1 to
// 96 kHz. These are the times on two cores. tailwave needs 14 MiB of memory, however long the file is.
//
//	tailwave upsample            66 ms
//	sox rate -v                 251 ms
//	ffmpeg soxr, precision 28   186 ms
//	ffmpeg swr (default)        147 ms
//
// # Limits
//
//   - A ratio with large terms, such as 44101/44100, is converted at about 650 times real time (make bench).
//   - A filter of more than 2^20 taps is not kept in a table: Coefficients returns nil, and Direct returns an error.
//   - A filter that is too long for blocks is computed as the sums of the definition, at about a tenth of the speed of
//     blocks. This happens if outRate/inRate is below 1/37 with Best, 1/46 with High or 1/67 with Fast: for example
//     from 192 to 4 kHz with Best. With minimum phase, New returns an error instead.
//   - A NaN or an infinity in an input frame spoils, in its channel, the output of each block that contains the frame.
//     One or two blocks are affected. Each yields the output of about 700 input frames, from 44.1 to 48 kHz with Best.
//     [Converter.Spoiled] returns the range of output frames. No other output sample changes.
//   - Output samples may exceed full scale even if no input sample does. Package level scales them to fit. Package pcm
//     counts the samples that it clips, and adds dither.
package resample
