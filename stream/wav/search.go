package wav

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
)

// A search looks for the end of data whose size the header lacks. The data end at a chunk or a tag that cannot be
// samples (see signature), at chunks that fill the rest of the input exactly, or at another file. A chunk begins after
// a whole frame, or after the pad byte of an odd number of bytes. Another file begins anywhere. Chunks whose names are
// not known count only if total is known: otherwise samples would be mistaken for them.
type search struct {
	align   int64 // size of a frame in bytes
	total   int64 // bytes from the first sample to the end of the input or of the outer chunk, 0 if not known
	wasted  int   // chunks that were followed and turned out to be samples
	noOuter int64 // no other file begins before this offset of the data
}

// A following is what a search or a chain finds at a place.
type following int

const (
	nothing        following = iota // samples
	chunkMayFollow                  // the header of a chunk, or samples that look like one
	chunksFollow                    // a tag, a chunk that cannot be samples, or chunks up to the end of the input
	outerFollows                    // the beginning of another file
	undecided                       // not known before more bytes are read
)

// maxWasted bounds search.wasted. Without it, an input full of chunk headers would need quadratic time.
const maxWasted = 1 << 17

// headBytes is the number of bytes that identify a chunk, a tag or another file.
const headBytes = 12

var wave = []byte("WAVE")

// newSearch returns a search through the data of a file.
func (f *file) newSearch() search {
	if f.coding != nil { // the last block may be short, so the data can end at any byte
		return search{align: 1}
	}
	return search{align: f.frameBytes()}
}

// next returns the first index below n in p where the data may end, and what follows there. If there is none, next
// returns n and nothing. p begins at the offset at of the data.
func (s *search) next(p []byte, at int64, n int) (int, following) {
	end, kind := n, nothing
	for from := int(max(0, s.noOuter-at)); from < len(p); {
		i := bytes.Index(p[from:], wave)
		if i < 0 || from+i-8 >= n {
			break
		}
		from += i + 1
		if begin := from - 9; begin >= 0 && isOuter(p[begin:]) {
			end, kind = begin, outerFollows
			break
		}
	}
	s.noOuter = max(s.noOuter, at+int64(end))
	if i, k := s.chunk(p, at, int64(end)); k != nothing {
		return int(i), k
	}
	return end, kind
}

// chunk returns the first index below n in p, after a whole frame, where a chunk or a tag may begin. p begins at the
// offset at of the data.
func (s *search) chunk(p []byte, at, n int64) (int64, following) {
	i := int64(0)
	if at > 0 {
		i = (at-2+s.align)/s.align*s.align - at // -1 if a frame ends one byte before p, which can then be a pad byte
	}
	if s.align%2 == 0 { // even frames need no pad byte
		if i < 0 {
			i += s.align
		}
		for ; i < n && i+4 <= int64(len(p)); i += s.align {
			if w := binary.LittleEndian.Uint32(p[i:]); letters(w) || w&0xFFFFFF == tagWord || w&0xFFFFFF == id3Word {
				if k := s.signature(p[i:], at+i); k != nothing {
					return i, k
				}
			}
		}
		return 0, nothing
	}
	for ; i < n; i += s.align {
		if i >= 0 {
			if k := s.signature(p[i:], at+i); k != nothing {
				return i, k
			}
		}
		if s.align > 1 && (at+i)%2 == 1 && i+1 < n {
			if k := s.signature(p[i+1:], at+i+1); k != nothing {
				return i + 1, k
			}
		}
	}
	return 0, nothing
}

// The first three bytes of ID3v1 and ID3v2 tags, as the lower bytes of a word.
const (
	tagWord = 'T' | 'A'<<8 | 'G'<<16
	id3Word = 'I' | 'D'<<8 | '3'<<16
)

// signature returns what p, at the offset at of the data, looks like. It returns chunksFollow for bytes that random
// samples match with a probability below 2^-40: a LIST with its type, an ID3 chunk with its tag, an APE tag, an ID3v2
// tag.
func (s *search) signature(p []byte, at int64) following {
	if len(p) < 4 {
		return nothing
	}
	if isTag(p) {
		return chunksFollow
	}
	w := binary.LittleEndian.Uint32(p)
	if w&0xFFFFFF == tagWord && s.wasted < maxWasted {
		return chunkMayFollow
	}
	if !letters(w) || len(p) < 8 {
		return nothing
	}
	known := isKnown(p)
	if known && len(p) >= headBytes && p[7] < 0x80 {
		switch string(p[:4]) + string(p[8:12]) {
		case "LISTINFO", "LISTadtl", "LISTexif", "LISTwavl", "listINFO", "listadtl":
			return chunksFollow
		}
		if id3 := string(p[:4]); (id3 == "id3 " || id3 == "ID3 ") && string(p[8:11]) == "ID3" {
			return chunksFollow
		}
	}
	if s.wasted < maxWasted && (known || s.total > 0 && at+8+le32At(p[4:]) <= s.total) {
		return chunkMayFollow
	}
	return nothing
}

// mayBegin reports whether p, fewer than headBytes bytes at the offset at of the data, can be the beginning of
// something that next finds.
func (s *search) mayBegin(p []byte, at int64) bool {
	for _, c := range [...]Container{RIFF, RF64, BW64} {
		if strings.HasPrefix(c.String(), string(p[:min(4, len(p))])) {
			return len(p) <= 8 || bytes.HasPrefix(wave, p[8:])
		}
	}
	if at%s.align != 0 && !(at%s.align == 1 && at%2 == 0) {
		return false
	}
	for _, tag := range [...]string{id3v1, "ID3", "APE"} {
		if strings.HasPrefix(tag, string(p[:min(len(tag), len(p))])) {
			return true
		}
	}
	return slices.ContainsFunc(knownIDs, func(id uint32) bool {
		var name [4]byte
		binary.LittleEndian.PutUint32(name[:], id)
		return bytes.HasPrefix(name[:], p[:min(4, len(p))])
	})
}

// countWasted counts the chunks of a chain that did not reach the end of the input.
func (s *search) countWasted(c *chain) { s.wasted += 1 + c.chunks }

// letters reports whether each of the four bytes of w is from 0x20 to 0x7F, as in the ID of a chunk.
func letters(w uint32) bool { return (w|(w-0x20202020))&0x80808080 == 0 }

// A chain follows chunks from one to the next, to the end of the input or to the beginning of another file.
type chain struct {
	at     int64 // offset of the next chunk
	chunks int   // number of chunks before it
}

// follow follows the chunks as far as possible. total is the size of the input, or -1 if it is not known yet. A chunk
// that ends after limit counts as samples. head returns up to headBytes bytes at an offset. If the result is undecided,
// follow can be called again once head returns more.
func (c *chain) follow(total, limit int64, head func(off int64) []byte) following {
	for ; c.chunks < maxHeaderChunks; c.chunks++ {
		if c.at == total {
			return chunksFollow
		}
		p := head(c.at)
		tag := bytes.HasPrefix(p, []byte(id3v1))
		switch {
		case isOuter(p), isTag(p), tag && total-c.at == id3v1Bytes:
			return chunksFollow
		case tag && total < 0 && len(head(c.at+id3v1Bytes)) == 0:
			return undecided
		case len(p) < headBytes && total < 0 && c.at < limit:
			return undecided
		case len(p) < 8 || !printable(p):
			return nothing
		}
		size := le32At(p[4:])
		end := c.at + 8 + size
		if end > limit || total >= 0 && end > total {
			return nothing
		}
		next := head(end)
		if total < 0 && len(next) < headBytes {
			return undecided
		}
		c.at = end + padding(size, next)
	}
	return nothing
}

// le32At returns the 32-bit number that p begins with.
func le32At(p []byte) int64 { return int64(binary.LittleEndian.Uint32(p)) }
