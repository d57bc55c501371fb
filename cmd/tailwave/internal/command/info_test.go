package command

import (
	"bytes"
	"encoding/binary"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestInfo: info prints the format and the length of a WAV file, and the chunks of a file that is no pipe.
func TestInfo(t *testing.T) {
	file := soundBytes(t, 48000, 6, pcm.S24, tones(72000, 6))
	path := writeFile(t, shortPath(t, "in.wav"), file)
	for name, o := range map[string]outcome{
		"file": must(t, nil, "info", path),
		"pipe": must(t, bytes.NewReader(file), "info", "-"),
	} {
		t.Run(name, func(t *testing.T) {
			wantParts(t, "standard output", o.out, "24-bit integer PCM, extensible", "48000 Hz", "6 (mask 0x3F)",
				"72000\n", "0:00:01.500")
			if got, want := strings.Contains(o.out, `"data"`), name == "file"; got != want {
				t.Errorf("a list of chunks: got %v, want %v", got, want)
			}
		})
	}
	// The header that a pipe wrote does not say the length. The size of the file does.
	open := slices.Clone(file)
	binary.LittleEndian.PutUint32(open[4:], math.MaxUint32)
	binary.LittleEndian.PutUint32(open[len(open)-72000*18-4:], math.MaxUint32)
	t.Run("file with an open header", func(t *testing.T) {
		o := must(t, nil, "info", writeFile(t, shortPath(t, "open.wav"), open))
		wantParts(t, "standard output", o.out, "72000\n")
	})
	t.Run("pipe with an open header", func(t *testing.T) {
		wantParts(t, "standard output", must(t, iotest.DataErrReader(bytes.NewReader(open)), "info", "-").out, "the header does not say")
	})
	t.Run("truncated file", func(t *testing.T) {
		o := tailwave(nil, "info", writeFile(t, shortPath(t, "short.wav"), file[:1000]))
		wantParts(t, "standard output", o.out, "72000\n")
		o.wantError(t, exitFailed, "short.wav", "ends at byte 1000, after 51 of 72000 frames")
	})
}

// TestModelInfo: info prints the size, the frames, the latency, the work and the memory of a model.
func TestModelInfo(t *testing.T) {
	o := must(t, nil, "info", tinyModel(t))
	wantParts(t, "standard output", o.out, "HiFi-GAN, 551 parameters", "frames of 3 mels, at least 1",
		"8 samples per frame, at 8000 Hz", "latency", "receptive field  11 frames\n", " multiply-adds per second",
		" bytes of weights, ")
	line := regexp.MustCompile(
		`memory +[\d ]+ bytes of weights, ([\d ]+) for each stream of one thread, ([\d ]+) of 2\n`)
	if memory := line.FindStringSubmatch(o.out); memory == nil || memory[1] == memory[2] {
		t.Errorf("memory of streams of one thread and of two: got %q in %q, want two different numbers", memory, o.out)
	}
}

// TestFrontEndInfo: info prints how the frames of a model are made from sound.
func TestFrontEndInfo(t *testing.T) {
	o := must(t, nil, "info", reference.File(t, "weights", "mb-melgan-ljspeech"))
	wantParts(t, "standard output", o.out,
		"sound at 22050 Hz: window of 1024, 80 to 7600 Hz, decimal logarithms, normalised")
}
