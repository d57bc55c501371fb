package lyra

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// errNoContainer is what any other file is told.
var errNoContainer = errors.New("is no Lyra container: it does not begin with 89 4C 59 52 41 0D 0A 1A")

// A DamageError reports a second whose codes cannot be trusted, or bytes that were put before one. Reading can go on.
type DamageError struct {
	Second int64 // from the beginning, from 0
	Hops   int   // that it had, if it is known to be the last, else 50; 0 for bytes before it
}

// Error says which.
func (e *DamageError) Error() string {
	if e.Hops == 0 {
		return fmt.Sprintf("there are foreign bytes before the second from %d s on", e.Second)
	}
	return fmt.Sprintf("the second from %d s on is damaged: its checksum does not fit", e.Second)
}

// A BrokenError reports a container that cannot be read on: it breaks off, or what it says of its length is not so.
type BrokenError struct{ text string }

// Error says what is wrong.
func (e *BrokenError) Error() string { return e.text }

func broken(format string, a ...any) error { return &BrokenError{fmt.Sprintf(format, a...)} }

// A Reader reads a container.
type Reader struct {
	r         *bufio.Reader
	header    Header
	codebooks int
	codes     []byte
	seconds   int64
	hops      int64
	samples   int64 // -1 before the trailer
	err       error // that stays
}

// NewReader reads the header.
func NewReader(r io.Reader) (*Reader, error) {
	c := &Reader{r: bufio.NewReader(r), samples: -1}
	b := make([]byte, headerSize)
	n, err := io.ReadFull(c.r, b)
	switch {
	case n < len(Magic) && isEnd(err), n >= len(Magic) && string(b[:len(Magic)]) != Magic:
		return nil, errNoContainer
	case isEnd(err):
		return nil, errors.New("ends inside its header")
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

// Header returns what the container holds.
func (c *Reader) Header() Header { return c.header }

// Codebooks returns the number of codes of a hop, one from each codebook in use.
func (c *Reader) Codebooks() int { return c.codebooks }

// Samples returns how many samples, at the rate in the header, were encoded, once Next has come to the trailer: -1
// before, and where it is missing, damaged or of another container.
func (c *Reader) Samples() int64 { return c.samples }

// Next returns the codes of the next second, [hops, codebooks], with fewer than 50 hops at the end. They are valid
// until the next call. The error is io.EOF itself at the end of a complete container, a *DamageError if the second is
// damaged, and the next call reads on after it, a *BrokenError, or that of the io.Reader, which end it.
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
		return nil, c.ended(err, "ends without a trailer after %d seconds: the rest is missing")
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

// damaged passes over a block that cannot be trusted, nor what it says of its length. It has 50 hops, and ends where
// the next one begins, or the trailer: elsewhere than after the bytes of 50 hops if bytes were lost or put in. Few
// bytes were put between blocks. If only the trailer is left, it says how many hops there were.
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
		return nil, broken("its trailer is damaged: how many samples there were is not known")
	}
	return nil, c.ended(err, "ends inside the second from %d s on: the rest is missing")
}

// begins reports whether b begins with a block of 50 hops, or with one of fewer and the trailer, or with the trailer.
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

// isTrailer reports whether b, of that size, is a trailer.
func isTrailer(b []byte) bool { return b[0] == 0 && sealed(b) && samplesOf(b) <= MaxSamples }

// samplesOf returns what a trailer says, at most 2^63-1.
func samplesOf(b []byte) int64 { return int64(min(binary.LittleEndian.Uint64(b[1:]), math.MaxInt64)) }

// size returns the bytes of a block.
func (c *Reader) size(hops int) int { return 1 + hops*c.codebooks/2 + checksumSize }

// ended returns what an error of reading means after the seconds that were read.
func (c *Reader) ended(err error, text string) error {
	if isEnd(err) {
		return broken(text, c.seconds)
	}
	return err
}

// take returns the codes of a block.
func (c *Reader) take(b []byte) ([]byte, error) {
	c.seconds++
	c.hops += int64(b[0])
	c.codes = unpack(c.codes[:0], b[1:len(b)-checksumSize])
	_, err := c.r.Discard(len(b))
	return c.codes, err
}

// skip passes over a damaged block of n bytes.
func (c *Reader) skip(n, hops int) ([]byte, error) {
	if _, err := c.r.Discard(n); err != nil {
		return nil, err
	}
	damage := &DamageError{Second: c.seconds, Hops: hops}
	if hops > 0 {
		c.seconds++
	}
	c.hops += int64(hops)
	return nil, damage
}

// trailer ends the container: nothing may follow it.
func (c *Reader) trailer(b []byte) error {
	n := samplesOf(b)
	if n > MaxSamples {
		return broken("its trailer has %d samples, must be at most %d", n, int64(MaxSamples))
	}
	if hops := c.header.Hops(n); hops != c.hops {
		return broken("has %d hops, must have %d by its trailer", c.hops, hops)
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

// Length returns the number of samples, at the rate in the header, that the trailer of a container of size bytes
// announces. It reads the trailer from the end. It returns -1 if there is no trailer, or if size is not the size of a
// container with that many samples.
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
