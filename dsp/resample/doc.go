// Package resample converts sample rates. [New] returns a [Converter], which converts a stream to the same bits however
// the stream is cut.
package resample
