// Package kernel holds the inner loops of this module: products of samples with weights, the steps of Fourier
// transforms, interpolation, and functions of single values. The doc of each function is the loop that it computes, and
// the Go code here defines its bits. Assembly computes the same operations in the same order, in vectors.
//
//	p := kernel.Pack(level, taps*channels, cols, at, bias) // weights at(row, column), packed once
//	p.Mul(kernel.Product[float32]{
//		Acc: out, AccRow: cols, X: samples, XRow: channels, Rows: n,
//		Taps: taps, XTap: dilation * channels, Channels: channels,
//	}, 0, p.Count())
//
// # Equal bits
//
// Results have the same bits at every [Level], on every processor, for every alignment and for every division of the
// work:
//
//   - A product-sum is a fused multiply-add with one rounding. [FMA32] defines that of float32, [math.FMA] that of
//     float64. Every lane computes it, those of incomplete vectors included.
//   - A sum has one accumulator, and its order is that of the loop in the doc: for products taps ascending, and inside
//     a tap channels ascending. [Level.Interpolate] has four accumulators and adds them in a fixed order.
//   - Lanes and workers divide rows, columns and signals, never a sum.
//   - A product outside of a product-sum is rounded on its own. A conversion, as in float64(x*y)+z, keeps the Go
//     compiler from fusing it with a sum.
//
// # Memory
//
// Slices need no alignment. Lengths and distances are in elements here, and in bytes in the arguments of the assembly.
// The exported functions check that everything they touch is inside the slices, and panic otherwise, because the
// assembly does not check. So nothing outside of the slices is read or written: incomplete vectors use masks. Only
// packing and unpacking of weights allocates memory.
//
// # Speed
//
// Package peak measures the peak of a core: fused multiply-adds on registers alone. "make bench" prints it, in
// BenchmarkPeak of package layer, and the share of it that each layer reaches. On AMD EPYCs, Zen 3 (AVX2, 101 GFLOP/s)
// and Zen 5 (AVX2, 143 GFLOP/s, and AVX-512, 286 GFLOP/s), layers reach these shares of the peak:
//
//	layer                                    frames   Zen 3   Zen 5   Zen 5
//	                                                   AVX2    AVX2   AVX-512
//	conv 256 to 256, 3 taps                     512    94 %    98 %    97 %
//	conv 128 to 128, 11 taps, dilation 5       1024    96 %    99 %    98 %
//	conv 64 to 64, 7 taps, dilation 3          2048    93 %    98 %    97 %
//	conv 32 to 32, 11 taps, dilation 5         2304    95 %    99 %    98 %
//	conv 16 to 16, 7 taps                      2048    91 %    97 %    88 %
//	conv 8 to 8, 7 taps                        2048    76 %    84 %    70 %
//	conv 32 to 1, 7 taps                       2048    26 %    32 %    16 %
//	transposed 512 to 256, 16 taps, stride 8     64    88 %    97 %    95 %
//	                                              8    88 %    96 %    90 %
//	                                              1    33 %    44 %    22 %
//	transposed 64 to 32, 4 taps, stride 2        64    89 %    94 %    89 %
//	                                              8    79 %    85 %    73 %
//	                                              1    33 %    38 %    28 %
//
// One frame at a time is slow because each weight is then loaded for a single multiply-add. Two workers compute the
// layer of 128 channels 1.8 times as fast as one if both processors are available (BenchmarkTwoWorkers). [Generic]
// emulates the float32 multiply-add and reaches about a hundredth of the speed of AVX2.
//
// # Files
//
// The assembly is generated. The generators are in _gen, a module of its own; "make generate" runs them, and "make
// generated" checks that the files are current. TAILWAVE_CPU forces a level, and the build tag purego leaves out the
// assembly.
package kernel
