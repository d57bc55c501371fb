package wav

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// maxListed bounds the chunks of a file that are listed, so that a hostile file cannot fill memory with them.
const maxListed = 1000

// A Chunk is one chunk inside the outer one.
type Chunk struct {
	ID     string // four printable ASCII characters, such as "fmt " or "data"
	Offset int64  // of the payload, in bytes from where the Reader began; the chunk's header is the 8 bytes before it

	// Size is the size of the payload in bytes, without pad byte. If the header lacks the size of the data, it is their
	// actual size, and 0 until an input that cannot seek has been read to their end.
	Size int64
}

// parseChunk parses the 8 bytes before a payload.
func parseChunk(head []byte) (id string, size uint32) {
	return string(head[:4]), binary.LittleEndian.Uint32(head[4:])
}

// structural lists the chunks without metadata. A copy of the samples loses nothing if it lacks them.
var structural = []string{
	"fmt ", "data", "ds64", // the Writer writes its own
	"fact",         // the number of frames
	"PEAK", "levl", // computed from the samples
	"JUNK", "junk", "PAD ", "pad ", "FLLR", "fllr", "filr", // filler
}

// metadata lists the IDs that are recognised even at a place where samples might be, or where a pad byte is missing.
// Chunks with other IDs count as metadata too.
var metadata = []string{
	"LIST", "list", "bext", "iXML", "axml", "chna", "_PMX", "id3 ", "ID3 ", "cue ", "smpl", "inst", "acid", "plst",
	"cart", "DISP", "afsp", "strc", "umid", "minf", "elm1", "regn", "LGWV", "SyLp", "ResU", "Cr8r", "link", "bxml",
	"sxml", "dbmd", "mext", "qlty", "note", "labl", "ltxt", "slnt", "wavl", "MD5 ", "CDif", "SNDM", "trkn", "tlst",
}

// knownIDs holds both lists as little-endian numbers, sorted.
var knownIDs = func() []uint32 {
	var list []uint32
	for _, id := range slices.Concat(structural, metadata) {
		list = append(list, binary.LittleEndian.Uint32([]byte(id)))
	}
	slices.Sort(list)
	return list
}()

// isKnown reports whether p begins with an ID of knownIDs.
func isKnown(p []byte) bool {
	if len(p) < 4 {
		return false
	}
	_, found := slices.BinarySearch(knownIDs, binary.LittleEndian.Uint32(p))
	return found
}

// printable reports whether p begins with 4 printable ASCII characters, as the ID of a chunk must be.
func printable(p []byte) bool {
	if len(p) < 4 {
		return false
	}
	for _, c := range p[:4] {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// padding returns the number of pad bytes, 0 or 1, between a payload of size bytes and the next chunk. next holds the
// bytes after the payload, at least 5 unless the input ends earlier. Some writers omit the pad byte of an odd payload,
// and some add one to an even payload: trusting the parity of the size would misread the ID of the next chunk.
func padding(size int64, next []byte) int64 {
	if len(next) == 0 {
		return 0
	}
	if size%2 == 0 {
		if next[0] == 0 && isKnown(next[1:]) {
			return 1
		}
		return 0
	}
	switch {
	case isKnown(next[1:]):
		return 1
	case isKnown(next), isOuter(next), bytes.HasPrefix(next, []byte(id3v1)), printable(next) && !printable(next[1:]):
		return 0
	}
	return 1
}

// addChunk lists a chunk, and lists its ID as metadata if a copy of the samples loses it. payload holds its first
// bytes.
func (f *file) addChunk(c Chunk, payload []byte) {
	switch {
	case len(f.chunks) < maxListed:
		f.chunks = append(f.chunks, c)
	case !f.unlisted:
		f.unlisted = true
		f.note(c.Offset-8, "more than %d chunks: those from byte %d on are not listed", maxListed, c.Offset-8)
	}
	if !slices.Contains(structural, c.ID) && !onlySoftware(c, payload) && !slices.Contains(f.metadata, c.ID) &&
		len(f.metadata) < maxNotes {
		f.metadata = append(f.metadata, c.ID)
	}
}

// onlySoftware reports whether a chunk is a LIST with a single entry, the name of the program that wrote the file. A
// copy drops this entry without a report, because another program writes the copy.
func onlySoftware(c Chunk, payload []byte) bool {
	if c.ID != "LIST" || len(payload) < 12 || string(payload[:8]) != "INFOISFT" {
		return false
	}
	size := int64(binary.LittleEndian.Uint32(payload[8:]))
	return 12+size+size%2 >= c.Size
}
