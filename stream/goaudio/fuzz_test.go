package goaudio

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"testing"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/stream/wav"
)

// FuzzSource: a Source has the header and the frames of stream/wav, and fails where that fails, whatever the bytes and
// the reader.
func FuzzSource(f *testing.F) {
	for _, e := range allFormats {
		f.Add([]byte(wavFile(f, wav.Options{Encoding: e}, 1, noise(9))))
	}
	for _, size := range []int64{0, 3, 0x7FFFF000, 0x80000000, 0xFFFFFFFF} {
		f.Add([]byte(riff(plain(1, 1, 16), size, "abcd")))
		f.Add([]byte("RF64" + riff(extensible(3, 1, 32), size, "abcd")[4:]))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) >= 8 {
			// A decoder whose reader cannot seek shows this size rounded up to even, and all ones as 0.
			size := binary.LittleEndian.Uint32(file[4:])
			if size += size & 1; size == 0 {
				size = 0xFFFFFFFF
			}
			file = slices.Clone(file)
			binary.LittleEndian.PutUint32(file[4:], size)
		}
		for name, seeker := range seekers {
			var in io.Reader = bytes.NewReader(file)
			if name == "pipe" || name == "fake seek" {
				in = struct{ io.Reader }{in}
			}
			var want, got []float32
			r, wantErr := wav.NewReader(in)
			s, err := NewSource(gowav.NewDecoder(seeker(string(file))))
			if wantErr == nil && err == nil && (s.Frames() != r.Frames() || s.Info() != r.Info()) {
				t.Errorf("%s: got %d frames, %+v, want %d, %+v", name, s.Frames(), s.Info(), r.Frames(), r.Info())
			}
			if wantErr == nil {
				want, wantErr = decode(r, 16)
			}
			if err == nil {
				got, err = decode(s, 16)
			}
			if (err == nil) != (wantErr == nil) || !same(got, want) {
				t.Errorf("%s: got %d samples %v, error %v, want %d %v, error %v",
					name, len(got), got[:min(len(got), 9)], err, len(want), want[:min(len(want), 9)], wantErr)
			}
		}
	})
}
