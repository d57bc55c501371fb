// Package wav reads and writes WAV files as streams: a Reader is a stream.Source over an io.Reader, a Writer a
// stream.Sink over an io.Writer, neither needs to seek.
//
// A file is a list of chunks inside one outer chunk. Numbers are little-endian, a chunk whose payload is odd is
// followed by one pad byte that its size does not count:
//
//	"RIFF" size32 "WAVE"          size counts what follows it
//	  "fmt " size32 payload       tag, channels, rate, bytes per second, bytes per frame, bits per sample
//	  "fact" size32 frames32      with float samples
//	  "data" size32 samples       frames of channels adjacent samples
//
// Tag 1 is integer PCM, 3 IEEE float, 0xFFFE (WAVE_FORMAT_EXTENSIBLE) says that a longer fmt payload holds the number
// of valid bits, the loudspeaker of each channel and the tag as a GUID. Integers that do not fill their bytes are
// left-justified. Files beyond 4 GiB begin with "RF64" (EBU Tech 3306) or "BW64" (ITU-R BS.2088) and hold their sizes
// in a "ds64" chunk that comes first; the 32-bit fields are then 0xFFFFFFFF.
//
// A Reader also decodes tags 6 and 7 (G.711 A-law and mu-law), 2 and 0x11 (Microsoft and IMA ADPCM).
//
// Many programs write headers that are not right: sizes that a pipe could not know, sizes that wrapped at 4 GiB, chunks
// without their pad byte. A Reader looks at what follows before it believes a size, reads what it can, and reports in
// [Reader.Notes] what it does not read. Data that end before a size that is meant are a TruncatedError, never a normal
// end.
package wav
