package wav

import (
	"encoding/binary"
	"fmt"
	"math"
)

const (
	unknown32 = math.MaxUint32 // a 32-bit size that is not known, or is in ds64
	unknown64 = math.MaxUint64 // a 64-bit size that is not known
	unknown   = -1             // size of data that end where the input ends
)

// placeholder reports whether a 32-bit size is one that programs write when they do not know the length: 0; the largest
// int32 or uint32; one of these minus the header; or one of these rounded down to whole frames or to a block. sox
// writes 0x7FFFF000, GStreamer 0x7FFF0000, arecord 0x80000000, opusdec 0x7FFFFFFF, ffmpeg 0xFFFFFFFF, others 0xFFFFFFFF
// minus a header of 36 to 100 bytes.
func placeholder(size uint32) bool {
	return size == 0 || size >= 0x7FFF0000 && size <= 0x80000000 || size >= 0xFFFF0000
}

// A ds64 holds the sizes of an RF64 or BW64 file.
type ds64 struct {
	riff, data uint64 // bytes
	frames     uint64
}

const ds64Min = 28 // payload without table

func parseDS64(p []byte) ds64 {
	le := binary.LittleEndian
	return ds64{riff: le.Uint64(p), data: le.Uint64(p[8:]), frames: le.Uint64(p[16:])}
}

// dataSize returns the size of the data in bytes, for frames of align bytes. ffmpeg includes the pad byte in that size;
// the number of frames shows this.
func (l *ds64) dataSize(align uint64) uint64 {
	padded := l.data > 0 && l.data%2 == 0
	if whole := l.data - 1; padded && whole%align == 0 && whole/align == l.frames {
		return whole
	}
	return l.data
}

// An outer is the outer chunk of a file: its kind and its size.
type outer struct {
	kind   Container
	start  int64 // offset of the outer chunk, not 0 after an ID3 tag
	size32 uint32
	long   *ds64 // nil in a RIFF file, and in an RF64 file that lacks the chunk
}

// wantsDS64 reports whether the next ds64 chunk counts: the first one of an RF64 or BW64 file.
func (o outer) wantsDS64() bool { return o.kind != RIFF && o.long == nil }

// setDS64 reads the sizes from the payload of a ds64 chunk.
func (o *outer) setDS64(p []byte) {
	long := parseDS64(p)
	o.long = &long
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
	return int64(min(size, uint64(math.MaxInt64-8-o.start))) + 8 + o.start
}

// claimed returns the size of the data by the header, or unknown. The payload begins at start and has frames of align
// bytes. In an RF64 file the size in ds64 counts, whatever the 32-bit size is, unless it is 0.
func (o outer) claimed(size32 uint32, start, align int64) (int64, error) {
	if o.long != nil && o.long.data != 0 {
		size := o.long.dataSize(uint64(align))
		switch {
		case size == unknown64:
			return unknown, nil
		case size > uint64(math.MaxInt64-start):
			return 0, fmt.Errorf("data chunk at byte %d: its size, %s by the header, is out of range: %s",
				start-8, sizeText(size), damaged)
		}
		return int64(size), nil
	}
	if placeholder(size32) {
		return unknown, nil
	}
	return int64(size32), nil
}

// emptyBefore reports whether data at start with the size 0 are really empty: whether next, the bytes at start, begin a
// chunk inside the outer one. If they do not, the size was never filled in.
func (o outer) emptyBefore(next []byte, start int64) bool {
	if o.long == nil && placeholder(o.size32) || len(next) < 8 || !printable(next) {
		return false
	}
	return le32At(next[4:]) <= o.end()-start-8
}
