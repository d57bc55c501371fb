package main

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/testdata/reference"
)

var soak = flag.Duration("soak", 30*time.Second, "length of the stream that TestSoak converts")

// maxMemory is what the program may take at its peak, for a stream of any length, in KiB.
const maxMemory = 64 << 10

// TestSoak pipes a stream without a stated length through the program and reads the memory of the process at its end.
func TestSoak(t *testing.T) {
	const inRate, outRate = 44100, 48000
	frames := int64(soak.Seconds() * inRate)
	in := io.MultiReader(bytes.NewReader(endlessHeader(inRate)), io.LimitReader(&sawtooth{}, 4*frames))
	// A header of 58 bytes: RIFF, an 18-byte fmt chunk, fact, data.
	want := (frames*outRate+inRate-1)/inRate*8 + 58
	soaked(t, in, want, "upsample", "-", "-", "--rate", "48000", "--quality", "fast", "--format", "f32", "--quiet")
}

// TestSoakVocode does so with mel frames through a vocoder.
func TestSoakVocode(t *testing.T) {
	vocode := func(t *testing.T, model string, rate, hop, mels int64) {
		frames := int64(soak.Seconds()) * rate / hop
		in := io.LimitReader(quiet{}, frames*4*mels)
		soaked(t, in, frames*4*hop, "vocode", "-", "-", "--model", model, "--raw", "f32", "--quiet")
	}
	t.Run("tiny", func(t *testing.T) { vocode(t, tinyModel(t), 8000, 8, 3) })
	t.Run("trained", func(t *testing.T) {
		if cpu, err := dsp.CPU(); err != nil || cpu == "generic" {
			t.Skip("skipped, no assembly: it would take hours")
		}
		vocode(t, reference.File(t, "weights", "hifigan-v3-ljspeech"), 22050, 256, 80)
	})
}

// soaked runs the program and checks how many bytes came out, and its memory.
func soaked(t *testing.T, in io.Reader, want int64, args ...string) {
	t.Helper()
	if raceDetector {
		t.Skip("skipped, race detector: it takes memory of its own")
	}
	dir := t.TempDir()
	status := filepath.Join(dir, "status")
	cmd := program(t, dir, args...)
	cmd.Env = append(cmd.Env, memoryFile+"="+status)
	cmd.Stdin = in
	cmd.Stderr = os.Stderr
	count := new(counter)
	cmd.Stdout = count
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if count.n != want {
		t.Errorf("%d bytes came out, want %d", count.n, want)
	}
	_, rest, _ := strings.Cut(string(readFile(t, status)), "VmHWM:")
	var peak int
	if _, err := fmt.Sscanf(rest, "%d kB", &peak); err != nil || peak < 1000 {
		t.Fatalf("peak memory %d KiB, %v", peak, err)
	}
	t.Logf("%v: peak memory %d KiB, processor time %v", *soak, peak, cmd.ProcessState.UserTime())
	if peak > maxMemory {
		t.Errorf("peak memory %d KiB, at most %d allowed", peak, maxMemory)
	}
}

// endlessHeader is that of 16-bit stereo with sizes that mean "until the end".
func endlessHeader(rate uint32) []byte {
	b := []byte("RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00")
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, 4*rate)
	return append(b, "\x04\x00\x10\x00data\xff\xff\xff\xff"...)
}

// sawtooth yields bytes of a slow ramp without end.
type sawtooth struct{ n uint16 }

func (s *sawtooth) Read(p []byte) (int, error) {
	n := len(p) &^ 1
	for i := 0; i < n; i += 2 {
		binary.LittleEndian.PutUint16(p[i:], s.n)
		s.n += 37
	}
	return n, nil
}

// quiet yields float32 values that are all log-mel -8, without end.
type quiet struct{}

func (quiet) Read(p []byte) (int, error) {
	n := len(p) &^ 3
	for i := 0; i < n; i += 4 {
		binary.LittleEndian.PutUint32(p[i:], 0xc1000000)
	}
	return n, nil
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// TestMemory: the bound holds for long files, and where one frame becomes many.
func TestMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("skipped, not Linux: no /proc/self/status to read the peak from")
	}
	if raceDetector {
		t.Skip("skipped, race detector: it takes memory of its own")
	}
	t.Parallel()
	dir := t.TempDir()
	for _, c := range []struct {
		name     string
		in, out  int
		channels int
		frames   int
	}{
		{"half a minute of stereo", 44100, 48000, 2, 30 * 44100}, {"768 frames for one", 1000, 768000, 2, 6000}, {"many channels", 44100, 88200, 256, 3000},
	} {
		path := writeFile(t, filepath.Join(dir, "in.wav"), wavBytes(t, c.in, c.channels, pcm.S16, make([]byte, 2*c.channels*c.frames)))
		status := filepath.Join(dir, "status")
		cmd := program(t, dir, "upsample", path, os.DevNull, "--rate", strconv.Itoa(c.out), "--quality", "fast")
		cmd.Env = append(cmd.Env, memoryFile+"="+status)
		if b, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v, %s", err, b)
		}
		_, rest, _ := strings.Cut(string(readFile(t, status)), "VmHWM:")
		var most int
		if _, err := fmt.Sscanf(rest, "%d kB", &most); err != nil || most < 1000 {
			t.Fatalf("peak %d KiB, %v", most, err)
		}
		if most > 64<<10 {
			t.Errorf("%s: %d KiB", c.name, most)
		}
	}
}
