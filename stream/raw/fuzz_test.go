package raw

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// FuzzReader: a Reader of any bytes returns every whole frame, and then a TruncatedError for a part of a frame. The way
// in which the bytes arrive changes nothing. Encoding the frames yields the same bytes, with canonical NaN.
func FuzzReader(f *testing.F) {
	f.Add([]byte("abcdefghijklmnopqrstuvwxyz"), uint8(pcm.S16), uint8(2), uint8(3))
	f.Add([]byte("\x01\x00\x80\xFF\x00\x00\x80\x7F"), uint8(pcm.F32), uint8(1), uint8(1))
	f.Add([]byte("\x01\x00\x00\x00\x00\x00\xF0\xFF\x00\x00"), uint8(pcm.F64), uint8(1), uint8(9))
	f.Add([]byte{}, uint8(pcm.U8), uint8(0), uint8(0))
	f.Fuzz(func(t *testing.T, b []byte, format8, channels8, piece uint8) {
		encoding, channels := pcm.Format(format8), int(channels8)
		if !encoding.Valid() || channels == 0 {
			if _, err := NewReader(bytes.NewReader(b), format(channels), encoding); err == nil {
				t.Fatalf("%v, %d channels: got no error, want one", encoding, channels)
			}
			return
		}
		frame := channels * encoding.Bytes()
		whole := bytes.Clone(b[:len(b)/frame*frame])
		pcm.CanonicalizeNaN(whole, encoding)
		for name, in := range map[string]io.Reader{
			"whole": bytes.NewReader(b), "byte with the end": iotest.DataErrReader(iotest.OneByteReader(bytes.NewReader(b))),
		} {
			r, err := NewReader(in, format(channels), encoding)
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := NewEncoder(r, Options{Encoding: encoding})
			if err != nil {
				t.Fatal(err)
			}
			got, err := readBytes(encoded, 1+int(piece))
			want := whole
			if encoding == pcm.S32 || encoding == pcm.F64 { // float32 does not hold all their values
				want = encode(t, Options{Encoding: encoding}, channels, decode(whole, encoding))
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("%s: got %d bytes %.20q, want %d bytes %.20q", name, len(got), got, len(want), want)
			}
			truncated, ok := errors.AsType[*TruncatedError](err)
			if rest := len(b) % frame; rest == 0 && err != nil || rest > 0 && (!ok || truncated.Bytes != rest) {
				t.Fatalf("%s: got error %v, want a rest of %d bytes of %d", name, err, rest, frame)
			}
			if errors.Is(err, io.EOF) {
				t.Fatalf("%s: got error %v, want one that is not io.EOF", name, err)
			}
		}
	})
}
