package wav

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// blockBytes is about how much is read and written at a time.
const blockBytes = 64 << 10

// aheadBytes is how far an input can look ahead.
const aheadBytes = 64

// An input counts the bytes of a reader, can look ahead, and can skip bytes.
type input struct {
	r   io.Reader
	off int64 // bytes consumed

	ahead  [aheadBytes]byte // bytes that were read, and not consumed, are ahead[lo:hi]
	lo, hi int
	err    error // what the reader returned after them

	seeker io.Seeker // nil unless r can really seek
	base   int64     // the position of r at the beginning
	size   int64     // bytes in r from there on, -1 if r cannot seek
}

func newInput(r io.Reader) *input {
	in := &input{r: r, size: -1}
	s, ok := r.(io.Seeker)
	if !ok {
		return in
	}
	// Pipes and terminals have the method and fail; some devices succeed and have no size.
	cur, err := s.Seek(0, io.SeekCurrent)
	if err != nil {
		return in
	}
	end, err := s.Seek(0, io.SeekEnd)
	if err != nil {
		return in
	}
	if back, err := s.Seek(cur, io.SeekStart); err != nil || back != cur || end <= cur {
		return in
	}
	in.seeker, in.base, in.size = s, cur, end-cur
	return in
}

// seekable reports whether the input has a size and can be read in any order.
func (in *input) seekable() bool { return in.seeker != nil }

// read returns at least a byte or an error, and bounds what a broken reader can do.
func (in *input) read(p []byte) (int, error) {
	if in.lo < in.hi && len(p) > 0 {
		n := copy(p, in.ahead[in.lo:in.hi])
		in.lo += n
		in.off += int64(n)
		return n, nil
	}
	if err := in.err; err != nil {
		in.err = nil
		return 0, err
	}
	n, err := in.fetch(p)
	in.off += int64(n)
	return n, err
}

// fetch is one Read of the reader that returns at least a byte or an error.
func (in *input) fetch(p []byte) (int, error) {
	for range 100 {
		n, err := in.r.Read(p)
		if n < 0 || n > len(p) {
			return 0, errors.New("reader returned an impossible count")
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// full fills p. Bytes may come with the error; if the input ends first it is io.EOF.
func (in *input) full(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = in.read(p[n:])
		n += k
	}
	if n == len(p) {
		if err != nil {
			in.err = err // for the next read
		}
		err = nil
	}
	return n, err
}

// peek returns the next n bytes, at most aheadBytes, without consuming them, and fewer if the input ends or fails
// before: the error then follows them.
func (in *input) peek(n int) []byte {
	if in.hi-in.lo < n {
		in.hi = copy(in.ahead[:], in.ahead[in.lo:in.hi])
		in.lo = 0
	}
	for in.hi < n && in.err == nil {
		var k int
		k, in.err = in.fetch(in.ahead[in.hi:n])
		in.hi += k
	}
	return in.ahead[in.lo:min(in.lo+n, in.hi)]
}

// skip passes over n bytes, using buf to read them into. If the input ends first the error is io.EOF.
func (in *input) skip(n int64, buf []byte) error {
	if in.seekable() && n > int64(len(buf)) {
		if n > in.size-in.off {
			if err := in.seekTo(in.size); err != nil {
				return err
			}
			return io.EOF
		}
		return in.seekTo(in.off + n)
	}
	for n > 0 {
		k, err := in.read(buf[:min(n, int64(len(buf)))])
		n -= int64(k)
		if err != nil && n > 0 {
			return err
		}
		if err != nil {
			in.err = err
		}
	}
	return nil
}

// seekTo continues at an offset of an input that can seek.
func (in *input) seekTo(off int64) error {
	in.lo, in.hi, in.err = 0, 0, nil
	if _, err := in.seeker.Seek(in.base+off, io.SeekStart); err != nil {
		return err
	}
	in.off = off
	return nil
}

// unread puts bytes back that were just consumed, and the error that came after them. The input cannot seek.
func (in *input) unread(p []byte, err error) {
	in.off -= int64(len(p))
	rest := in.r
	if err != nil {
		rest = failedReader{err}
	}
	in.r = io.MultiReader(bytes.NewReader(p), rest)
}

// A failedReader only fails.
type failedReader struct{ err error }

func (f failedReader) Read([]byte) (int, error) { return 0, f.err }

// failed words the error of a read of the header. what was being read. The result is never io.EOF.
func (in *input) failed(what string, err error) error {
	if err == io.EOF {
		return fmt.Errorf("truncated WAV header: input ends at byte %d in %s; get a complete copy of the file: %w",
			in.off, what, io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("reading %s of WAV header at byte %d: %w", what, in.off, notEnd(err))
}

// notEnd keeps a failure that merely wraps io.EOF from being taken for the end of a stream.
func notEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New(err.Error())
	}
	return err
}
