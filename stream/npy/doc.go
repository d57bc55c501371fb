// Package npy reads and writes NumPy's .npy files, which numpy.save makes. A file holds one array of numbers. A
// [Reader] is a [stream.Source] of the frames of an array, a [Writer] is a [stream.Sink] that makes one, and [Read]
// reads an array with any number of dimensions at once.
//
//	rate := stream.Rate{Num: 22050, Den: 256} // mel frames per second; a .npy file has no rate
//	source, err := npy.NewReader(in, rate, npy.ChannelsFirst)
//	sink := npy.NewWriter(out, npy.Options{Layout: npy.ChannelsFirst})
//	_, err = stream.Pipeline{Source: source, Sink: sink}.Run(ctx)
//
// # Format
//
// A file is the string [Magic] ("\x93NUMPY"), two bytes of version, the length of a header, the header, and the
// elements. The length is a little-endian number, of two bytes in version 1 and of four in versions 2 and 3. The header
// is a Python dictionary as text, padded with spaces and a newline so that the elements are aligned:
//
//	{'descr': '<f4', 'fortran_order': False, 'shape': (80, 1000), }
//
// descr is the type of an element. This package reads '<f2', '<f4' and '<f8' (float16, float32 and float64) and their
// big-endian forms '>f2', '>f4' and '>f8', and writes '<f4'. In C order the last index of the shape runs fastest, in
// Fortran order (fortran_order is True) the first. So an array [channels, frames] in Fortran order and an array
// [frames, channels] in C order have the same bytes, frame after frame. The other two combinations hold channel after
// channel. The format is NumPy's (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
//
// # Guarantees
//
// Memory grows with the bytes that are read, never with the size that a header announces. A file that ends early is an
// error that wraps io.ErrUnexpectedEOF. A Writer writes frames as they arrive in either layout, and a program that is
// killed leaves a file that no reader accepts as complete.
package npy
