package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/testdata/reference"
)

func TestInfoAndVersion(t *testing.T) {
	file := soundBytes(t, 48000, 6, pcm.S24, tones(72000, 6))
	path := writeFile(t, shortPath(t, "in.wav"), file)
	for name, o := range map[string]outcome{"file": must(t, nil, "info", path), "pipe": must(t, bytes.NewReader(file), "info", "-")} {
		for _, part := range []string{"24-bit integer PCM, extensible", "48000 Hz", "6 (mask 0x3F)", "72000\n", "0:00:01.500"} {
			if !strings.Contains(o.out, part) {
				t.Errorf("%s: %q does not say %q", name, o.out, part)
			}
		}
		if chunks := strings.Contains(o.out, `"data"`); chunks != (name == "file") {
			t.Errorf("%s: lists chunks %v", name, chunks)
		}
	}
	// A header that a pipe wrote says nothing; the file's length does.
	open := slices.Clone(file)
	binary.LittleEndian.PutUint32(open[4:], math.MaxUint32)
	binary.LittleEndian.PutUint32(open[len(open)-72000*18-4:], math.MaxUint32)
	if o := must(t, nil, "info", writeFile(t, shortPath(t, "open.wav"), open)); !strings.Contains(o.out, "72000 by the length of the file") {
		t.Errorf("open header: %q", o.out)
	}
	if o := must(t, bytes.NewReader(open), "info", "-"); !strings.Contains(o.out, "the header does not say") {
		t.Errorf("open header, piped: %q", o.out)
	}
	short := writeFile(t, shortPath(t, "short.wav"), file[:1000])
	if o := tailwave(nil, "info", short); !strings.Contains(o.out, "72000\n") {
		t.Errorf("truncated: %q", o.out)
	} else {
		o.wantError(t, exitFailed, "short.wav", `"data"`, "ends after")
	}
	if o := must(t, nil, "version"); !regexp.MustCompile(`^tailwave \S+ go\S+ \w+/\w+ (generic|avx2|avx512)\n$`).MatchString(o.out) {
		t.Errorf("version %q", o.out)
	}
	if o := must(t, nil, "upsample", "--help"); !strings.Contains(o.out, "--keep-partial") || o.err != "" {
		t.Errorf("help: %q, %q", o.out, o.err)
	}
}

func TestModelInfo(t *testing.T) {
	o := must(t, nil, "info", tinyModel(t))
	for _, part := range []string{"HiFi-GAN, 551 parameters", "frames of 3 mels, at least 1", "8 samples per frame, at 8000 Hz", "latency", "a sample on up to ", " multiply-adds per second", " bytes of weights, "} {
		if !strings.Contains(o.out, part) {
			t.Errorf("%q does not say %q", o.out, part)
		}
	}
	memory := regexp.MustCompile(`memory +[\d ]+ bytes of weights, ([\d ]+) for each stream of one thread, ([\d ]+) of 2\n`).FindStringSubmatch(o.out)
	if memory == nil || memory[1] == memory[2] {
		t.Errorf("%q does not tell the memory of streams of one thread and of two, which differ", o.out)
	}
}

// TestFrontEndInfo: info says how the frames of a model are made.
func TestFrontEndInfo(t *testing.T) {
	o := must(t, nil, "info", reference.File(t, "weights", "mb-melgan-ljspeech"))
	if want := "sound at 22050 Hz: window of 1024, 80 to 7600 Hz, decimal logarithms, normalised"; !strings.Contains(o.out, want) {
		t.Errorf("%q does not say %q", o.out, want)
	}
}
