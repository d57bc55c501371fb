// Package npy reads and writes NumPy's .npy files, what numpy.save makes: one array of numbers. A [Reader] is a
// [stream.Source] of the frames of an array, a [Writer] a [stream.Sink] that makes one, and [Read] reads an array of
// any number of dimensions at once.
//
// A file is the string [Magic] ("\x93NUMPY"), two bytes of version, the length of a header, and the header; then the
// elements. The length is a little-endian number of two bytes in version 1 and of four in versions 2 and 3. The header
// is a Python dictionary as text, padded with spaces and a newline so that the elements are aligned:
//
//	{'descr': '<f4', 'fortran_order': False, 'shape': (80, 1000), }
//
// descr is the type of an element: this package reads '<f2', '<f4' and '<f8', float16, float32 and float64, and their
// big-endian forms '>f2', '>f4' and '>f8', and writes '<f4'. The elements of a shape (a, b) follow one another with the
// last index running fastest (C order), or with the first if fortran_order is True. So an array [channels, frames] in
// Fortran order and an array [frames, channels] in C order are the same bytes, frame after frame; the others hold
// channel after channel (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
package npy
