package wav

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

var allFormats = []pcm.Format{pcm.U8, pcm.S16, pcm.S24, pcm.S32, pcm.F32, pcm.F64}

func le16(v int) string    { return string(binary.LittleEndian.AppendUint16(nil, uint16(v))) }
func le32(v int64) string  { return string(binary.LittleEndian.AppendUint32(nil, uint32(v))) }
func le64(v uint64) string { return string(binary.LittleEndian.AppendUint64(nil, v)) }

// chunk returns a chunk with its actual size and its pad byte.
func chunk(id, payload string) string {
	return id + le32(int64(len(payload))) + payload + "\x00"[:len(payload)%2]
}

// claim returns a chunk header with any size.
func claim(id string, size int64) string { return id + le32(size) }

// riff returns an outer chunk around chunks, with its actual size.
func riff(chunks ...string) string {
	all := join(chunks...)
	return "RIFF" + le32(int64(len(all)+4)) + "WAVE" + all
}

func join(parts ...string) (all string) {
	for _, p := range parts {
		all += p
	}
	return all
}

// plainFmt returns a fmt chunk of 16 bytes.
func plainFmt(tag, channels, rate, bits int) string {
	align := channels * ((bits + 7) / 8)
	return chunk("fmt ", le16(tag)+le16(channels)+le32(int64(rate))+le32(int64(rate*align))+le16(align)+le16(bits))
}

// extFmt returns an extensible fmt chunk.
func extFmt(sub, channels, rate, bits, valid int, mask int64) string {
	align := channels * ((bits + 7) / 8)
	return chunk("fmt ", le16(0xFFFE)+le16(channels)+le32(int64(rate))+le32(int64(rate*align))+le16(align)+le16(bits)+
		le16(22)+le16(valid)+le32(mask)+le16(sub)+guidTail)
}

// blockFmt returns a fmt chunk of samples that are coded in blocks.
func blockFmt(tag, channels, block, bits int) string {
	return chunk("fmt ", le16(tag)+le16(channels)+le32(8000)+le32(8000)+le16(block)+le16(bits))
}

var mono16 = plainFmt(1, 1, 8000, 16)

// ramp returns n bytes, each different from its neighbours.
func ramp(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + 1)
	}
	return string(b)
}

// onlyReader hides every method but Read.
type onlyReader struct{ io.Reader }

// onlyWriter hides every method but Write.
type onlyWriter struct{ io.Writer }

// memory is an io.WriteSeeker.
type memory struct {
	b   []byte
	pos int64
}

func (m *memory) Write(p []byte) (int, error) {
	if need := m.pos + int64(len(p)); need > int64(len(m.b)) {
		m.b = append(m.b, make([]byte, need-int64(len(m.b)))...)
	}
	copy(m.b[m.pos:], p)
	m.pos += int64(len(p))
	return len(p), nil
}

func (m *memory) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += m.pos
	case io.SeekEnd:
		off += int64(len(m.b))
	}
	if off < 0 {
		return 0, errors.New("negative position")
	}
	m.pos = off
	return off, nil
}

func open(t testing.TB, file string) *Reader {
	t.Helper()
	r, err := NewReader(bytes.NewReader([]byte(file)))
	if err != nil {
		t.Fatalf("NewReader: got error %v, want none", err)
	}
	return r
}

// wantBytes compares bytes and shows the first that differ.
func wantBytes(t testing.TB, got, want []byte) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d bytes, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("byte %d: got % x, want % x", i, got[i:min(i+16, len(got))], want[i:min(i+16, len(want))])
			return
		}
	}
}

// wantSamples compares samples and shows the first that differ.
func wantSamples(t testing.TB, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d samples, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("sample %d: got %v, want %v", i, got[i], want[i])
			return
		}
	}
}

// readRaw reads to the end in slices of n frames and returns the bytes and the error that is not io.EOF.
func readRaw(r *Reader, n int) ([]byte, error) {
	p := make([]byte, n*r.Info().FrameBytes())
	var all []byte
	for {
		k, err := r.ReadRaw(p)
		all = append(all, p[:k]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// readFloat is readRaw for decoded samples.
func readFloat(r *Reader, n int) ([]float32, error) {
	p := make([]float32, n*r.Info().Channels)
	var all []float32
	for {
		k, err := r.Read(p)
		all = append(all, p[:k*r.Info().Channels]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// write returns a file that was written in one call.
func write(t testing.TB, w io.Writer, o Options, f stream.Format, announced int64, x []float32) *Writer {
	t.Helper()
	wr := NewWriter(w, o)
	if err := wr.Open(f, announced); err != nil {
		t.Fatal(err)
	}
	if err := wr.Write(x); err != nil {
		t.Fatal(err)
	}
	if err := wr.Close(nil); err != nil {
		t.Fatal(err)
	}
	return wr
}

// signal returns noise within full scale, with values of 16 bits if coarse.
func signal(n int, coarse bool) []float32 {
	rng := rand.New(rand.NewPCG(uint64(n), 5))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.Float64()*1.9 - 0.95)
		if coarse {
			x[i] = float32(math.Round(float64(x[i])*128) / 128)
		}
	}
	return x
}

// canonical returns a copy of samples in which every NaN of a float encoding has the bits that writers write.
func canonical(raw []byte, f pcm.Format) []byte {
	raw = bytes.Clone(raw)
	for at := 0; at < len(raw) && f.Float(); at += f.Bytes() {
		if p := raw[at:]; f == pcm.F32 && math.IsNaN(float64(math.Float32frombits(binary.LittleEndian.Uint32(p)))) {
			binary.LittleEndian.PutUint32(p, 0x7FC00000)
		} else if f == pcm.F64 && math.IsNaN(math.Float64frombits(binary.LittleEndian.Uint64(p))) {
			binary.LittleEndian.PutUint64(p, 0x7FF8000000000000)
		}
	}
	return raw
}

func format(rate, channels int) stream.Format {
	return stream.Format{Rate: stream.Hz(rate), Channels: channels}
}

// A sink is an io.WriteSeeker of any size that keeps the first bytes only.
type sink struct {
	head     [256]byte
	pos, end int64
}

func (s *sink) Write(p []byte) (int, error) {
	if s.pos < int64(len(s.head)) {
		copy(s.head[s.pos:], p)
	}
	s.pos += int64(len(p))
	s.end = max(s.end, s.pos)
	return len(p), nil
}

func (s *sink) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += s.pos
	case io.SeekEnd:
		off += s.end
	}
	s.pos = off
	return off, nil
}

// zeros reads as n zero bytes.
type zeros struct{ n int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.n == 0 {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), z.n)]
	clear(p)
	z.n -= int64(len(p))
	return len(p), nil
}

// sparse is a large file: begin, zeros, and end, if it is not empty, from the offset at on.
type sparse struct {
	begin, end string
	at         int64
}

func (s sparse) ReadAt(p []byte, off int64) (int, error) {
	clear(p)
	if off < int64(len(s.begin)) {
		copy(p, s.begin[off:])
	}
	if i := off - s.at; s.end != "" && i >= 0 {
		if n := copy(p, s.end[min(i, int64(len(s.end))):]); n < len(p) {
			return n, io.EOF
		}
	}
	return len(p), nil
}

// broken fails after n bytes.
type broken struct {
	r   io.Reader
	err error
}

func (b broken) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err == io.EOF {
		err = b.err
	}
	return n, err
}

// failing accepts n bytes.
type failing struct {
	n     int
	err   error
	calls int
}

func (f *failing) Write(p []byte) (int, error) {
	f.calls++
	k := min(len(p), f.n)
	f.n -= k
	if k < len(p) {
		return k, f.err
	}
	return k, nil
}

// NaN of either sign, quiet and signalling, with payloads at both ends.
var (
	nans32 = []uint32{0x7FC00000, 0xFFC00000, 0x7FC12345, 0xFFC12345, 0x7F800001, 0xFF800001, 0x7FBFFFFF, 0x7FFFFFFF,
		0xFFFFFFFF}
	nans64 = []uint64{0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000000000001, 0xFFF8123456789ABC, 0x7FF0000000000001,
		0xFFF0000000000001, 0x7FF7FFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF}
)
