package goaudio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

var allFormats = []pcm.Format{pcm.U8, pcm.S16, pcm.S24, pcm.S32, pcm.F32, pcm.F64}

func le16(v int) string   { return string(binary.LittleEndian.AppendUint16(nil, uint16(v))) }
func le32(v int64) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(v))) }

// riff returns a file with one fmt chunk, a data chunk that claims size bytes, and any bytes after its head.
func riff(fmtPayload string, size int64, data string) string {
	all := "WAVEfmt " + le32(int64(len(fmtPayload))) + fmtPayload + "data" + le32(size) + data
	return "RIFF" + le32(int64(len(all))) + all
}

// plain is the payload of a fmt chunk of 16 bytes.
func plain(tag, channels, bits int) string {
	align := channels * bits / 8
	return le16(tag) + le16(channels) + le32(8000) + le32(int64(8000*align)) + le16(align) + le16(bits)
}

// extensible is the payload of a fmt chunk of 40 bytes.
func extensible(sub, channels, bits int) string {
	return le16(0xFFFE) + plain(sub, channels, bits)[2:] + le16(22) + le16(bits) + le32(0) +
		le16(sub) + "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71"
}

// shortReader cuts every read to a few bytes.
type shortReader struct {
	io.ReadSeeker
	rng *rand.Rand
}

func short(file string) *shortReader {
	return &shortReader{bytes.NewReader([]byte(file)), rand.New(rand.NewPCG(1, 2))}
}

func (s *shortReader) Read(p []byte) (int, error) {
	return s.ReadSeeker.Read(p[:min(len(p), 1+s.rng.IntN(5))])
}

// pipe has a Seek method that does nothing: it fails, or returns success.
type pipe struct {
	io.Reader
	err error
}

func (p pipe) Seek(int64, int) (int64, error) { return 0, p.err }

var errPipe = errors.New("cannot seek")

// seekers are the kinds of readers a decoder may have.
var seekers = map[string]func(file string) io.ReadSeeker{
	"file":      func(file string) io.ReadSeeker { return bytes.NewReader([]byte(file)) },
	"short":     func(file string) io.ReadSeeker { return short(file) },
	"pipe":      func(file string) io.ReadSeeker { return pipe{short(file), errPipe} },
	"fake seek": func(file string) io.ReadSeeker { return pipe{short(file), nil} },
}

// memory is an io.WriteSeeker that may fail.
type memory struct {
	b        []byte
	pos      int64
	limit    int  // bytes it takes, 0 for any number
	patches  bool // what is there can be replaced even at the limit, as on a full disk
	noSeek   bool
	newBytes int // written
}

var errFull = errors.New("disk full")

func (m *memory) Write(p []byte) (int, error) {
	m.newBytes += len(p)
	if m.patches {
		m.newBytes = int(m.pos) + len(p)
	}
	if m.limit > 0 && m.newBytes > m.limit {
		return 0, errFull
	}
	if need := m.pos + int64(len(p)); need > int64(len(m.b)) {
		m.b = append(m.b, make([]byte, need-int64(len(m.b)))...)
	}
	copy(m.b[m.pos:], p)
	m.pos += int64(len(p))
	return len(p), nil
}

func (m *memory) Seek(off int64, whence int) (int64, error) {
	if m.noSeek {
		return 0, errPipe
	}
	switch whence {
	case io.SeekCurrent:
		off += m.pos
	case io.SeekEnd:
		off += int64(len(m.b))
	}
	m.pos = off
	return off, nil
}

// decode returns all frames of a source and the error that is not io.EOF.
func decode(s stream.Source, block int) ([]float32, error) {
	channels := s.Format().Channels
	p := make([]float32, block*channels)
	var all []float32
	for {
		n, err := s.Read(p)
		all = append(all, p[:n*channels]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

func source(t testing.TB, r io.ReadSeeker) *Source {
	t.Helper()
	s, err := NewSource(gowav.NewDecoder(r))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// reference is the content of a file as stream/wav reads it.
func reference(t testing.TB, file string) []float32 {
	t.Helper()
	r, err := wav.NewReader(bytes.NewReader([]byte(file)))
	if err != nil {
		t.Fatal(err)
	}
	x, err := decode(r, 100)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// wavFile is a file made by stream/wav.
func wavFile(t testing.TB, o wav.Options, channels int, x []float32) string {
	t.Helper()
	var m memory
	w := wav.NewWriter(&m, o)
	for _, err := range []error{w.Open(format(22050, channels), -1), w.Write(x), w.Close(nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return string(m.b)
}

// noise goes a little beyond full scale.
func noise(n int) []float32 {
	rng := rand.New(rand.NewPCG(uint64(n), 5))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.Float64()*2.1 - 1.05)
	}
	return x
}

func format(rate, channels int) stream.Format {
	return stream.Format{Rate: stream.Hz(rate), Channels: channels}
}

func same(a, b []float32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float32bits(a[i]) != math.Float32bits(b[i]) && (a[i] == a[i] || b[i] == b[i]) {
			return false
		}
	}
	return true
}

// refused checks that err is a *RefusedError with this What.
func refused(t testing.TB, err error, what string) {
	t.Helper()
	var r *RefusedError
	if !errors.As(err, &r) || r.What != what || r.Why == "" {
		t.Errorf("got error %v (%T), want a *RefusedError about the %s", err, err, what)
	}
}

// wantSamples compares samples by their bits, and NaN with NaN, and shows the first that differ.
func wantSamples(t testing.TB, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d samples, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if !same(got[i:i+1], want[i:i+1]) {
			t.Errorf("sample %d: got %v, want %v", i, got[i], want[i])
			return
		}
	}
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

// encoder makes an encoder for an encoding.
func encoder(m *memory, f pcm.Format, channels int) *gowav.Encoder {
	tag := tagPCM
	if f.Float() {
		tag = tagFloat
	}
	return gowav.NewEncoder(m, 22050, 8*f.Bytes(), channels, tag)
}

// sink opens a Sink.
func sink(t testing.TB, e *gowav.Encoder, frames int64) *Sink {
	t.Helper()
	s, err := NewSink(e)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Open(format(e.SampleRate, e.NumChans), frames); err != nil {
		t.Fatal(err)
	}
	return s
}

// dataOf returns the bytes of the data chunk of a file.
func dataOf(t testing.TB, file string) []byte {
	t.Helper()
	r, err := wav.NewReader(bytes.NewReader([]byte(file)))
	if err != nil {
		t.Fatal(err)
	}
	i := r.Info()
	if i.DataBytes < 0 || i.DataOffset+i.DataBytes+i.DataBytes%2 != int64(len(file)) {
		t.Fatalf("got %+v, want data up to the end of the file of %d bytes", i, len(file))
	}
	return []byte(file[i.DataOffset:][:i.DataBytes])
}

// broken checks that a file cannot be read, or reads as truncated.
func broken(t testing.TB, file string) {
	t.Helper()
	r, err := wav.NewReader(bytes.NewReader([]byte(file)))
	if err != nil {
		return
	}
	var e *wav.TruncatedError
	if x, err := decode(r, 100); !errors.As(err, &e) {
		t.Errorf("incomplete file: got %d samples, error %v, want a *wav.TruncatedError", len(x), err)
	}
}

// nans returns 30 samples, all of them NaN: of either sign, quiet and signalling, with payloads at both ends.
func nans() []float32 {
	patterns := []uint32{0xFFC00000, 0x7FC12345, 0xFFC12345, 0x7F800001, 0xFF800001, 0x7FBFFFFF, 0xFFFFFFFF}
	var x []float32
	for i := range 30 {
		x = append(x, math.Float32frombits(patterns[i%len(patterns)]))
	}
	return x
}

// unreadable is a file that can seek, and fails to read.
type unreadable struct {
	io.ReadSeeker
	err error
}

func (u unreadable) Read([]byte) (int, error) { return 0, u.err }

type errReader struct{ err error }

func (e errReader) Read([]byte) (int, error) { return 0, e.err }
