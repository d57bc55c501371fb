package command

import (
	"bytes"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// asProgram in the environment makes the test binary behave as the program. With memoryFile it also leaves there what
// Linux says of its memory: the usage that a parent learns of an ended child may include the parent's own. With
// makeGarbage it also allocates this number of megabytes a second.
const (
	asProgram   = "TAILWAVE_TEST_AS_PROGRAM"
	memoryFile  = "TAILWAVE_TEST_MEMORY_FILE"
	makeGarbage = "TAILWAVE_TEST_GARBAGE"
)

func TestMain(m *testing.M) {
	if rate, err := strconv.Atoi(os.Getenv(makeGarbage)); err == nil {
		go litter(rate)
	}
	path := os.Getenv(memoryFile)
	switch {
	case os.Getenv(asProgram) == "":
		os.Exit(m.Run())
	case path == "":
		os.Exit(Main())
	}
	code := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	if b, err := os.ReadFile("/proc/self/status"); err == nil {
		os.WriteFile(path, b, 0o666)
	}
	os.Exit(code)
}

// litter allocates rate megabytes a second for ever, in pieces of 16 bytes to 64 KiB. The pieces become garbage after a
// while.
func litter(rate int) {
	kept := make([][]byte, 2000)
	tick := time.NewTicker(time.Millisecond)
	begin, made := time.Now(), 0
	for i := 0; ; <-tick.C {
		for due := int(time.Since(begin).Seconds() * 1e6 * float64(rate)); made < due; i++ {
			piece := make([]byte, 16<<(i%13))
			kept[i%len(kept)] = piece
			made += len(piece)
		}
	}
}

// program is the command that runs the program in a process of its own, in the folder dir.
func program(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Dir = dir
	return cmd
}

// startPiped starts the program with pipes for its input and output.
func startPiped(t *testing.T, stderr io.Writer, args ...string) (cmd *exec.Cmd, stdin io.WriteCloser, stdout io.Reader) {
	t.Helper()
	cmd = program(t, t.TempDir(), args...)
	cmd.Stderr = stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err = cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, stdin, stdout
}

// wantAsItComes checks that the program writes early bytes before it has read more than begin, and total bytes in all
// after it has read rest too.
func wantAsItComes(t *testing.T, begin, rest []byte, early, total int, args ...string) {
	t.Helper()
	cmd, stdin, stdout := startPiped(t, os.Stderr, args...)
	stdin.Write(begin)
	if _, err := io.ReadFull(stdout, make([]byte, early)); err != nil {
		t.Fatal(err)
	}
	stdin.Write(rest)
	stdin.Close()
	late, err := io.ReadAll(stdout)
	if want := total - early; err != nil || len(late) != want {
		t.Errorf("after the end of input: got %d bytes and error %v, want %d bytes", len(late), err, want)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("end of the program: got %v, want exit 0", err)
	}
}

// An outcome is the exit code and the output of a run of the program.
type outcome struct {
	code     int
	out, err string
}

// tailwave runs the program in this process.
func tailwave(stdin io.Reader, args ...string) outcome {
	var out, diag bytes.Buffer
	if stdin == nil {
		stdin = strings.NewReader("")
	}
	code := run(args, stdin, &out, &diag)
	return outcome{code, out.String(), diag.String()}
}

// must runs the program, which has to succeed.
func must(t *testing.T, stdin io.Reader, args ...string) outcome {
	t.Helper()
	o := tailwave(stdin, args...)
	if o.code != exitDone {
		t.Fatalf("tailwave %s: got exit %d and %q, want exit %d", strings.Join(args, " "), o.code, o.err, exitDone)
	}
	return o
}

// wantError checks the exit code, and that standard error is one line that contains each of parts.
func (o outcome) wantError(t *testing.T, code int, parts ...string) {
	t.Helper()
	if o.code != code {
		t.Errorf("got exit %d, want %d; standard error is %q", o.code, code, o.err)
	}
	if !strings.HasPrefix(o.err, "tailwave: ") || strings.Count(o.err, "\n") != 1 || !strings.HasSuffix(o.err, "\n") {
		t.Errorf("standard error: got %q, want one line that begins with %q", o.err, "tailwave: ")
	}
	wantParts(t, "standard error", o.err, parts...)
	o.wantPlain(t)
}

// wantDone checks that the program succeeded and wrote nothing to standard error.
func (o outcome) wantDone(t *testing.T) {
	t.Helper()
	if o.code != exitDone || o.err != "" {
		t.Errorf("got exit %d and %q on standard error, want exit %d and nothing", o.code, o.err, exitDone)
	}
}

// wantParts checks that a text contains each of parts.
func wantParts(t *testing.T, what, got string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			t.Errorf("%s: got %q, want %q in it", what, got, p)
		}
	}
}

// wantBytes compares bytes and reports the first difference.
func wantBytes[T string | []byte](t *testing.T, what string, got, want T) {
	t.Helper()
	if string(got) == string(want) {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	t.Errorf("%s: got %d bytes, from byte %d on % x, want %d bytes, % x", what, len(got), at,
		got[at:min(at+8, len(got))], len(want), want[at:min(at+8, len(want))])
}

// wantSamples compares samples bit by bit and reports the first difference.
func wantSamples(t *testing.T, what string, got, want []float32) {
	t.Helper()
	at := dsptest.FirstDifference(got, want)
	if at < 0 {
		return
	}
	t.Errorf("%s: got %d samples, from sample %d on %v, want %d samples, %v", what, len(got), at,
		got[at:min(at+4, len(got))], len(want), want[at:min(at+4, len(want))])
}

// names lists a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var n []string
	for _, e := range list {
		n = append(n, e.Name())
	}
	return n
}

func wantNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	if got := names(t, dir); !slices.Equal(got, want) {
		t.Errorf("files in %s: got %q, want %q", dir, got, want)
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func writeFile(t *testing.T, path string, b []byte) string {
	t.Helper()
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// wavBytes returns a WAV file with an exact header and data, encoded samples, as they are. NaN keeps its bits.
func wavBytes(t *testing.T, rate, channels int, f pcm.Format, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := wav.NewWriter(&b, wav.Options{Encoding: f})
	frames := int64(len(data) / f.Bytes() / channels)
	if err := w.Open(stream.Format{Rate: stream.Hz(rate), Channels: channels}, frames); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteRaw(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(nil); err != nil {
		t.Fatal(err)
	}
	file := b.Bytes()
	copy(file[len(file)-len(data)-len(data)%2:], data)
	return file
}

// soundBytes returns a WAV file of samples.
func soundBytes(t *testing.T, rate, channels int, f pcm.Format, x []float32) []byte {
	t.Helper()
	return wavBytes(t, rate, channels, f, encode(t, f, channels, x))
}

func encode(t *testing.T, f pcm.Format, channels int, x []float32) []byte {
	t.Helper()
	e, err := pcm.NewEncoder(f, channels, false)
	if err != nil {
		t.Fatal(err)
	}
	return e.Encode(nil, x)
}

// A sound is a WAV file, decoded.
type sound struct {
	wav.Info
	raw     []byte
	samples []float32
}

func parse(t *testing.T, file []byte) sound {
	t.Helper()
	r, err := wav.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	s := sound{Info: r.Info()}
	p := make([]byte, 4096*s.FrameBytes())
	for {
		n, err := r.ReadRaw(p)
		s.raw = append(s.raw, p[:n]...)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s.samples = make([]float32, len(s.raw)/s.Encoding.Bytes())
	pcm.Decode(s.samples, s.raw, s.Encoding)
	return s
}

// tones returns a signal inside (-1, 1) that differs from channel to channel.
func tones(frames, channels int) []float32 {
	x := dsptest.Noise[float32](uint64(frames*channels+1), frames*channels)
	for i := range x {
		s := math.Sin(float64(i/channels) * (0.03 + 0.01*float64(i%channels)))
		x[i] = float32(0.7*s) + 0.1*x[i]
	}
	return x
}

// resampled converts x in one chunk and one thread.
func resampled(t *testing.T, in, out, channels int, q resample.Quality, x []float32) []float32 {
	t.Helper()
	r, err := resample.New(in, out, channels, resample.Filter{Quality: q})
	if err != nil {
		t.Fatal(err)
	}
	return r.Flush(r.Process(nil, x))
}

func shortPath(t *testing.T, name string) string { return filepath.Join(t.TempDir(), name) }

// readSound returns the samples of a WAV file and what its header says.
func readSound(t *testing.T, b []byte) (wav.Info, []float32) {
	t.Helper()
	r, err := wav.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	info := r.Info()
	var out []float32
	block := make([]float32, 1000*info.Channels)
	for {
		n, err := r.Read(block)
		out = append(out, block[:n*info.Channels]...)
		if err == io.EOF {
			return info, out
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// mainPackage is the program.
const mainPackage = "github.com/tailwave/tailwave/cmd/tailwave"

const speech = "../../../../testdata/speech.wav"
