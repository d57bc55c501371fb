package wav

import (
	"fmt"
	"io"
	"math"
)

// beginData finds the end of the data, whose payload begins at the current position, and lists their chunk. size32 is
// the 32-bit size in the header.
func (f *file) beginData(size32 uint32) error {
	start := f.in.off
	if f.info.Channels == 0 && !f.in.seekable() {
		return fmt.Errorf("data chunk at byte %d comes before any fmt chunk, and the input cannot seek: "+
			"write the input to a file and read that", start-8)
	}
	claim, err := f.outer.claimed(size32, start, f.frameBytes())
	if err != nil {
		return err
	}
	f.start, f.size, f.hasData = start, claim, true
	empty := claim == unknown && f.claimsNothing(size32) && f.outer.emptyBefore(f.in.peek(8), start)
	if empty && (!f.in.seekable() || f.closes(start)) {
		f.size = 0
	} else if f.in.seekable() {
		if f.size, err = f.settle(claim, size32); err == nil {
			err = f.searchErr
		}
		if err != nil {
			return f.in.failed("the data", err)
		}
	}
	f.addChunk(Chunk{"data", start, max(f.size, 0)}, nil)
	return nil
}

// claimsNothing reports whether the header says that there are no data.
func (f *file) claimsNothing(size32 uint32) bool {
	return size32 == 0 || size32 == unknown32 && f.outer.long != nil && f.outer.long.data == 0
}

// settle returns the size of the data of an input that can seek. It believes the size that the header claims if the
// input ends there or chunks follow. Otherwise it looks for another size that the header can mean: the 32-bit size
// next to a wrong ds64 chunk, or a size that wrapped at 4 GiB. It changes the position.
func (f *file) settle(claim int64, size32 uint32) (int64, error) {
	there := f.in.size - f.start // bytes from the first sample to the end of the input
	short := int64(size32)
	switch {
	case claim == unknown && short > 0 && (short == there || short < there && f.closesAfter(short)):
		return short, nil
	case claim == unknown:
		return f.findEnd()
	case claim == there || claim < there && f.closesAfter(claim):
		return claim, nil
	case f.outer.long != nil && !placeholder(size32) && short <= there && (short == there || f.closesAfter(short)):
		f.note(f.start-8, "data size of %s in ds64: read as %d, the size at byte %d, where the data end",
			sizeText(uint64(claim)), short, f.start-4)
		return short, nil
	case f.outer.long == nil:
		for n := claim + (there-claim)&^math.MaxUint32; n > claim; n -= 1 << 32 {
			if n == there || n < there && f.closesAfter(n) {
				f.note(f.start-8, "data size %d at byte %d wrapped at 4 GiB: read as %d", claim, f.start-4, n)
				return n, nil
			}
		}
	}
	return claim, nil
}

// closesAfter reports whether chunks fill the input from the end of size bytes of data to its end.
func (f *file) closesAfter(size int64) bool {
	at := f.start + size
	return f.closes(at + padding(size, f.headAt(at)))
}

// closes reports whether chunks fill an input that can seek from the offset at to its end, or to the beginning of
// another file.
func (f *file) closes(at int64) bool {
	c := chain{at: at}
	return c.follow(f.in.size, math.MaxInt64, f.headAt) == chunksFollow
}

// headAt returns headBytes bytes at an offset of an input that can seek, fewer at the end of the input. Its first error
// is kept in f.searchErr.
func (f *file) headAt(off int64) []byte {
	if off > f.in.size {
		return nil
	}
	err := f.in.seekTo(off)
	p := f.in.peek(headBytes)
	if err == nil && f.in.err != io.EOF {
		err = f.in.err
	}
	if err != nil && f.searchErr == nil {
		f.searchErr = err
	}
	return p
}

// findEnd searches an input that can seek for the end of data whose size the header lacks.
func (f *file) findEnd() (int64, error) {
	there, search := f.in.size-f.start, f.newSearch()
	if end := f.outer.end(); !placeholder(f.outer.size32) && end <= f.in.size && 2*(end-f.start) >= there {
		there = end - f.start // trust the size of the outer chunk if it covers at least half of the rest of the input
	}
	search.total = there
	for at := int64(0); at < there; { // offset of buf in the data
		if err := f.in.seekTo(f.start + at); err != nil {
			return 0, err
		}
		p := f.buf[:min(int64(len(f.buf)), there-at)]
		if _, err := f.in.full(p); err != nil {
			return 0, err
		}
		n := len(p) - headBytes + 1 // places with headBytes bytes in p
		if at+int64(len(p)) == there {
			n = len(p)
		}
		for i := 0; i < n; i++ {
			k, kind := search.next(p[i:], at+int64(i), n-i)
			i += k
			if kind == outerFollows || kind == chunksFollow || kind == chunkMayFollow && f.endsAt(at+int64(i), &search) {
				return at + int64(i), nil
			}
		}
		at += int64(n)
	}
	return there, nil
}

// endsAt reports whether the data end at an offset where a chunk may begin: whether chunks fill the rest of the input.
func (f *file) endsAt(at int64, s *search) bool {
	c := chain{at: f.start + at}
	if c.follow(f.start+s.total, math.MaxInt64, f.headAt) == chunksFollow {
		return true
	}
	s.countWasted(&c)
	return false
}

// skipData skips data that precede the fmt chunk.
func (f *file) skipData() error {
	if f.start+f.size > f.in.size {
		return f.incomplete()
	}
	if err := f.in.seekTo(f.start + f.size); err != nil {
		return f.in.failed("the data", err)
	}
	return f.skipPad(f.size)
}
