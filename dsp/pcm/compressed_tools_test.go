package pcm

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"
)

// tool runs a program with input and returns its output. The program must be installed, or the test is skipped.
func tool(t *testing.T, input []byte, name string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		reference.Missing(t, name, "the program is not installed")
	}
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: got error %v, want none\n%s", name, strings.Join(args, " "), err, &stderr)
	}
	return out
}

// toolDecodes returns the samples that ffmpeg or sox decodes from a WAV file.
func toolDecodes(t *testing.T, name string, file []byte) []int16 {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.wav")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	args := strings.Fields("-v error -i PATH -f s16le -")
	if name == "sox" {
		args = strings.Fields("-D PATH -t s16 -")
	}
	for i := range args {
		if args[i] == "PATH" {
			args[i] = path
		}
	}
	return shorts(tool(t, nil, name, args...))
}

// shorts returns little-endian samples.
func shorts(b []byte) []int16 {
	x := make([]int16, len(b)/2)
	for i := range x {
		x[i] = int16(code(b[2*i:], S16))
	}
	return x
}

func shortBytes(x []int16) []byte {
	var b []byte
	for _, v := range x {
		b = append(b, byte(v), byte(v>>8))
	}
	return b
}

// ffmpegDiffers returns how much sample i of ffmpeg may differ from ours: see DecodeIMA.
func (w compressed) ffmpegDiffers(i int) int {
	if w.tag == tagIMA {
		return 2 * (i / w.channels % w.blockFrames(w.align))
	}
	return 0
}

// soxDiffers returns how much sample i of sox may differ from ours: 0, except in blocks of Microsoft ADPCM with a
// fractional predictor, which sox rounds differently.
func (w compressed) soxDiffers(i int) int {
	if w.tag == tagMS {
		block := w.data[i/w.channels/w.blockFrames(w.align)*w.align:]
		for _, index := range block[:w.channels] {
			if c := w.coefficients[index]; c[0]%256 != 0 || c[1]%256 != 0 {
				return 256
			}
		}
	}
	return 0
}

// TestToolsMakeCompressed decodes what ffmpeg and sox encode to the samples that both decode.
func TestToolsMakeCompressed(t *testing.T) {
	for _, c := range []struct {
		tag               int
		name, ffmpeg, sox string
		blocks            []string // the block sizes for ffmpeg, "" for its own choice
	}{
		{tagALaw, "A-law", "pcm_alaw", "a-law", []string{""}},
		{tagMuLaw, "mu-law", "pcm_mulaw", "u-law", []string{""}},
		{tagIMA, "IMA", "adpcm_ima_wav", "ima-adpcm", []string{"", "32", "256", "8192"}},
		{tagMS, "Microsoft", "adpcm_ms", "ms-adpcm", []string{"", "32", "256", "8192"}},
	} {
		for channels := 1; channels <= 2; channels++ {
			t.Run(fmt.Sprintf("%s/%d channels", c.name, channels), func(t *testing.T) {
				t.Run("sox", func(t *testing.T) {
					args := strings.Fields(fmt.Sprintf("-D -t s16 -r 8000 -c %d - -e %s", channels, c.sox))
					checkMade(t, c.tag, channels, "sox", args...)
				})
				for _, size := range c.blocks {
					t.Run("ffmpeg"+size, func(t *testing.T) {
						args := strings.Fields(fmt.Sprintf("-v error -f s16le -ar 8000 -ac %d -i - -c:a %s", channels, c.ffmpeg))
						if size != "" {
							args = append(args, "-block_size", size)
						}
						checkMade(t, c.tag, channels, "ffmpeg", args...)
					})
				}
			})
		}
	}
}

// checkMade decodes the file that a program writes from 16-bit samples. args does not include the name of the file.
func checkMade(t *testing.T, tag, channels int, program string, args ...string) {
	t.Helper()
	const frames = 5003
	path := filepath.Join(t.TempDir(), "a.wav")
	tool(t, shortBytes(loud(seeded(t), channels, frames)), program, append(args, path)...)
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w := parseCompressed(t, file)
	if w.tag != tag || w.channels != channels {
		t.Fatalf("file: got tag %d, %d channels, want %d, %d", w.tag, w.channels, tag, channels)
	}
	got := w.decode(t)
	if len(got) < frames*channels {
		t.Errorf("samples: got %d, want at least %d", len(got), frames*channels)
	}
	t.Run("by ffmpeg", func(t *testing.T) { wantInts(t, got, toolDecodes(t, "ffmpeg", file), w.ffmpegDiffers) })
	t.Run("by sox", func(t *testing.T) { wantInts(t, got, toolDecodes(t, "sox", file), w.soxDiffers) })
}

// TestToolsRandomBlocks compares random blocks. ffmpeg decodes only mono and stereo in this layout. In Microsoft ADPCM,
// the blocks for sox have predictors that need no rounding, and codes that keep delta within 32 bits.
func TestToolsRandomBlocks(t *testing.T) {
	for _, channels := range []int{1, 2, 3, 5, 8} {
		for _, groups := range []int{1, 31} {
			t.Run(fmt.Sprintf("%d channels/%d groups", channels, groups), func(t *testing.T) {
				ima := randomBlocks(seeded(t), tagIMA, channels, groups, nil, false)
				if channels <= 2 {
					t.Run("IMA/ffmpeg", func(t *testing.T) {
						wantInts(t, ima.decode(t), toolDecodes(t, "ffmpeg", ima.file()), ima.ffmpegDiffers)
					})
					t.Run("Microsoft/ffmpeg", func(t *testing.T) {
						w := randomBlocks(seeded(t), tagMS, channels, groups, []byte{0, 1, 2, 3, 4, 5, 6}, false)
						wantInts(t, w.decode(t), toolDecodes(t, "ffmpeg", w.file()), w.ffmpegDiffers)
					})
				}
				t.Run("IMA/sox", func(t *testing.T) {
					wantInts(t, ima.decode(t), toolDecodes(t, "sox", ima.file()), ima.soxDiffers)
				})
				t.Run("Microsoft/sox", func(t *testing.T) {
					w := randomBlocks(seeded(t), tagMS, channels, groups, []byte{0, 1, 2}, true)
					wantInts(t, w.decode(t), toolDecodes(t, "sox", w.file()), w.soxDiffers)
				})
			})
		}
	}
}
