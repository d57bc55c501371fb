package wav

import (
	"errors"
	"fmt"
	"io"
)

// blockBytes is about how much is read and written at a time.
const blockBytes = 64 << 10

// An input counts the bytes of a reader and can skip some.
type input struct {
	r   io.Reader
	off int64 // bytes consumed

	seeker io.Seeker // nil unless r can really seek
	size   int64     // bytes in r from where it began, if it can seek
}

func newInput(r io.Reader) input {
	in := input{r: r}
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
	in.seeker, in.size = s, end-cur
	return in
}

// read is one Read that gives at least a byte or an error, and bounds what a broken reader can do.
func (in *input) read(p []byte) (int, error) {
	for range 100 {
		n, err := in.r.Read(p)
		if n < 0 || n > len(p) {
			return 0, errors.New("reader returned an impossible count")
		}
		in.off += int64(n)
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
		err = nil
	}
	return n, err
}

// skip passes over n bytes, using buf to read them into. If the input ends first the error is io.EOF.
func (in *input) skip(n int64, buf []byte) error {
	if in.seeker != nil && n > int64(len(buf)) {
		if n > in.size-in.off {
			in.off = in.size
			return io.EOF
		}
		if _, err := in.seeker.Seek(n, io.SeekCurrent); err != nil {
			return err
		}
		in.off += n
		return nil
	}
	for n > 0 {
		k, err := in.read(buf[:min(n, int64(len(buf)))])
		n -= int64(k)
		if err != nil && n > 0 {
			return err
		}
	}
	return nil
}

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
