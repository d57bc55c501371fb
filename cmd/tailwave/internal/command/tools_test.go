package command

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

// need skips t if one of the tools is not installed, or fails it if the tool is required.
func need(t *testing.T, tools ...string) {
	t.Helper()
	for _, name := range tools {
		if _, err := exec.LookPath(name); err != nil {
			reference.Missing(t, name, "the program is not installed")
		}
	}
}

// A tool is a program that writes and reads WAV. Its command lines are split at spaces.
type tool struct {
	name     string
	fromFile string // FILE to a WAV pipe, of the encoding CODEC
	toFloats string // a WAV pipe to raw float32
	tol      float64
}

var tools = []tool{
	{"sox", "FILE -t wav -", "-D -t wav - -t f32 -", 1.0 / (1 << 24)}, // it rounds floats to 24 bits
	{"ffmpeg", "-v error -i FILE -c:a CODEC -f wav -", "-v error -i - -c:a pcm_f32le -f f32le -", 0},
}

func (c tool) command(line, file string, f pcm.Format) *exec.Cmd {
	codec := map[pcm.Format]string{
		pcm.U8: "pcm_u8", pcm.S16: "pcm_s16le", pcm.S24: "pcm_s24le", pcm.S32: "pcm_s32le", pcm.F32: "pcm_f32le",
	}[f]
	args := strings.Fields(line)
	for i, a := range args {
		args[i] = strings.NewReplacer("FILE", file, "CODEC", codec).Replace(a)
	}
	return exec.Command(c.name, args...)
}

// TestPipes: between two other programs, while all three run, the frames are those of a run from file to file.
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
					t.Run(fmt.Sprintf("%v, %d channels, %s Hz", c.f, c.channels, rate), func(t *testing.T) {
						tool.check(t, c.f, c.channels, rate)
					})
				}
			}
		})
	}
}

func (c tool) check(t *testing.T, f pcm.Format, channels int, rate string) {
	t.Helper()
	dir := t.TempDir()
	x := tones(5012, channels)
	for i, v := range x {
		x[i] = float32(math.Round(float64(v)*(1<<20)) / (1 << 20)) // all programs keep these values
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
	args := []string{"upsample", "-", "-", "--rate", rate, "--chunk", "333"}
	code := run(args, source, io.MultiWriter(sink, &through), &diag)
	sink.Close()
	for _, cmd := range []*exec.Cmd{before, after} {
		if err := cmd.Wait(); err != nil {
			t.Errorf("end of %s: got %v, want exit 0", cmd, err)
		}
	}
	if code != exitDone {
		t.Fatalf("got exit %d and %q, want exit %d", code, &diag, exitDone)
	}
	got := parse(t, through.Bytes())
	if got.Encoding != f {
		t.Errorf("encoding: got %v, want %v", got.Encoding, f)
	}
	wantBytes(t, "samples through pipes", got.raw, want.raw)
	heard := make([]float32, floats.Len()/4)
	pcm.Decode(heard, floats.Bytes(), pcm.F32)
	if len(heard) != len(want.samples) {
		t.Fatalf("%s: got %d samples and %q, want %d samples", c.name, len(heard), &complaint, len(want.samples))
	}
	for i, v := range heard {
		if d := math.Abs(float64(v) - float64(want.samples[i])); !(d <= c.tol) {
			t.Fatalf("%s: sample %d: got %v, want %v to within %g", c.name, i, v, want.samples[i], c.tol)
		}
	}
}

// TestOtherProgramsReadOurFiles: sox and ffmpeg agree about the rate, channels and frames of the files of the program.
func TestOtherProgramsReadOurFiles(t *testing.T) {
	t.Parallel()
	need(t, "sox", "ffmpeg", "soxi")
	dir := t.TempDir()
	for _, f := range encodings {
		for _, channels := range []int{1, 6} {
			t.Run(fmt.Sprintf("%v, %d channels", f, channels), func(t *testing.T) {
				out := filepath.Join(dir, fmt.Sprintf("%v-%d.wav", f, channels))
				must(t, bytes.NewReader(soundBytes(t, 44100, channels, pcm.F32, tones(1001, channels))),
					"upsample", "-", out, "--rate", "88200", "--format", f.String())
				b, err := exec.Command("soxi", out).CombinedOutput()
				if err != nil {
					t.Errorf("soxi: got error %v, want none", err)
				}
				wantParts(t, "soxi", string(b), fmt.Sprintf("Channels       : %d\n", channels),
					"Sample Rate    : 88200\n", "= 2002 samples")
				decode := []string{"-v", "warning", "-i", out, "-c:a", "pcm_f32le", "-f", "f32le", "-"}
				b, err = exec.Command("ffmpeg", decode...).Output()
				if err != nil || len(b) != 2002*channels*4 {
					t.Errorf("ffmpeg: got %d bytes and error %v, want %d bytes", len(b), err, 2002*channels*4)
				}
			})
		}
	}
}
