package lyra

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// errNoContainer is the error for any other kind of file.
var errNoContainer = errors.New("not a Lyra container: it does not begin with 89 4C 59 52 41 0D 0A 1A: " +
	"need a .lyra file")

// A DamageError reports a second whose codes cannot be trusted, or stray bytes in front of a good second. Reading can
// continue.
type DamageError struct {
	Second int64 // number of the second, from 0
	Hops   int   // hops in the damaged second: 50, or fewer if it is known to be the last; 0 for stray bytes
	bytes  int   // bytes that were skipped
}

// Error says where the damage is.
func (e *DamageError) Error() string {
	if e.Hops == 0 {
		return fmt.Sprintf("%d stray bytes before the second that starts at %d s", e.bytes, e.Second)
	}
	return fmt.Sprintf("the second that starts at %d s is damaged: its checksum does not match", e.Second)
}

// A BrokenError reports a container whose reading cannot continue: it ends early, or its length contradicts its
// trailer.
type BrokenError struct{ text string }

// Error says what is wrong.
func (e *BrokenError) Error() string { return e.text }

func broken(format string, a ...any) error { return &BrokenError{fmt.Sprintf(format, a...)} }

// A Reader reads a container second by second.
type Reader struct {
	r         *bufio.Reader
	header    Header
	codebooks int
	codes     []byte // of the last second, returned by Next
	seconds   int64  // read so far
	hops      int64  // in these seconds
	samples   int64  // by the trailer, -1 before it was read
	err       error  // returned by all further calls of Next
}

// NewReader reads the header. It fails if r does not hold a container, if the header is damaged, or with the error of
// r.
func NewReader(r io.Reader) (*Reader, error) {
	c := &Reader{r: bufio.NewReader(r), samples: -1}
	b := make([]byte, headerSize)
	n, err := io.ReadFull(c.r, b)
	switch {
	case n == 0 && err == io.EOF:
		return nil, errors.New("is empty: need a .lyra file")
	case n < len(Magic) && isEnd(err), n >= len(Magic) && string(b[:len(Magic)]) != Magic:
		return nil, errNoContainer
	case isEnd(err):
		return nil, fmt.Errorf("truncated: ends inside its header, after %d of %d bytes: "+
			"get a complete copy of the file", n, headerSize)
	case err != nil:
		return nil, err
	}
	if c.header, err = parseHeader(b); err != nil {
		return nil, err
	}
	c.codebooks, err = CodebooksFor(c.header.Bitrate)
	return c, err
}

func isEnd(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }

// Header returns the header of the container.
func (c *Reader) Header() Header { return c.header }

// Codebooks returns the number of codes for a hop, one from each codebook in use.
func (c *Reader) Codebooks() int { return c.codebooks }

// Samples returns the number of samples that were encoded, at the rate in the header. It returns -1 before Next has
// reached the trailer, and if the trailer is missing, damaged or the one of a different container.
func (c *Reader) Samples() int64 { return c.samples }

// Next returns the codes of the next second, [hops, codebooks], with 50 hops or fewer in the last second. They are
// valid until the next call.
//
// The error is io.EOF at the end of a complete container. It is a [*DamageError] if the second is damaged; the next
// call then continues after it. A [*BrokenError], or the error of the io.Reader, ends the container.
func (c *Reader) Next() ([]byte, error) {
	if c.err != nil {
		return nil, c.err
	}
	codes, err := c.next()
	if _, passable := errors.AsType[*DamageError](err); err != nil && !passable {
		c.err = err
	}
	return codes, err
}

func (c *Reader) next() ([]byte, error) {
	kind, err := c.r.Peek(1)
	if err != nil {
		return nil, c.ended(err, "truncated: ends after %.2f s, without its trailer", float64(c.hops)/blockHops)
	}
	hops := int(kind[0])
	if hops == 0 {
		if b, err := c.r.Peek(trailerSize); err == nil && sealed(b) {
			return nil, c.trailer(b)
		}
	}
	if hops >= 1 && hops <= blockHops {
		if b, err := c.r.Peek(c.size(hops)); err == nil && sealed(b) {
			return c.take(b)
		}
	}
	return c.damaged()
}

// damaged skips a block whose content and length cannot be trusted. It looks for the next valid block or trailer: first
// after the bytes of 50 hops, then at any other offset, because bytes may be lost or inserted. If the next block is
// less than half a block away, the bytes before it are stray bytes, not a second. If only the trailer is left, it
// determines the number of hops in the damaged block.
func (c *Reader) damaged() ([]byte, error) {
	b, err := c.r.Peek(2*c.size(blockHops) + trailerSize)
	if err != nil && !isEnd(err) {
		return nil, err
	}
	full := c.size(blockHops)
	if len(b) > full && c.begins(b[full:]) {
		return c.skip(full, blockHops)
	}
	for n := 1; n < len(b); n++ {
		if b[n] == 0 || !c.begins(b[n:]) {
			continue
		}
		if n < full/2 {
			return c.skip(n, 0)
		}
		return c.skip(n, blockHops)
	}
	if n := len(b) - trailerSize; err != nil && n > 0 && isTrailer(b[n:]) {
		if hops := c.header.Hops(samplesOf(b[n:])) - c.hops; hops >= 1 && hops <= blockHops {
			return c.skip(n, int(hops))
		}
	}
	if len(b) >= full {
		return c.skip(full, blockHops)
	}
	if b[0] == 0 && len(b) <= trailerSize {
		return nil, broken("its trailer is damaged: the exact number of samples is not known")
	}
	return nil, c.ended(err, "truncated: ends inside the second that starts at %d s", c.seconds)
}

// begins reports whether b begins with a valid block of 50 hops, with a valid shorter block and the trailer, or with
// the trailer.
func (c *Reader) begins(b []byte) bool {
	hops := int(b[0])
	n := c.size(hops)
	switch {
	case hops == 0:
		return len(b) >= trailerSize && isTrailer(b[:trailerSize])
	case hops > blockHops || len(b) < n || !sealed(b[:n]):
		return false
	}
	return hops == blockHops || len(b) >= n+trailerSize && isTrailer(b[n:][:trailerSize])
}

// isTrailer reports whether b, trailerSize bytes, is a valid trailer.
func isTrailer(b []byte) bool { return b[0] == 0 && sealed(b) && samplesOf(b) <= MaxSamples }

// samplesOf returns the number of samples in a trailer, at most 2^63-1.
func samplesOf(b []byte) int64 { return int64(min(binary.LittleEndian.Uint64(b[1:]), math.MaxInt64)) }

// size returns the number of bytes in a block of this number of hops.
func (c *Reader) size(hops int) int { return 1 + hops*c.codebooks/2 + checksumSize }

// ended returns a BrokenError with this text if err is the end of the input, otherwise err.
func (c *Reader) ended(err error, format string, a ...any) error {
	if isEnd(err) {
		return broken(format, a...)
	}
	return err
}

// take consumes a valid block and returns its codes.
func (c *Reader) take(b []byte) ([]byte, error) {
	c.seconds++
	c.hops += int64(b[0])
	c.codes = unpack(c.codes[:0], b[1:len(b)-checksumSize])
	_, err := c.r.Discard(len(b))
	return c.codes, err
}

// skip skips n bytes: a damaged block, or stray bytes if hops is 0.
func (c *Reader) skip(n, hops int) ([]byte, error) {
	if _, err := c.r.Discard(n); err != nil {
		return nil, err
	}
	damage := &DamageError{Second: c.seconds, Hops: hops, bytes: n}
	if hops > 0 {
		c.seconds++
	}
	c.hops += int64(hops)
	return nil, damage
}

// trailer consumes the trailer and returns io.EOF, or an error if it does not match the blocks or bytes follow it.
func (c *Reader) trailer(b []byte) error {
	n := samplesOf(b)
	if n > MaxSamples {
		return broken("its trailer announces %.1e samples, must be at most %.1e", float64(n), float64(MaxSamples))
	}
	if hops := c.header.Hops(n); hops != c.hops {
		return broken("has %d hops, but its trailer announces %d", c.hops, hops)
	}
	if _, err := c.r.Discard(len(b)); err != nil {
		return err
	}
	c.samples = n
	if _, err := c.r.Peek(1); err != nil {
		return err
	}
	return broken("has bytes after its trailer")
}

// Length returns the number of samples, at the rate in the header, by the trailer at the end of a container of size
// bytes. It returns -1 if r has no valid trailer there, or if size is not the size of a container with this number of
// samples.
func (h Header) Length(r io.ReaderAt, size int64) int64 {
	b := make([]byte, trailerSize)
	if size < headerSize+trailerSize {
		return -1
	}
	if _, err := r.ReadAt(b, size-trailerSize); err != nil || !isTrailer(b) {
		return -1
	}
	n := samplesOf(b)
	if h.size(n) != size {
		return -1
	}
	return n
}
