package wav

import (
	"encoding/binary"
	"fmt"
	"math"
)

const (
	unknown32 = math.MaxUint32 // a 32-bit size that is not known, or that stands in ds64
	unknown64 = math.MaxUint64
	untilEnd  = math.MaxInt64 // extent.bytes if only the end of the input ends the data
)

// placeholders are the sizes that programs put into the header of a pipe, as they are or rounded down to whole frames:
// sox 0x7FFFF000, arecord 0x80000000, opusdec and others the largest int32, oggdec what that leaves for the data.
var placeholders = [...]int64{0x7FFFF000, 0x80000000, 0x7FFFFFFF, 0x7FFFFFFF - 44}

// A ds64 holds the sizes of an RF64 or BW64 file.
type ds64 struct {
	riff, data uint64
	frames     uint64
}

const ds64Min = 28 // payload without table

func parseDS64(p []byte) ds64 {
	return ds64{riff: binary.LittleEndian.Uint64(p), data: binary.LittleEndian.Uint64(p[8:]), frames: binary.LittleEndian.Uint64(p[16:])}
}

// dataSize returns the size of the data in frames of align bytes. ffmpeg counts the pad byte in, but not as a frame.
func (l *ds64) dataSize(align uint64) uint64 {
	padded := l.data > 0 && l.data%2 == 0
	if whole := l.data - 1; padded && whole%align == 0 && whole/align == l.frames {
		return whole
	}
	return l.data
}

// An extent says where the samples end.
type extent struct {
	bytes int64 // size of the data chunk, or untilEnd
	open  bool  // the end of the input is a regular end, even before bytes
}

// An outer is what the first chunk says of the whole file: its kind and its size.
type outer struct {
	kind   Container
	size32 uint32
	long   *ds64 // nil in a RIFF file, and in an RF64 file that lacks the chunk
}

// parseOuter reads the first 12 bytes of a file.
func parseOuter(head []byte) (outer, error) {
	kind, ok := container(head)
	if !ok {
		return outer{}, notWAV(head)
	}
	return outer{kind: kind, size32: binary.LittleEndian.Uint32(head[4:])}, nil
}

// parseChunk reads the 8 bytes before a payload.
func parseChunk(head []byte) (id string, size uint32) {
	return string(head[:4]), binary.LittleEndian.Uint32(head[4:])
}

// wantsDS64 reports whether a ds64 chunk has a meaning: in an RF64 or BW64 file, the first one.
func (o outer) wantsDS64() bool { return o.kind != RIFF && o.long == nil }

// setDS64 takes the sizes from the payload of a ds64 chunk.
func (o *outer) setDS64(p []byte) {
	long := parseDS64(p)
	o.long = &long
}

// dataExtent judges the size of the data chunk whose payload begins at start. align is the size of a frame. If the size
// is 0, it asks peek for the first bytes of the payload, up to 8: there may be a chunk, or samples.
func (o outer) dataExtent(size32 uint32, start, align int64, peek func(n int) ([]byte, error)) (extent, error) {
	ext, err := o.claimedExtent(size32, start, align)
	if err != nil || ext != (extent{}) {
		return ext, err
	}
	next, err := peek(8)
	if err == nil && !o.emptyBefore(next, start) {
		ext = extent{bytes: untilEnd, open: true}
	}
	return ext, err
}

// end returns the offset of the first byte after the outer chunk, or -1 if its size is not known.
func (o outer) end() int64 {
	size := uint64(o.size32)
	if o.size32 == unknown32 {
		if o.long == nil || o.long.riff == unknown64 {
			return -1
		}
		size = o.long.riff
	}
	if size == 0 {
		return -1
	}
	return int64(min(size, math.MaxInt64-8)) + 8
}

// claimedExtent is dataExtent as far as the sizes tell; it returns the zero extent for data that may be empty.
//
// A size of 0 is meant only if the outer chunk claims another chunk after it, and if there is one: see emptyBefore.
// All ones are never meant. A placeholder may be reached or not; if the outer chunk does not claim that anything
// follows, it may be passed too, for a pipe does not stop there.
func (o outer) claimedExtent(size32 uint32, start, align int64) (extent, error) {
	size := uint64(size32)
	if size32 == unknown32 && o.long != nil {
		size = o.long.dataSize(uint64(align))
	}
	end := o.end()
	switch {
	case size == 0 && end >= start+8: // room for a chunk after it
		return extent{}, nil
	case size == 0, size == unknown32 && o.long == nil, size == unknown64:
		return extent{bytes: untilEnd, open: true}, nil
	case size > uint64(math.MaxInt64-start):
		return extent{}, fmt.Errorf("data chunk at byte %d: size %d is out of range; the header is damaged", start-8, size)
	}
	n := int64(size)
	if o.long == nil {
		for _, p := range placeholders {
			if n != p && n != p-p%align {
				continue
			}
			if end <= start+n+n%2 {
				n = untilEnd
			}
			return extent{bytes: n, open: true}, nil
		}
	}
	return extent{bytes: n}, nil
}

// emptyBefore reports whether data at start whose size is given as 0 really are empty: whether next, the bytes found
// there, begin a chunk inside the outer one. If not, the size was never filled in, though that of the outer chunk was.
func (o outer) emptyBefore(next []byte, start int64) bool {
	return len(next) >= 8 && printable(next[:4]) && int64(binary.LittleEndian.Uint32(next[4:])) <= o.end()-start-8
}
