package wav

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// A coding decodes blocks of G.711 or ADPCM samples to 16 bits.
type coding struct {
	channels    int
	blockBytes  int
	blockFrames int
	decode      func(dst []int16, block []byte) (frames int, err error)
	framesOf    func(blockBytes int) int // frames in a block of this size; the last block of the data may be short
}

// g711 returns a coding of one byte per sample.
func g711(channels int, decode func(dst []int16, src []byte) int) *coding {
	return &coding{
		channels: channels, blockBytes: channels, blockFrames: 1,
		decode:   func(dst []int16, block []byte) (int, error) { return decode(dst, block) / channels, nil },
		framesOf: func(n int) int { return n / channels },
	}
}

// imaADPCM returns the coding of blocks of IMA ADPCM.
func imaADPCM(channels, blockBytes int) *coding {
	framesOf := func(n int) int { return pcm.IMAFrames(n, channels) }
	return &coding{
		channels: channels, blockBytes: blockBytes, blockFrames: framesOf(blockBytes), framesOf: framesOf,
		decode: func(dst []int16, block []byte) (int, error) { return pcm.DecodeIMA(dst, block, channels) },
	}
}

// msADPCM returns the coding of blocks of Microsoft ADPCM. payload is the payload of the fmt chunk. It ends in two
// 16-bit numbers, frames in a block and entries, and a table of coefficients with that number of entries.
func msADPCM(channels, blockBytes int, payload []byte) *coding {
	const table = fmtMin + 2 + 4
	coefficients := pcm.MSCoefficients()
	if len(payload) >= table {
		entries := min(int(binary.LittleEndian.Uint16(payload[table-2:])), (len(payload)-table)/4)
		if entries >= len(coefficients) {
			coefficients = nil
			for p := payload[table:]; len(coefficients) < entries; p = p[4:] {
				coefficients = append(coefficients, [2]int16{int16At(p), int16At(p[2:])})
			}
		}
	}
	framesOf := func(n int) int { return pcm.MSFrames(n, channels) }
	return &coding{
		channels: channels, blockBytes: blockBytes, blockFrames: framesOf(blockBytes), framesOf: framesOf,
		decode: func(dst []int16, block []byte) (int, error) { return pcm.DecodeMS(dst, block, channels, coefficients) },
	}
}

// frames returns the number of frames in size bytes. fact is the number in the fact chunk, 0 without one. It counts
// only if it leaves out no more than a part of the last block, which the encoder had to fill.
func (c *coding) frames(size, fact int64) int64 {
	n := size/int64(c.blockBytes)*int64(c.blockFrames) + int64(c.framesOf(int(size%int64(c.blockBytes))))
	return c.trimmed(n, fact)
}

// trimmed returns fact if the n-fact frames after it can be filler, otherwise n.
func (c *coding) trimmed(n, fact int64) int64 {
	if fact > 0 && fact < n && n-fact < c.filler() {
		return fact
	}
	return n
}

// filler returns the exclusive upper bound on frames that can be filler: a part of the last block, or the pad byte
// after an odd number of one-byte frames.
func (c *coding) filler() int64 {
	if c.blockBytes == 1 {
		return 2
	}
	return int64(c.blockFrames)
}

// spare returns the number of bytes at the end of size bytes of data that are too few for a frame.
func (c *coding) spare(size int64) int64 {
	rest := size % int64(c.blockBytes)
	if c.framesOf(int(rest)) > 0 {
		return 0
	}
	return rest
}

// A decoder is a sampleReader that decodes the blocks of another one.
type decoder struct {
	in     sampleReader
	coding *coding
	coded  []byte  // coded[:n] is read and not decoded
	n      int     // less than a block between calls, or less than two if decode keeps one
	pcm    []int16 // scratch: the decoded samples of coded
	ready  []byte  // decoded and not returned
	out    []byte  // backing array of ready
	left   int64   // frames still to return, -1 for all
	fact   int64   // frames in the fact chunk, used if left is -1
	frames int64   // decoded so far
	offset int64   // of the next block in the file
	err    error   // returned once ready is empty
}

// A blockError reports a block that cannot be decoded.
type blockError struct {
	offset int64 // of the block in the file
	err    error
}

func (e *blockError) Error() string {
	return fmt.Sprintf("WAV data block at byte %d: %v; get another copy of the file", e.offset, e.err)
}
func (e *blockError) Unwrap() error { return e.err }

// newDecoder returns a decoder that stops after a number of frames, -1 for all. offset is that of the first block in
// the file.
func newDecoder(in sampleReader, c *coding, frames, fact, offset int64) *decoder {
	blocks := max(2, 1<<14/(c.blockFrames*c.channels))
	samples := blocks * c.blockFrames * c.channels
	return &decoder{
		in: in, coding: c, left: frames, fact: fact, offset: offset,
		coded: make([]byte, blocks*c.blockBytes), pcm: make([]int16, samples), out: make([]byte, 2*samples),
	}
}

func (d *decoder) read(p []byte) (int, error) {
	for len(d.ready) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		var n int
		n, d.err = d.in.read(d.coded[d.n:])
		d.n += n
		d.decode(d.err == io.EOF || d.err == errTruncated)
	}
	n := copy(p, d.ready)
	d.ready = d.ready[n:]
	return n, nil
}

// decode decodes all whole blocks that were read, and at the end also a short last block. If the fact chunk may leave
// out frames at the end, decode keeps one whole block until the next read: a short block may follow, and then the
// frames to leave out can be in both.
func (d *decoder) decode(end bool) {
	block, used, samples := d.coding.blockBytes, 0, 0
	waits := d.left < 0 && d.fact > 0 && d.coding.filler() > 1
	kept := 0
	if waits {
		kept = block
	}
	for end && used < d.n || used+block+kept <= d.n {
		size := min(block, d.n-used)
		n, err := d.coding.decode(d.pcm[samples:], d.coded[used:used+size])
		if err != nil {
			d.err = &blockError{d.offset, err}
			break
		}
		samples += n * d.coding.channels
		d.frames += int64(n)
		used += size
		d.offset += int64(size)
	}
	d.n = copy(d.coded, d.coded[used:d.n])
	if _, bad := d.err.(*blockError); end && waits && !bad {
		samples -= int(d.frames-d.coding.trimmed(d.frames, d.fact)) * d.coding.channels
	}
	if d.left >= 0 {
		samples = int(min(int64(samples), d.left*int64(d.coding.channels)))
		d.left -= int64(samples / d.coding.channels)
	}
	d.ready = d.out[:0]
	for _, v := range d.pcm[:samples] {
		d.ready = binary.LittleEndian.AppendUint16(d.ready, uint16(v))
	}
}

func int16At(p []byte) int16 { return int16(binary.LittleEndian.Uint16(p)) }
