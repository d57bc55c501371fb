package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/testdata/reference"
)

func need(t *testing.T, tools ...string) {
	t.Helper()
	for _, name := range tools {
		if _, err := exec.LookPath(name); err != nil {
			reference.Missing(t, name, "the program is not installed")
		}
	}
}

// A tool makes and reads WAV. Lines are split at spaces.
type tool struct {
	name     string
	fromFile string // FILE to a WAV pipe, of the encoding CODEC
	toFloats string // a WAV pipe to raw float32
	tol      float64
}

var tools = []tool{
	{"sox", "FILE -t wav -", "-D -t wav - -t f32 -", 1.0 / (1 << 24)}, // which rounds floats to 24 bits
	{"ffmpeg", "-v error -i FILE -c:a CODEC -f wav -", "-v error -i - -c:a pcm_f32le -f f32le -", 0},
}

func (c tool) command(line, file string, f pcm.Format) *exec.Cmd {
	codec := map[pcm.Format]string{pcm.U8: "pcm_u8", pcm.S16: "pcm_s16le", pcm.S24: "pcm_s24le", pcm.S32: "pcm_s32le", pcm.F32: "pcm_f32le"}[f]
	args := strings.Fields(line)
	for i, a := range args {
		args[i] = strings.NewReplacer("FILE", file, "CODEC", codec).Replace(a)
	}
	return exec.Command(c.name, args...)
}

// TestPipes: between two programs, while all three run, the frames are those of the run from file to file.
func TestPipes(t *testing.T) {
	for _, tool := range tools {
		t.Run(tool.name, func(t *testing.T) {
			t.Parallel()
			need(t, tool.name)
			for _, c := range []struct {
				f        pcm.Format
				channels int
			}{{pcm.U8, 2}, {pcm.S16, 1}, {pcm.S16, 6}, {pcm.S24, 1}, {pcm.F32, 2}} {
				for _, rate := range []string{"48000", "44100"} {
					tool.check(t, c.f, c.channels, rate)
				}
			}
		})
	}
}

func (c tool) check(t *testing.T, f pcm.Format, channels int, rate string) {
	t.Helper()
	name := fmt.Sprintf("%s, %v, %d channels, %s Hz", c.name, f, channels, rate)
	dir := t.TempDir()
	x := tones(5012, channels)
	for i, v := range x {
		x[i] = float32(math.Round(float64(v)*(1<<20)) / (1 << 20)) // which all programs keep
	}
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, channels, f, x))
	out := filepath.Join(dir, "out.wav")
	must(t, nil, "upsample", in, out, "--rate", rate)
	want := parse(t, readFile(t, out))

	before, after := c.command(c.fromFile, in, f), c.command(c.toFloats, "", f)
	var diag, complaint, floats bytes.Buffer
	after.Stderr, after.Stdout = &complaint, &floats
	source, err := before.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	sink, err := after.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	for _, cmd := range []*exec.Cmd{before, after} {
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
	}
	var through bytes.Buffer
	code := run([]string{"upsample", "-", "-", "--rate", rate, "--chunk", "333"}, source, io.MultiWriter(sink, &through), &diag)
	sink.Close()
	for _, cmd := range []*exec.Cmd{before, after} {
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if code != exitDone {
		t.Fatalf("%s: exit %d, %s", name, code, &diag)
	}
	if got := parse(t, through.Bytes()); !bytes.Equal(got.raw, want.raw) || got.Encoding != f {
		t.Errorf("%s: %d bytes of %v, and not those of the run from file to file", name, len(got.raw), got.Encoding)
	}
	heard := make([]float32, floats.Len()/4)
	pcm.Decode(heard, floats.Bytes(), pcm.F32)
	if len(heard) != len(want.samples) {
		t.Fatalf("%s: it reads %d samples of the %d written; %s", name, len(heard), len(want.samples), &complaint)
	}
	for i, v := range heard {
		if d := math.Abs(float64(v) - float64(want.samples[i])); !(d <= c.tol) {
			t.Fatalf("%s: it reads %v for sample %d, which is %v", name, v, i, want.samples[i])
		}
	}
}

// TestOtherProgramsReadOurFiles: and agree about rate, channels and frames.
func TestOtherProgramsReadOurFiles(t *testing.T) {
	t.Parallel()
	need(t, "sox", "ffmpeg", "soxi")
	dir := t.TempDir()
	for _, f := range encodings {
		for _, channels := range []int{1, 6} {
			out := filepath.Join(dir, fmt.Sprintf("%v-%d.wav", f, channels))
			must(t, bytes.NewReader(soundBytes(t, 44100, channels, pcm.F32, tones(1001, channels))),
				"upsample", "-", out, "--rate", "88200", "--format", f.String())
			b, err := exec.Command("soxi", out).CombinedOutput()
			for _, part := range []string{fmt.Sprintf("Channels       : %d\n", channels), "Sample Rate    : 88200\n", "= 2002 samples"} {
				if err != nil || !strings.Contains(string(b), part) {
					t.Errorf("%s: %v, soxi does not say %q: %s", filepath.Base(out), err, part, b)
				}
			}
			b, err = exec.Command("ffmpeg", "-v", "warning", "-i", out, "-c:a", "pcm_f32le", "-f", "f32le", "-").Output()
			if err != nil || len(b) != 2002*channels*4 {
				t.Errorf("%s: ffmpeg reads %d bytes, %v", filepath.Base(out), len(b), err)
			}
		}
	}
}
