package wav

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// NaN of either sign, quiet and signalling, with payloads at both ends.
var (
	nans32 = []uint32{0x7FC00000, 0xFFC00000, 0x7FC12345, 0xFFC12345, 0x7F800001, 0xFF800001, 0x7FBFFFFF, 0x7FFFFFFF,
		0xFFFFFFFF}
	nans64 = []uint64{0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000000000001, 0xFFF8123456789ABC, 0x7FF0000000000001,
		0xFFF0000000000001, 0x7FF7FFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF}
)

// TestNaN: encoded here or before, in pieces of any size, to a file or a pipe, NaN has one pattern in a file.
func TestNaN(t *testing.T) {
	const samples = 3*blockBytes/4 + 20
	quiet := map[pcm.Format]string{pcm.F32: "\x00\x00\xC0\x7F", pcm.F64: "\x00\x00\x00\x00\x00\x00\xF8\x7F"}
	for _, f := range []pcm.Format{pcm.F32, pcm.F64} {
		size := f.Bytes()
		x := signal(samples, false)
		var raw, want []byte
		for i := range x {
			isNaN := i%5 == 3 || i == 0 || i == samples-1
			if isNaN {
				x[i] = math.Float32frombits(nans32[i%len(nans32)])
			}
			if f == pcm.F32 {
				raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x[i]))
			} else if raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(float64(x[i]))); isNaN {
				binary.LittleEndian.PutUint64(raw[size*i:], nans64[i%len(nans64)])
			}
			if want = append(want, raw[size*i:]...); isNaN {
				copy(want[size*i:], quiet[f])
			}
		}
		for _, encoded := range []bool{false, true} {
			for _, seekable := range []bool{false, true} {
				for _, frames := range []int{1, 50, blockBytes/size/2 - 1, blockBytes / size / 2, samples / 2} {
					t.Run(fmt.Sprintf("%v/encoded=%v/seekable=%v/%d", f, encoded, seekable, frames), func(t *testing.T) {
						var m memory
						var out io.Writer = &m
						if !seekable {
							out = onlyWriter{&m}
						}
						w := NewWriter(out, Options{Encoding: f})
						err := w.Open(format(8000, 2), samples/2)
						before := bytes.Clone(raw)
						for at := 0; at < samples && err == nil; at += 2 * frames {
							end := min(at+2*frames, samples)
							if encoded {
								err = w.WriteRaw(raw[size*at : size*end])
							} else {
								err = w.Write(x[at:end])
							}
						}
						if err == nil {
							err = w.Close(nil)
						}
						if err != nil {
							t.Fatal(err)
						}
						got := m.b[len(m.b)-len(want):]
						for i := 0; i < len(want); i += size {
							if !bytes.Equal(got[i:i+size], want[i:i+size]) {
								t.Fatalf("sample %d of %x is % x, want % x", i/size, raw[i:i+size], got[i:i+size], want[i:i+size])
							}
						}
						if !bytes.Equal(raw, before) {
							t.Error("WriteRaw has changed its argument, want it as it was")
						}
					})
				}
			}
		}
	}
}
