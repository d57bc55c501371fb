package wav

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
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

// rawFloats decodes headerless float32 samples.
func rawFloats(b []byte) []float32 {
	x := make([]float32, len(b)/4)
	pcm.Decode(x, b, pcm.F32)
	return x
}

func floatBytes(x []float32) []byte {
	e, _ := pcm.NewEncoder(pcm.F32, 1, false)
	return e.Encode(nil, x)
}

// toolCases pairs every encoding with a number of channels: odd data, odd frames, plain and extensible headers.
var toolCases = []struct {
	f        pcm.Format
	channels int
}{{pcm.U8, 1}, {pcm.S24, 1}, {pcm.S16, 2}, {pcm.S32, 2}, {pcm.F32, 1}, {pcm.F64, 2}, {pcm.S16, 6}, {pcm.F32, 6}}

var soxEncodings = map[pcm.Format][]string{
	pcm.U8:  {"-e", "unsigned-integer", "-b", "8"},
	pcm.S16: {"-e", "signed-integer", "-b", "16"},
	pcm.S24: {"-e", "signed-integer", "-b", "24"},
	pcm.S32: {"-e", "signed-integer", "-b", "32"},
	pcm.F32: {"-e", "floating-point", "-b", "32"},
	pcm.F64: {"-e", "floating-point", "-b", "64"},
}

var ffmpegEncodings = map[pcm.Format]string{
	pcm.U8: "pcm_u8", pcm.S16: "pcm_s16le", pcm.S24: "pcm_s24le", pcm.S32: "pcm_s32le",
	pcm.F32: "pcm_f32le", pcm.F64: "pcm_f64le",
}

// TestSoxMakes reads files and pipes that sox wrote. The samples have values of 8 bits, so that no encoding rounds.
func TestSoxMakes(t *testing.T) {
	for _, c := range toolCases {
		t.Run(fmt.Sprintf("%v/%d", c.f, c.channels), func(t *testing.T) {
			x := signal(c.channels*1001, true)
			path := filepath.Join(t.TempDir(), "a.wav")
			in := append(strings.Fields(fmt.Sprintf("-D -t f32 -r 22050 -c %d -", c.channels)), soxEncodings[c.f]...)
			tool(t, floatBytes(x), "sox", append(in, "-t", "wav", path)...)
			pipe := tool(t, floatBytes(x), "sox", append(in, "-t", "wav", "-")...)
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			t.Run("file", func(t *testing.T) { checkTool(t, file, c.f, c.channels, RIFF, 1001, x, false) })
			t.Run("pipe", func(t *testing.T) {
				// The pad byte of one-byte frames looks like a frame.
				checkTool(t, pipe, c.f, c.channels, RIFF, -1, x, c.f == pcm.U8 && c.channels == 1)
			})
		})
	}
}

// checkTool expects a file of another program to have the samples x, and at most one more if it may have a pad byte.
func checkTool(
	t *testing.T, file []byte, f pcm.Format, channels int, container Container, frames int64, x []float32, padded bool,
) {
	t.Helper()
	var in io.Reader = bytes.NewReader(file)
	if frames < 0 {
		in = onlyReader{in}
	}
	r, err := NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	got, err := readFloat(r, 64)
	if err != nil {
		t.Errorf("got error %v, want none", err)
	}
	if padded && len(got) == len(x)+1 {
		got = got[:len(x)]
	}
	wantSamples(t, got, x)
	if i := r.Info(); i.Encoding != f || i.Channels != channels || i.Rate != 22050 || i.Container != container {
		t.Errorf("info: got %+v, want %v, %d channels, 22050 Hz, %v", i, f, channels, container)
	}
	if got := r.Info().Frames; got != frames {
		t.Errorf("frames: got %d, want %d", got, frames)
	}
}

// TestFFmpegMakes reads RIFF and RF64 files and pipes that ffmpeg wrote.
func TestFFmpegMakes(t *testing.T) {
	for _, c := range toolCases {
		t.Run(fmt.Sprintf("%v/%d", c.f, c.channels), func(t *testing.T) {
			x := signal(c.channels*1001, true)
			in := strings.Fields(fmt.Sprintf("-v error -f f32le -ar 22050 -ac %d -i - -c:a %s -f wav", c.channels,
				ffmpegEncodings[c.f]))
			for _, container := range []Container{RIFF, RF64} {
				args := slices.Clone(in)
				if container == RF64 {
					args = append(args, "-rf64", "always")
				}
				t.Run(fmt.Sprintf("file/%v", container), func(t *testing.T) {
					path := filepath.Join(t.TempDir(), "a.wav")
					tool(t, floatBytes(x), "ffmpeg", append(args, path)...)
					file, err := os.ReadFile(path)
					if err != nil {
						t.Fatal(err)
					}
					checkTool(t, file, c.f, c.channels, container, 1001, x, false)
				})
				t.Run(fmt.Sprintf("pipe/%v", container), func(t *testing.T) {
					pipe := tool(t, floatBytes(x), "ffmpeg", append(args, "-")...)
					checkTool(t, pipe, c.f, c.channels, container, -1, x, false)
				})
			}
		})
	}
}

// TestToolsReadOurs: ffmpeg and sox read the samples of files and pipes of a Writer; ffmpeg also reads its RF64 files.
func TestToolsReadOurs(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		long bool // reads RF64
	}{
		{"ffmpeg", strings.Fields("-v error -i %s -c:a pcm_f32le -f f32le -"), true},
		{"sox", strings.Fields("-D %s -t f32 -"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, tc := range toolCases {
				for _, kind := range []string{"file", "pipe", "RF64"} {
					if kind == "RF64" && !c.long {
						continue
					}
					t.Run(fmt.Sprintf("%v/%d/%s", tc.f, tc.channels, kind), func(t *testing.T) {
						x := signal(tc.channels*1001, true)
						path := filepath.Join(t.TempDir(), "a.wav")
						if err := os.WriteFile(path, ours(t, kind, tc.f, tc.channels, x), 0o600); err != nil {
							t.Fatal(err)
						}
						args := slices.Clone(c.args)
						args[slices.Index(args, "%s")] = path
						wantSamples(t, rawFloats(tool(t, nil, c.name, args...)), x)
					})
				}
			}
		})
	}
}

// ours returns a file of a Writer: written with seeking, to a pipe without sizes, or as RF64.
func ours(t *testing.T, kind string, f pcm.Format, channels int, x []float32) []byte {
	t.Helper()
	var m memory
	var out io.Writer = &m
	if kind == "pipe" {
		out = onlyWriter{&m}
	}
	w := NewWriter(out, Options{Encoding: f})
	if kind == "RF64" {
		w.limit = 100
	}
	for _, err := range []error{w.Open(format(22050, channels), -1), w.Write(x), w.Close(nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return m.b
}

// TestSoxRoundTripFull: random codes of 8, 16 and 24 bits are unchanged after sox has read and written them through
// pipes.
func TestSoxRoundTripFull(t *testing.T) {
	x := signal(2*5000, false)
	for _, f := range []pcm.Format{pcm.U8, pcm.S16, pcm.S24} {
		t.Run(f.String(), func(t *testing.T) {
			var m memory
			write(t, onlyWriter{&m}, Options{Encoding: f}, format(48000, 2), int64(len(x)/2), x)
			want, err := readFloat(open(t, string(m.b)), 99)
			if err != nil {
				t.Fatal(err)
			}
			got, err := readFloat(open(t, string(tool(t, m.b, "sox", "-D", "-t", "wav", "-", "-t", "wav", "-"))), 99)
			if err != nil {
				t.Errorf("got error %v, want none", err)
			}
			wantSamples(t, got, want)
			if i := slices.IndexFunc(got, func(v float32) bool { return math.Abs(float64(v)) > 1 }); i >= 0 {
				t.Errorf("sample %d: got %v, want one from -1 to 1", i, got[i])
			}
		})
	}
}
