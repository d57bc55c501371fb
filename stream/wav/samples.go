package wav

import (
	"bytes"
	"errors"
	"io"
)

// A sampleReader returns the bytes of the data, at least one unless there is an error: io.EOF at their regular end,
// errTruncated if the input ends before, or the error of the input.
type sampleReader interface {
	read(p []byte) (int, error)
}

// errTruncated reports data that are shorter than the header says.
var errTruncated = errors.New("truncated")

// A sized reads data of a known size.
type sized struct {
	in   *input
	left int64
}

func (s *sized) read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n, err := s.in.read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	switch {
	case s.left == 0: // an error after the last byte is not ours
		err = nil
	case err == io.EOF:
		err = errTruncated
	}
	return n, err
}

// maxHeld bounds how much of an input may be chunks after data of unknown size. More is taken for samples.
const maxHeld = 16 << 20

// An unsized reads data of unknown size from an input that cannot seek. It holds back what may be chunks that end the
// input, until it has seen whether they do, and leaves them in the input.
type unsized struct {
	in     *input
	search search

	buf    []byte // what was read and not returned is buf[lo:hi]
	lo, hi int
	sure   int    // buf[lo:sure] are samples
	at     int64  // offset of buf[0] in the data
	chain  *chain // that may begin at sure
	err    error  // that follows buf
	done   bool
}

func newUnsized(in *input, s search) *unsized {
	return &unsized{in: in, search: s, buf: make([]byte, blockBytes)}
}

func (u *unsized) read(p []byte) (int, error) {
	for u.lo == u.sure && !u.done {
		u.more()
		u.examine()
	}
	if u.lo == u.sure {
		return 0, u.err
	}
	n := copy(p, u.buf[u.lo:u.sure])
	u.lo += n
	return n, nil
}

// more reads more of the input.
func (u *unsized) more() {
	if u.err != nil {
		return
	}
	if u.lo > 0 {
		u.at += int64(u.lo)
		u.sure -= u.lo
		u.hi = copy(u.buf, u.buf[u.lo:u.hi])
		u.lo = 0
	}
	if u.hi == len(u.buf) {
		u.buf = append(u.buf, make([]byte, len(u.buf))...)
	}
	n, err := u.in.read(u.buf[u.hi:])
	u.hi += n
	u.err = err
}

// examine finds out how much of what was read are samples.
func (u *unsized) examine() {
	for u.sure < u.hi {
		if u.chain == nil {
			n := u.hi - u.sure
			if u.err == nil {
				n = max(0, n-headBytes+1) // the places whose head was read
			}
			k, kind := u.search.next(u.buf[u.sure:u.hi], u.at+int64(u.sure), n)
			u.sure += k
			switch kind {
			case outerFollows, chunksFollow:
				u.end()
				return
			case nothing:
				u.pass()
				u.done = u.err != nil
				return
			}
			u.chain = &chain{at: u.at + int64(u.sure)}
		}
		switch u.follow() {
		case undecided:
			return
		case chunksFollow:
			u.end()
			return
		}
		u.search.countWasted(u.chain)
		u.chain = nil
		u.sure++
	}
	u.done = u.err != nil
}

// pass goes on to the first place whose bytes, as far as they were read, can begin something that ends the data.
func (u *unsized) pass() {
	for u.sure < u.hi && !u.search.mayBegin(u.buf[u.sure:u.hi], u.at+int64(u.sure)) {
		u.sure++
	}
}

// follow looks at the chunks that may begin at sure.
func (u *unsized) follow() following {
	total := int64(-1)
	if u.err != nil {
		total = u.at + int64(u.hi)
	}
	return u.chain.follow(total, u.at+int64(u.sure)+maxHeld, func(off int64) []byte {
		i := off - u.at
		if i >= int64(u.hi) {
			return nil
		}
		return u.buf[i:min(i+headBytes, int64(u.hi))]
	})
}

// end ends the data at sure. What follows becomes input again.
func (u *unsized) end() {
	rest := bytes.Clone(u.buf[u.sure:u.hi])
	u.in.unread(rest, u.err)
	u.hi, u.err, u.done = u.sure, io.EOF, true
}
