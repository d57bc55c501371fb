package command

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/testdata/reference"
)

var soak = flag.Duration("soak", 30*time.Second, "length of the stream that TestSoak converts")

// maxMemory is the bound of the program's memory at its peak, for a stream of any length, in KiB.
const maxMemory = 64 << 10

// TestSoak: the program converts a stream without a stated length in bounded memory.
func TestSoak(t *testing.T) {
	const inRate, outRate = 44100, 48000
	frames := int64(soak.Seconds() * inRate)
	in := io.MultiReader(bytes.NewReader(endlessHeader(inRate)), io.LimitReader(&sawtooth{}, 4*frames))
	// A header of 58 bytes: RIFF, an 18-byte fmt chunk, fact, data.
	want := (frames*outRate+inRate-1)/inRate*8 + 58
	soaked(t, in, want, "upsample", "-", "-", "--rate", "48000", "--quality", "fast", "--format", "f32", "--quiet")
}

// TestSoakVocode: the program vocodes a stream of mel frames in bounded memory.
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
		t.Fatalf("got error %v, want none", err)
	}
	if count.n != want {
		t.Errorf("got %d bytes of output, want %d", count.n, want)
	}
	t.Logf("%v: processor time %v", *soak, cmd.ProcessState.UserTime())
	checkPeak(t, status)
}

// checkPeak checks the peak of a process's memory. The file status is what Linux said about the process at its end.
func checkPeak(t *testing.T, status string) {
	t.Helper()
	_, rest, _ := strings.Cut(string(readFile(t, status)), "VmHWM:")
	var peak int
	if _, err := fmt.Sscanf(rest, "%d kB", &peak); err != nil || peak < 1000 {
		t.Fatalf("peak memory: got %d KiB, %v; want at least 1000 KiB", peak, err)
	}
	t.Logf("peak memory %d KiB", peak)
	if peak > maxMemory {
		t.Errorf("peak memory: got %d KiB, want at most %d KiB", peak, maxMemory)
	}
}

// endlessHeader returns a header of 16-bit stereo with sizes that mean "until the end".
func endlessHeader(rate uint32) []byte {
	b := []byte("RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00")
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, 4*rate)
	return append(b, "\x04\x00\x10\x00data\xff\xff\xff\xff"...)
}

// A sawtooth reader returns the bytes of a slow ramp, without end.
type sawtooth struct{ n uint16 }

func (s *sawtooth) Read(p []byte) (int, error) {
	n := len(p) &^ 1
	for i := 0; i < n; i += 2 {
		binary.LittleEndian.PutUint16(p[i:], s.n)
		s.n += 37
	}
	return n, nil
}

// A quiet reader returns float32 values that are all -8, a log-mel of silence, without end.
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

// TestMemory: memory is bounded for long files, for rates at which one frame becomes many, and for many channels.
func TestMemory(t *testing.T) {
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
		{"half a minute of stereo", 44100, 48000, 2, 30 * 44100},
		{"768 frames for one", 1000, 768000, 2, 6000},
		{"many channels", 44100, 88200, 256, 3000},
	} {
		t.Run(c.name, func(t *testing.T) {
			sound := wavBytes(t, c.in, c.channels, pcm.S16, make([]byte, 2*c.channels*c.frames))
			path := writeFile(t, filepath.Join(dir, "in.wav"), sound)
			status := filepath.Join(dir, "status")
			cmd := program(t, dir, "upsample", path, os.DevNull, "--rate", strconv.Itoa(c.out), "--quality", "fast")
			cmd.Env = append(cmd.Env, memoryFile+"="+status)
			if b, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("got error %v and %q, want none", err, b)
			}
			checkPeak(t, status)
		})
	}
}
