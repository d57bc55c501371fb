package wav

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/dsp/pcm"
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
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, &stderr)
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
	pcm.U8: "pcm_u8", pcm.S16: "pcm_s16le", pcm.S24: "pcm_s24le", pcm.S32: "pcm_s32le", pcm.F32: "pcm_f32le", pcm.F64: "pcm_f64le",
}

// TestSoxMakes reads what sox writes to a file and to a pipe. The samples lie on codes of 8 bits, so that no encoding
// rounds.
func TestSoxMakes(t *testing.T) {
	for _, c := range toolCases {
		f, channels, args := c.f, c.channels, soxEncodings[c.f]
		x := signal(channels*1001, true)
		path := filepath.Join(t.TempDir(), "a.wav")
		in := append(strings.Fields(fmt.Sprintf("-D -t f32 -r 22050 -c %d -", channels)), args...)
		tool(t, floatBytes(x), "sox", append(in, "-t", "wav", path)...)
		pipe := tool(t, floatBytes(x), "sox", append(in, "-t", "wav", "-")...)
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range [][]byte{file, pipe} {
			r := open(t, string(b))
			got, err := readFloat(r, 64)
			if f == pcm.U8 && channels == 1 && i == 1 && len(got) == len(x)+1 {
				got = got[:len(x)] // the pad byte of one-byte frames cannot be told from a frame
			}
			if err != nil || !slices.Equal(got, x) {
				t.Errorf("%v, %d channels, pipe %v: %d samples of %d, %v", f, channels, i == 1, len(got), len(x), err)
			}
			if i := r.Info(); i.Encoding != f || i.Channels != channels || i.Rate != 22050 {
				t.Errorf("%+v", i)
			}
			if want := []int64{1001, -1}[i]; r.Frames() != want {
				t.Errorf("%v, %d channels, pipe %v: %d frames", f, channels, i == 1, r.Frames())
			}
		}
	}
}

func TestFFmpegMakes(t *testing.T) {
	for _, c := range toolCases {
		f, channels, codec := c.f, c.channels, ffmpegEncodings[c.f]
		x := signal(channels*1001, true)
		dir := t.TempDir()
		in := strings.Fields(fmt.Sprintf("-v error -f f32le -ar 22050 -ac %d -i - -c:a %s -f wav", channels, codec))
		tool(t, floatBytes(x), "ffmpeg", append(in, filepath.Join(dir, "a.wav"))...)
		tool(t, floatBytes(x), "ffmpeg", append(in, "-rf64", "always", filepath.Join(dir, "b.wav"))...)
		pipe := tool(t, floatBytes(x), "ffmpeg", append(in, "-")...)
		pipe64 := tool(t, floatBytes(x), "ffmpeg", append(in, "-rf64", "always", "-")...)
		file, err := os.ReadFile(filepath.Join(dir, "a.wav"))
		if err != nil {
			t.Fatal(err)
		}
		file64, err := os.ReadFile(filepath.Join(dir, "b.wav"))
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range [][]byte{file, file64, pipe, pipe64} {
			r := open(t, string(b))
			got, err := readFloat(r, 64)
			if err != nil || !slices.Equal(got, x) {
				t.Errorf("%v, %d channels, file %d: %d samples of %d, %v", f, channels, i, len(got), len(x), err)
			}
			if j := r.Info(); j.Encoding != f || j.Channels != channels || (j.Container == RF64) != (i%2 == 1) {
				t.Errorf("%+v", j)
			}
			if want := []int64{1001, 1001, -1, -1}[i]; r.Frames() != want {
				t.Errorf("%v, %d channels, file %d: %d frames, want %d", f, channels, i, r.Frames(), want)
			}
		}
	}
}

// TestToolsReadOurs hands what we write, as a file, as RF64, and with unknown sizes, to sox and ffmpeg.
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
				f, channels := tc.f, tc.channels
				x := signal(channels*1001, true)
				for kind := range 3 {
					var m memory
					o := Options{Encoding: f}
					switch {
					case kind == 0:
						write(t, &m, o, format(22050, channels), -1, x)
					case kind == 1:
						write(t, onlyWriter{&m}, o, format(22050, channels), -1, x)
					case c.long:
						w := NewWriter(&m, o)
						w.limit = 100
						if err := w.Open(format(22050, channels), -1); err != nil {
							t.Fatal(err)
						}
						if err := w.Write(x); err != nil {
							t.Fatal(err)
						}
						if err := w.Close(nil); err != nil {
							t.Fatal(err)
						}
					default:
						continue
					}
					path := filepath.Join(t.TempDir(), "a.wav")
					if err := os.WriteFile(path, m.b, 0o600); err != nil {
						t.Fatal(err)
					}
					args := slices.Clone(c.args)
					args[slices.Index(args, "%s")] = path
					got := rawFloats(tool(t, nil, c.name, args...))
					if !slices.Equal(got, x) {
						t.Errorf("%v, %d channels, kind %d: %d samples of %d, or others", f, channels, kind, len(got), len(x))
					}
				}
			}
		})
	}
}

// TestSoxRoundTripFull: random codes of every width survive sox, to which we are a pipe on both sides.
func TestSoxRoundTripFull(t *testing.T) {
	x := signal(2*5000, false)
	for _, f := range []pcm.Format{pcm.U8, pcm.S16, pcm.S24} {
		var m memory
		write(t, onlyWriter{&m}, Options{Encoding: f}, format(48000, 2), int64(len(x)/2), x)
		want, err := readFloat(open(t, string(m.b)), 99)
		if err != nil {
			t.Fatal(err)
		}
		got, err := readFloat(open(t, string(tool(t, m.b, "sox", "-D", "-t", "wav", "-", "-t", "wav", "-"))), 99)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%v: %d samples of %d, or others; %v", f, len(got), len(want), err)
		}
		if slices.ContainsFunc(got, func(v float32) bool { return math.Abs(float64(v)) > 1 }) {
			t.Errorf("%v: beyond full scale", f)
		}
	}
}
