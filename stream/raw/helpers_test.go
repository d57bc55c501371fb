package raw

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

var allEncodings = []pcm.Format{pcm.U8, pcm.S16, pcm.S24, pcm.S32, pcm.F32, pcm.F64}

func format(channels int) stream.Format {
	return stream.Format{Rate: stream.Hz(8000), Channels: channels}
}

// signal returns noise within full scale.
func signal(n int) []float32 {
	rng := rand.New(rand.NewPCG(uint64(n), 5))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.Float64()*1.9 - 0.95)
	}
	return x
}

// encode is the reference: one call of an Encoder.
func encode(t testing.TB, o Options, channels int, x []float32) []byte {
	t.Helper()
	e, err := pcm.NewEncoder(o.Encoding, channels, o.Dither)
	if err != nil {
		t.Fatal(err)
	}
	return e.Encode(nil, x)
}

// decode is the reference: one call of Decode.
func decode(b []byte, encoding pcm.Format) []float32 {
	x := make([]float32, len(b)/encoding.Bytes())
	pcm.Decode(x, b, encoding)
	return x
}

// cuts are readers of b that cut it in different ways.
func cuts(b []byte) map[string]io.Reader {
	return map[string]io.Reader{
		"whole":             bytes.NewReader(b),
		"single bytes":      iotest.OneByteReader(bytes.NewReader(b)),
		"halves":            iotest.HalfReader(bytes.NewReader(b)),
		"data with the end": iotest.DataErrReader(bytes.NewReader(b)),
		"byte with the end": iotest.DataErrReader(iotest.OneByteReader(bytes.NewReader(b))),
	}
}

// open returns a Reader.
func open(t testing.TB, in io.Reader, channels int, encoding pcm.Format) *Reader {
	t.Helper()
	r, err := NewReader(in, format(channels), encoding)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// readAll reads a source in pieces of n frames to its end, and returns the error that is not io.EOF.
func readAll(s stream.Source, n int) ([]float32, error) {
	channels := s.Format().Channels
	p := make([]float32, n*channels)
	var all []float32
	for {
		k, err := s.Read(p)
		all = append(all, p[:k*channels]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// wantEqual compares values and shows the first that differ. NaN equals nothing.
func wantEqual[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: got %d values, want %d", what, len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("%s: value %d: got %v, want %v", what, i, got[i], want[i])
			return
		}
	}
}

// A script is a reader whose calls of Read return one step each.
type script struct {
	steps []step
	calls int
}

type step struct {
	data string
	err  error
}

func (s *script) Read(p []byte) (int, error) {
	if s.calls++; s.calls > len(s.steps) {
		return 0, io.EOF
	}
	now := s.steps[s.calls-1]
	return copy(p, now.data), now.err
}

// readFunc is a function as a reader.
type readFunc func(p []byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// sourceFunc is a function as a source of two channels.
type sourceFunc func(dst []float32) (int, error)

func (f sourceFunc) Format() stream.Format           { return format(2) }
func (f sourceFunc) Read(dst []float32) (int, error) { return f(dst) }

// endless and endlessBytes are Read functions of streams that never end.
func endless(dst []float32) (frames int, err error) { return len(dst) / 2, nil }
func endlessBytes(p []byte) (n int, err error)      { return len(p), nil }
