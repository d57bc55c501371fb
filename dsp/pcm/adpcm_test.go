package pcm

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestDecodeIMA has blocks that were decoded by hand. In the first, 7/8 of a step and other fractions need truncation.
func TestDecodeIMA(t *testing.T) {
	for _, c := range []struct {
		name     string
		channels int
		block    []byte
		want     []int16
	}{
		{"header", 1, []byte{0x18, 0xFC, 88, 0}, []int16{-1000}},
		{"codes", 1, []byte{0xE8, 0x03, 20, 0, 0x87, 0xF0, 0x34, 0x1A},
			[]int16{1000, 1093, 1080, 1092, 927, 1140, 1340, 1210, 1280}},
		{"reserved byte", 1, []byte{0xE8, 0x03, 20, 0xFF, 0x87, 0xF0, 0x34, 0x1A},
			[]int16{1000, 1093, 1080, 1092, 927, 1140, 1340, 1210, 1280}},
		{"clipped", 2, []byte{0x00, 0x70, 88, 0, 0x00, 0x80, 87, 0, 0x77, 0x77, 0x77, 0xF7, 0xFF, 0xFF, 0xFF, 0x7F},
			[]int16{28672, -32768, 32767, -32768, 32767, -32768, 32767, -32768, 32767, -32768, 32767, -32768, 32767, -32768,
				32767, -32768, -28669, 28668}},
		{"smallest step", 1, []byte{0, 0, 0, 0, 0x00, 0x80, 0x11, 0x92}, []int16{0, 0, 0, 0, 0, 1, 2, 5, 4}},
		{"rest of a group", 1, []byte{0xE8, 0x03, 20, 0, 0x87, 0xF0, 0x34}, []int16{1000}},
		{"no header", 2, []byte{0xE8, 0x03, 20, 0, 0xE8, 0x03, 20}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := make([]int16, 40)
			frames, err := DecodeIMA(got, c.block, c.channels)
			if err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			if got := got[:frames*c.channels]; !slices.Equal(got, c.want) {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

// TestDecodeMS has blocks that were decoded by hand. In the second, predictions of negative samples are truncated.
func TestDecodeMS(t *testing.T) {
	for _, c := range []struct {
		name     string
		channels int
		block    []byte
		want     []int16
	}{
		{"header", 1, []byte{6, 16, 0, 0x18, 0xFC, 0xE8, 0x03}, []int16{1000, -1000}},
		{"codes", 1, []byte{4, 16, 0, 0x9C, 0xFF, 50, 0, 0x38, 0xF0}, []int16{50, -100, -45, -170, -207, -194}},
		{"two coefficients", 1, []byte{6, 100, 0, 0xE8, 0x03, 0xF4, 0x01, 0x00}, []int16{500, 1000, 1078, 744}},
		{"further coefficients", 1, []byte{7, 100, 0, 0xE8, 0x03, 0xF4, 0x01, 0x00}, []int16{500, 1000, 1500, 2500}},
		{"extreme coefficients", 1, []byte{8, 0, 0, 0x00, 0x80, 0x00, 0x80, 0x00}, []int16{-32768, -32768, 32767, 128}},
		{"negative delta", 1, []byte{2, 0xFE, 0xFF, 0, 0, 0, 0, 0x31}, []int16{0, 0, -6, 16}},
		{"stereo", 2, []byte{2, 0, 16, 0, 32, 0, 1, 0, 2, 0, 3, 0, 4, 0, 0x1F, 0xE2},
			[]int16{3, 4, 1, 2, 16, -30, -32, 26}},
		{"three channels", 3,
			[]byte{2, 2, 2, 16, 0, 16, 0, 16, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 0x12, 0x34, 0x56, 0x77},
			[]int16{4, 5, 6, 1, 2, 3, 16, 32, 48, 64, 80, 96}},
		{"no header", 1, []byte{0, 16, 0, 0, 0, 0}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := make([]int16, 40)
			pairs := append(MSCoefficients(), [2]int16{256, 256}, [2]int16{math.MinInt16, math.MinInt16})
			frames, err := DecodeMS(got, c.block, c.channels, pairs)
			if err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			if got := got[:frames*c.channels]; !slices.Equal(got, c.want) {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

// TestDecodeMSLimit: 20 codes of -8 raise delta to its limit, and 44 codes of 0 lower it. The sample of a code of 1 is
// delta.
func TestDecodeMSLimit(t *testing.T) {
	block := slices.Concat([]byte{2, 16, 0, 0, 0, 0, 0}, bytes.Repeat([]byte{0x88}, 10), make([]byte, 22), []byte{0x10})
	dst := make([]int16, MSFrames(len(block), 1))
	if _, err := DecodeMS(dst, block, 1, MSCoefficients()); err != nil {
		t.Fatalf("got error %v, want none", err)
	}
	if got := dst[2+20+44]; got != 25116 {
		t.Errorf("delta: got %d, want 25116", got)
	}
}

// TestADPCMErrors: an error is one line that names the wrong value, and no frames are returned.
func TestADPCMErrors(t *testing.T) {
	ima := func(block []byte, channels int) func([]int16) (int, error) {
		return func(dst []int16) (int, error) { return DecodeIMA(dst, block, channels) }
	}
	ms := func(block []byte, channels int, c [][2]int16) func([]int16) (int, error) {
		return func(dst []int16) (int, error) { return DecodeMS(dst, block, channels, c) }
	}
	stereo := make([]byte, 40)
	for i := range stereo {
		stereo[i] = 1
	}
	damaged := slices.Clone(stereo)
	damaged[6] = 89
	for _, c := range []struct {
		name   string
		decode func([]int16) (int, error)
		want   string
	}{
		{"IMA/no channels", ima(stereo, 0), "0 channels: need at least 1"},
		{"IMA/negative channels", ima(stereo, -2), "-2 channels: need at least 1"},
		{"IMA/step index", ima(damaged, 2), "step index 89 of channel 1 in IMA ADPCM: must be 0 to 88"},
		{"Microsoft/no channels", ms(stereo, 0, MSCoefficients()), "0 channels: need at least 1"},
		{"Microsoft/negative channels", ms(stereo, -1, MSCoefficients()), "-1 channels: need at least 1"},
		{"Microsoft/predictor index", ms([]byte{0, 7, 13: 0}, 2, MSCoefficients()),
			"predictor index 7 of channel 1 in Microsoft ADPCM: must be below 7"},
		{"Microsoft/no coefficients", ms(stereo, 1, nil),
			"predictor index 1 of channel 0 in Microsoft ADPCM: must be below 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dst := slices.Repeat([]int16{guard}, 100)
			frames, err := c.decode(dst)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got error %v, want one line with %q", err, c.want)
			}
			if frames != 0 {
				t.Errorf("frames: got %d, want 0", frames)
			}
			if !slices.Equal(dst, slices.Repeat([]int16{guard}, 100)) {
				t.Errorf("samples: got %d, want them untouched", dst)
			}
		})
	}
}

// TestADPCMShort decodes blocks truncated to every length, into slices of every length.
func TestADPCMShort(t *testing.T) {
	for channels := 1; channels <= 9; channels++ {
		for _, tag := range []int{tagIMA, tagMS} {
			t.Run(fmt.Sprintf("%#x/%d channels", tag, channels), func(t *testing.T) {
				w := randomBlocks(seeded(t), tag, channels, 3, []byte{0, 1, 2, 3, 4, 5, 6}, false)
				block := w.data[:w.align]
				whole := make([]int16, w.blockFrames(len(block))*channels)
				w.decodeBlock(t, whole, block)
				for n := range len(block) + 1 {
					want := whole[:countFrames(tag, n, channels)*channels]
					if got := w.blockFrames(n) * channels; got != len(want) {
						t.Errorf("%d bytes: got %d samples announced, want %d", n, got, len(want))
					}
					wantBlock(t, w, block[:n:n], len(whole), want)
				}
				for n := range len(whole) {
					wantBlock(t, w, block, n, whole[:n/channels*channels])
				}
			})
		}
	}
}

// countFrames counts the frames of a block that are complete after the first n bytes.
func countFrames(tag, n, channels int) (frames int) {
	if tag == tagIMA {
		for n -= 4 * channels; n >= 0; n -= 4 * channels {
			if frames == 0 {
				frames = 1
			} else {
				frames += 8
			}
		}
		return frames
	}
	if n < 7*channels {
		return 0
	}
	frames = 2
	for halves := 2 * (n - 7*channels); halves >= channels; halves -= channels {
		frames++
	}
	return frames
}

// wantBlock decodes a block to a slice of n samples and expects that only the wanted samples are written.
func wantBlock(t *testing.T, w compressed, block []byte, n int, want []int16) {
	t.Helper()
	dst := slices.Repeat([]int16{guard}, n+20)
	if got := w.decodeBlock(t, dst[:n], block); got != len(want) {
		t.Fatalf("%d bytes to %d samples: got %d, want %d", len(block), n, got, len(want))
	}
	wantInts(t, dst[:len(want)], want, equal)
	if rest := dst[len(want):]; !slices.Equal(rest, slices.Repeat([]int16{guard}, len(rest))) {
		t.Fatalf("%d bytes to %d samples: got %d after the samples, want them untouched", len(block), n, rest)
	}
}

// TestADPCMFramesRange: for numbers of channels and bytes that no file has, the number of frames is 0.
func TestADPCMFramesRange(t *testing.T) {
	for name, frames := range map[string]func(int, int) int{"IMA": IMAFrames, "Microsoft": MSFrames} {
		t.Run(name, func(t *testing.T) {
			for _, c := range [][2]int{
				{100, 0}, {100, -1}, {-100, 1}, {-100, -1}, {0, 1}, {100, math.MaxInt}, {100, math.MaxInt/4 + 2},
			} {
				if got := frames(c[0], c[1]); got != 0 {
					t.Errorf("%d bytes, %d channels: got %d frames, want 0", c[0], c[1], got)
				}
			}
		})
	}
}

func TestCompressedAllocates(t *testing.T) {
	for _, tag := range []int{tagALaw, tagMuLaw, tagIMA, tagMS} {
		t.Run(fmt.Sprintf("%#x", tag), func(t *testing.T) {
			w := compressed{tag: tag, channels: 2, align: 64, data: make([]byte, 64), coefficients: MSCoefficients()}
			dst := make([]int16, w.blockFrames(64)*2)
			if got := testing.AllocsPerRun(100, func() { w.decodeBlock(t, dst, w.data) }); got != 0 {
				t.Errorf("allocations: got %v, want 0", got)
			}
		})
	}
}

// FuzzADPCM decodes arbitrary blocks. Nothing panics, the frames are those that fit, and nothing else is written.
func FuzzADPCM(f *testing.F) {
	f.Add([]byte{0xE8, 0x03, 20, 0, 0x87, 0xF0, 0x34, 0x1A}, 1, 20, []byte{})
	f.Add(bytes.Repeat([]byte{1}, 60), 2, 1000, bytes.Repeat([]byte{0x80}, 8))
	f.Add(bytes.Repeat([]byte{0x88}, 60), 1, 9, []byte{})
	f.Add(slices.Concat(make([]byte, 30), bytes.Repeat([]byte{0x78}, 300)), 3, 500, []byte{0, 1, 2, 3})
	f.Add([]byte{}, math.MaxInt, 3, []byte{})
	f.Fuzz(func(t *testing.T, block []byte, channels, length int, coefficients []byte) {
		length = min(max(length, 0), 1<<16)
		var pairs [][2]int16
		for c := shorts(coefficients); len(c) >= 2; c = c[2:] {
			pairs = append(pairs, [2]int16(c))
		}
		if len(pairs) == 0 {
			pairs = MSCoefficients()
		}
		check := func(name string, announced, frames int, err error, dst []int16) {
			want := 0
			if err == nil {
				want = min(announced, length/channels)
			}
			if frames != want {
				t.Fatalf("%s: got %d frames, error %v, want %d", name, frames, err, want)
			}
			rest := dst[frames*max(channels, 0):]
			if !slices.Equal(rest, slices.Repeat([]int16{guard}, len(rest))) {
				t.Fatalf("%s: got %d after the samples, want them untouched", name, rest)
			}
		}
		dst := slices.Repeat([]int16{guard}, length+64)
		frames, err := DecodeIMA(dst[:length], block, channels)
		check("IMA", IMAFrames(len(block), channels), frames, err, dst)
		dst = slices.Repeat([]int16{guard}, length+64)
		frames, err = DecodeMS(dst[:length], block, channels, pairs)
		check("Microsoft", MSFrames(len(block), channels), frames, err, dst)
	})
}
