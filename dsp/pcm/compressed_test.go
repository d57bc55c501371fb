package pcm

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The format tags of the compressed encodings in WAV files.
const (
	tagMS    = 0x0002
	tagALaw  = 0x0006
	tagMuLaw = 0x0007
	tagIMA   = 0x0011
)

// A compressed is the fmt and data chunks of a WAV file in one of the compressed encodings.
type compressed struct {
	tag, channels, align int // align is the bytes per block; in G.711, per frame
	coefficients         [][2]int16
	data                 []byte
}

// file returns the bytes of a WAV file.
func (w compressed) file() []byte {
	le := binary.LittleEndian
	chunk := func(id string, payload []byte) []byte {
		b := append(le.AppendUint32([]byte(id), uint32(len(payload))), payload...)
		return append(b, make([]byte, len(b)%2)...)
	}
	frames, bits := w.blockFrames(w.align), 4
	if w.tag == tagALaw || w.tag == tagMuLaw {
		bits = 8
	}
	var f []byte
	for _, v := range []int{w.tag, w.channels} {
		f = le.AppendUint16(f, uint16(v))
	}
	f = le.AppendUint32(f, 8000)
	f = le.AppendUint32(f, uint32(8000*w.align/frames))
	for _, v := range []int{w.align, bits} {
		f = le.AppendUint16(f, uint16(v))
	}
	switch w.tag {
	case tagIMA:
		f = le.AppendUint16(le.AppendUint16(f, 2), uint16(frames))
	case tagMS:
		f = le.AppendUint16(le.AppendUint16(f, uint16(4+4*len(w.coefficients))), uint16(frames))
		f = le.AppendUint16(f, uint16(len(w.coefficients)))
		for _, c := range w.coefficients {
			f = le.AppendUint16(le.AppendUint16(f, uint16(c[0])), uint16(c[1]))
		}
	}
	total := len(w.data)/w.align*frames + w.blockFrames(len(w.data)%w.align)
	fact := le.AppendUint32(nil, uint32(total))
	return chunk("RIFF",
		slices.Concat([]byte("WAVE"), chunk("fmt ", f), chunk("fact", fact), chunk("data", w.data)))
}

// parseCompressed is the inverse of file, and skips other chunks. The size of a data chunk may exceed the file.
func parseCompressed(t *testing.T, file []byte) compressed {
	t.Helper()
	le := binary.LittleEndian
	var w compressed
	for b := file[12:]; len(b) >= 8; {
		size := min(int(le.Uint32(b[4:])), len(b)-8)
		id, p := string(b[:4]), b[8:8+size]
		b = b[8+min(size+size%2, len(b)-8):]
		switch id {
		case "fmt ":
			w.tag, w.channels, w.align = int(le.Uint16(p)), int(le.Uint16(p[2:])), int(le.Uint16(p[12:]))
			if w.tag == tagMS {
				for i := range int(le.Uint16(p[20:])) {
					w.coefficients = append(w.coefficients, [2]int16{int16(le.Uint16(p[22+4*i:])), int16(le.Uint16(p[24+4*i:]))})
				}
			}
		case "data":
			w.data = p
			return w
		}
	}
	t.Fatal("got no data chunk, want one")
	return w
}

// blockFrames returns the number of frames in a block whose size is in bytes.
func (w compressed) blockFrames(bytes int) int {
	switch w.tag {
	case tagIMA:
		return IMAFrames(bytes, w.channels)
	case tagMS:
		return MSFrames(bytes, w.channels)
	}
	return bytes / w.channels
}

// decode returns all samples of the file.
func (w compressed) decode(t *testing.T) []int16 {
	t.Helper()
	var samples []int16
	for block := range slices.Chunk(w.data, w.align) {
		dst := make([]int16, w.blockFrames(len(block))*w.channels)
		if n := w.decodeBlock(t, dst, block); n != len(dst) {
			t.Fatalf("samples of a block of %d bytes: got %d, want %d", len(block), n, len(dst))
		}
		samples = append(samples, dst...)
	}
	return samples
}

func (w compressed) decodeBlock(t testing.TB, dst []int16, block []byte) (samples int) {
	t.Helper()
	var frames int
	var err error
	switch w.tag {
	case tagALaw:
		return DecodeALaw(dst, block)
	case tagMuLaw:
		return DecodeMuLaw(dst, block)
	case tagIMA:
		frames, err = DecodeIMA(dst, block, w.channels)
	case tagMS:
		frames, err = DecodeMS(dst, block, w.channels, w.coefficients)
	}
	if err != nil {
		t.Fatalf("block of %d bytes: got error %v, want none", len(block), err)
	}
	return frames * w.channels
}

// randomBlocks returns blocks of random codes after valid headers. The last block is short. Random codes reach the
// smallest and the largest steps, and clip. Small codes are from -4 to 3. In Microsoft ADPCM, the predictor indexes are
// from the argument.
func randomBlocks(rng *rand.Rand, tag, channels, groups int, indexes []byte, small bool) compressed {
	w := compressed{tag: tag, channels: channels, align: 4 * channels * (1 + groups)}
	if tag == tagMS {
		w.coefficients = MSCoefficients()
		w.align = channels * (7 + 4*groups)
	}
	const blocks = 40
	w.data = make([]byte, blocks*w.align-w.align/3)
	for i := range w.data {
		w.data[i] = byte(rng.Uint32())
		if small && i%w.align >= 7*channels {
			w.data[i] = w.data[i]&0x77 | w.data[i]&0x44<<1
		}
	}
	for b := range blocks {
		block := w.data[b*w.align:]
		for c := range channels {
			if tag == tagMS {
				block[c] = indexes[rng.IntN(len(indexes))]
			} else {
				block[4*c+2], block[4*c+3] = byte(rng.IntN(len(imaSteps))), 0
			}
		}
	}
	return w
}

// loud returns frames of a sine with noise, with a different frequency in each channel: sometimes quiet, sometimes
// clipped.
func loud(rng *rand.Rand, channels, frames int) []int16 {
	x := make([]int16, 0, frames*channels)
	for i := range frames {
		gain := 40000 * math.Pow(math.Sin(float64(i)*0.002), 4)
		for c := range channels {
			v := gain * (math.Sin(float64(i)*0.05*float64(1+c)) + 0.2*rng.NormFloat64())
			x = append(x, int16(min(max(v, -32768), 32767)))
		}
	}
	return x
}

// wantInts reports the first sample that differs from the wanted one by more than allowed(its index).
func wantInts(t *testing.T, got, want []int16, allowed func(i int) int) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("samples: got %d, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if d := int(got[i]) - int(want[i]); max(d, -d) > allowed(i) {
			t.Fatalf("sample %d of %d: got %d, want %d within %d", i, len(want), got[i], want[i], allowed(i))
		}
	}
}

func equal(int) int { return 0 }

func BenchmarkCompressed(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		name string
		w    compressed
	}{
		{"A-law", compressed{tag: tagALaw, channels: 2, align: 2048, data: make([]byte, 2048)}},
		{"mu-law", compressed{tag: tagMuLaw, channels: 2, align: 2048, data: make([]byte, 2048)}},
		{"IMA", randomBlocks(rng, tagIMA, 2, 127, nil, false)},
		{"Microsoft", randomBlocks(rng, tagMS, 2, 127, []byte{1, 4, 5, 6}, false)},
	} {
		b.Run(c.name, func(b *testing.B) {
			block := c.w.data[:c.w.align]
			if c.w.coefficients == nil && c.w.tag != tagIMA {
				for i := range block {
					block[i] = byte(rng.Uint32())
				}
			}
			dst := make([]int16, c.w.blockFrames(len(block))*2)
			b.SetBytes(int64(2 * len(dst))) // of decoded samples
			b.ReportAllocs()
			for b.Loop() {
				c.w.decodeBlock(b, dst, block)
			}
		})
	}
}
