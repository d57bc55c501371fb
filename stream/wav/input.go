package wav

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// blockBytes is the approximate size of one read or write.
const blockBytes = 64 << 10

// aheadBytes is the most that peek returns.
const aheadBytes = 64

// An input counts the bytes of a reader, peeks and skips.
type input struct {
	r   io.Reader
	off int64 // bytes consumed

	ahead  [aheadBytes]byte // ahead[lo:hi] is read and not consumed
	lo, hi int
	err    error // of the reader, after the bytes in ahead

	seeker io.Seeker // nil unless r can really seek
	base   int64     // position of r when the Reader began
	size   int64     // bytes in r from there on, -1 if r cannot seek
}

func newInput(r io.Reader) *input {
	in := &input{r: r, size: -1}
	s, ok := r.(io.Seeker)
	if !ok {
		return in
	}
	// Pipes and terminals have the method but it fails; some devices seek but have no size.
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

// read returns at least one byte or an error.
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

// fetch reads at least one byte or returns an error. A reader that keeps returning neither ends with io.ErrNoProgress,
// and an impossible count is an error: broken readers must not loop forever or cause a panic.
func (in *input) fetch(p []byte) (int, error) {
	for range 100 {
		n, err := in.r.Read(p)
		if n < 0 || n > len(p) {
			return 0, fmt.Errorf("the reader returned an impossible count: %d bytes for a buffer of %d", n, len(p))
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// full fills p and returns the number of bytes, with an error if it is less than len(p): io.EOF if the input ended.
func (in *input) full(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = in.read(p[n:])
		n += k
	}
	if n == len(p) {
		if err != nil {
			in.err = err // returned by the next read
		}
		err = nil
	}
	return n, err
}

// peek returns the next n bytes without consuming them; n is at most aheadBytes. It returns fewer if the input ends or
// fails earlier; a later read then returns the error.
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

// skip skips n bytes. It seeks, or reads into buf. The error is io.EOF if the input ends first.
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

// unread returns the last consumed bytes to an input that cannot seek, followed by err.
func (in *input) unread(p []byte, err error) {
	in.off -= int64(len(p))
	rest := in.r
	if err != nil {
		rest = failedReader{err}
	}
	in.r = io.MultiReader(bytes.NewReader(p), rest)
}

// A failedReader always returns its error.
type failedReader struct{ err error }

func (f failedReader) Read([]byte) (int, error) { return 0, f.err }

// failed returns the error for a read that failed with err inside the named part of the file. It never wraps io.EOF.
func (in *input) failed(part string, err error) error {
	if err == io.EOF {
		return ends("truncated WAV header: input ends at byte %d in %s: get a complete copy of the file", in.off, part)
	}
	return fmt.Errorf("reading %s of a WAV file at byte %d: %w", part, in.off, notEnd(err))
}

// notEnd hides an io.EOF that a failure wraps, so that callers do not mistake the failure for the end of the stream.
func notEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New(err.Error())
	}
	return err
}
