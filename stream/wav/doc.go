// Package wav reads and writes WAV files as streams. A [Reader] is a stream.Source over an io.Reader, a [Writer] is a
// stream.Sink over an io.Writer. Both work on pipes and on files, and close neither.
//
//	source, err := wav.NewReader(in) // reads the header; errors say what is wrong, and at which byte
//	info := source.Info()            // rate, channels, encoding, number of frames
//	sink := wav.NewWriter(out, wav.Options{Encoding: pcm.S24, Dither: true})
//	_, err = stream.Pipeline{Source: source, Sink: sink}.Run(ctx)
//	for _, n := range source.Notes() {
//		log.Println(n) // a part of the file that was not read
//	}
//
// # Format
//
// A file is a list of chunks inside one outer chunk. Numbers are little-endian. A chunk whose payload has an odd size
// is followed by one pad byte, which its size does not count:
//
//	"RIFF" size32 "WAVE"          size: the bytes after the size field
//	  "fmt " size32 payload       tag, channels, rate, bytes per second, bytes per frame, bits per sample
//	  "fact" size32 frames32      with float samples
//	  "data" size32 samples       frame after frame, one sample of each channel in a frame
//
// Tag 1 is integer PCM and tag 3 is IEEE float. With tag 0xFFFE (WAVE_FORMAT_EXTENSIBLE) a longer fmt payload also
// holds the number of valid bits, the loudspeaker of each channel, and the actual tag as a GUID. Integers that do not
// fill their bytes are left-justified. Files beyond 4 GiB begin with "RF64" (EBU Tech 3306) or "BW64" (ITU-R BS.2088).
// They hold their sizes in a "ds64" chunk, which comes first, and their 32-bit size fields are 0xFFFFFFFF.
//
// A Reader accepts integer PCM of 1 to 32 bits, float of 32 and 64 bits, G.711 A-law and mu-law (tags 6 and 7),
// Microsoft ADPCM (2) and IMA ADPCM (0x11), with up to 1024 channels. A Writer writes integers of 8, 16, 24 and 32 bits
// and float of 32 and 64 bits.
//
// # Headers that are wrong
//
// Many programs write headers that do not match the file. A Reader checks a size against the bytes that follow before
// it believes that size:
//
//   - A size that the writer did not know, because it wrote to a pipe, is recognised by its value: 0, 0x7FFF0000 to
//     0x80000000, and 0xFFFF0000 or more. The samples then end before a chunk or tag that cannot be samples, before
//     chunks of known names that fill the rest of the input, before a second file, or at the end of the input.
//   - A size that wrapped at 4 GiB is restored if the input can seek.
//   - A missing pad byte, or a pad byte after an even size, does not hide the next chunk.
//   - A fmt chunk may follow the data if the input can seek. ID3v2 tags in front of the file are skipped.
//   - Any other size is a promise. Data that end before it are a [TruncatedError], after all frames that exist; they
//     are never a normal end. [Reader.Truncated] reports this in advance if the input can seek.
//
// No size in a header makes a Reader allocate memory. A header that contradicts itself is an error.
//
// # What is reported
//
// Nothing is skipped silently. [Reader.Notes] has one line for each part of the input that is not read, or that is read
// differently than the header says: a second file, a second fmt or data chunk, bytes after the last chunk, a part of a
// frame at the end, a corrected size, a meaningless channel mask. [Reader.Metadata] lists the chunks that a copy of the
// samples loses, such as LIST or bext. An input that cannot seek reports what follows the samples only after
// [Reader.ReadRest].
//
// # What is written
//
// A Writer that knows the number of frames writes the same bytes to every output. If it does not know the number, it
// completes the header when it is closed, as RF64 if the file passed 4 GiB. An output that cannot seek then keeps sizes
// of 0xFFFFFFFF, which readers treat as "until the end of the file". A stream that fails leaves a file that reads as
// truncated, where the output allows it; see [Writer.Close].
package wav
