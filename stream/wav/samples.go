package wav

import (
	"bytes"
	"errors"
	"io"
)

// A sampleReader reads the data. Each read returns at least one byte, or an error: io.EOF at the end of the data,
// errTruncated if the input ends earlier, or the error of the input.
type sampleReader interface {
	read(p []byte) (int, error)
}

// errTruncated reports data that are shorter than the header says.
var errTruncated = errors.New("truncated")

// A sized reads data of a known size.
type sized struct {
	in   *input
	left int64 // bytes
}

func (s *sized) read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n, err := s.in.read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	switch {
	case s.left == 0: // an error after the last byte does not concern the data
		err = nil
	case err == io.EOF:
		err = errTruncated
	}
	return n, err
}

// maxHeld bounds the bytes that an unsized holds because they may be chunks. Longer runs are samples.
const maxHeld = 16 << 20

// An unsized reads data of unknown size from an input that cannot seek. It holds bytes that may be chunks at the end of
// the input until it knows whether they are, and returns chunks to the input.
type unsized struct {
	in     *input
	search search

	buf    []byte // buf[lo:hi] is read and not returned
	lo, hi int
	sure   int    // buf[lo:sure] are samples
	at     int64  // offset of buf[0] in the data
	chain  *chain // the chunks that may begin at sure, nil if none
	err    error  // of the input, after buf
	done   bool   // sure is final
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

// more reads more of the input into buf, unless it has ended.
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

// examine advances sure over the bytes that are certainly samples.
func (u *unsized) examine() {
	for u.sure < u.hi {
		if u.chain == nil {
			n := u.hi - u.sure
			if u.err == nil {
				n = max(0, n-headBytes+1) // places with headBytes bytes after them
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

// pass advances sure to the first place where the bytes that were read can begin a chunk, a tag or another file.
func (u *unsized) pass() {
	for u.sure < u.hi && !u.search.mayBegin(u.buf[u.sure:u.hi], u.at+int64(u.sure)) {
		u.sure++
	}
}

// follow follows the chunks that may begin at sure as far as they were read.
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

// end ends the data at sure and returns the bytes after it to the input.
func (u *unsized) end() {
	rest := bytes.Clone(u.buf[u.sure:u.hi])
	u.in.unread(rest, u.err)
	u.hi, u.err, u.done = u.sure, io.EOF, true
}
