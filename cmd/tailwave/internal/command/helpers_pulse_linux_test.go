//go:build portaudio

package command

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/testdata/reference"
)

// A pulse is a PulseAudio server of the test's own. Its only sink goes nowhere, at the pace of real time.
type pulse struct {
	server *exec.Cmd
	env    []string
	rate   int
}

// startPulse starts a server whose sink takes one channel of float32. The sink does not rewind: a recording would miss
// frames after it.
func startPulse(t *testing.T, rate int) *pulse {
	t.Helper()
	for _, tool := range []string{"pulseaudio", "parec"} {
		if _, err := exec.LookPath(tool); err != nil {
			reference.Missing(t, "pulse", tool+" is not installed")
		}
	}
	plugins, _ := filepath.Glob("/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so")
	if len(plugins) == 0 {
		reference.Missing(t, "pulse", "libasound2-plugins is not installed")
	}
	dir, err := os.MkdirTemp("", "pulse") // the path of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	config := writeFile(t, filepath.Join(dir, "asound.conf"), fmt.Appendf(nil, `
pcm_type.pulse { lib "%s" }
ctl_type.pulse { lib "%s" }
pcm.!default { type pulse }
ctl.!default { type pulse }
`, plugins[0], strings.Replace(plugins[0], "_pcm_", "_ctl_", 1)))
	socket := filepath.Join(dir, "pulse", "native")
	p := &pulse{rate: rate, env: append(os.Environ(), "XDG_RUNTIME_DIR="+dir, "HOME="+dir, "PULSE_SERVER=unix:"+socket,
		"ALSA_CONFIG_PATH="+config)}
	p.server = exec.Command("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes",
		"--use-pid-file=no",
		"-L", fmt.Sprintf("module-null-sink sink_name=cap format=float32le rate=%d channels=1 norewinds=1", rate),
		"-L", "module-native-protocol-unix auth-anonymous=1")
	p.server.Env = p.env
	if err := p.server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	p.record(t).end(t) // as soon as that works there is a server
	return p
}

func (p *pulse) kill() {
	p.server.Process.Kill()
	p.server.Wait()
}

// A recording is a file of the frames that the sink of a server gets, and the program that writes it.
type recording struct {
	path  string
	cmd   *exec.Cmd
	ended chan struct{}
}

// record begins to record.
func (p *pulse) record(t *testing.T) *recording {
	t.Helper()
	r := &recording{path: filepath.Join(t.TempDir(), "recorded")}
	for deadline := time.Now().Add(20 * time.Second); ; {
		out, err := os.Create(r.path)
		if err != nil {
			t.Fatal(err)
		}
		r.cmd = exec.Command("parec", "-d", "cap.monitor", "--raw", "--format=float32le",
			fmt.Sprintf("--rate=%d", p.rate), "--channels=1", "--latency-msec=20")
		var diag bytes.Buffer
		r.cmd.Env, r.cmd.Stdout, r.cmd.Stderr = p.env, out, &diag
		if err := r.cmd.Start(); err != nil {
			t.Fatal(err)
		}
		out.Close()
		r.ended = make(chan struct{})
		go func(cmd *exec.Cmd, ended chan struct{}) { cmd.Wait(); close(ended) }(r.cmd, r.ended)
		for !closed(r.ended) && size(r.path) == 0 && time.Now().Before(deadline) {
			time.Sleep(10 * time.Millisecond)
		}
		if !closed(r.ended) && size(r.path) > 0 {
			t.Cleanup(r.stop)
			return r
		}
		r.stop()
		if time.Now().After(deadline) {
			t.Fatalf("recording: got no frames within 20 s and %q, want some", &diag)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (r *recording) stop() {
	r.cmd.Process.Kill()
	<-r.ended
}

// end ends the recording and returns its samples.
func (r *recording) end(t *testing.T) []float32 {
	t.Helper()
	r.stop()
	raw := readFile(t, r.path)
	x := make([]float32, len(raw)/4)
	pcm.Decode(x, raw, pcm.F32)
	return x
}

// await waits until samples are heard. From there a test goes on, however long a machine takes to start a program.
func (r *recording) await(t *testing.T, x []float32) {
	t.Helper()
	want := encode(t, pcm.F32, 1, x)
	deadline := time.Now().Add(time.Minute)
	for ; !bytes.Contains(readFile(t, r.path), want); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("recording: got %d bytes within a minute, want %d samples from %v on in it",
				size(r.path), len(x), x[0])
		}
	}
}

// inTime runs a test that counts underruns. A machine with much else to do may make more than the test wants, so there
// is a second try then, which make test reports. The body goes on to check the sound only if checked returns true.
func inTime(t *testing.T, want int, body func(t *testing.T, checked func(outcome) bool)) {
	t.Helper()
	for try := 1; ; try++ {
		again := false
		body(t, func(o outcome) bool {
			n := underruns(o.err)
			if again = n > want && try == 1; again {
				t.Logf("RETRIED: got %d underruns, want %d", n, want)
			} else if n != want {
				t.Errorf("underruns: got %d, want %d: %q", n, want, o.err)
			}
			return n == want
		})
		if !again {
			return
		}
	}
}

func closed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// program returns the command that runs the program with this server as its sound system.
func (p *pulse) program(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := program(t, dir, args...)
	cmd.Env = append(p.env, asProgram+"=1")
	return cmd
}

// find returns the frame of the recording at which the signal x begins. The recording may have missed the first frames
// of x: find looks for the samples that follow these.
func find(recording, x []float32, missed int) (at int, ok bool) {
	const probe = 32
	for i := range len(recording) - probe {
		if recording[i] == x[missed] && sameBits(recording[i:i+probe], x[missed:missed+probe]) {
			return i - missed, true
		}
	}
	return 0, false
}

// wantHeard checks that the recording holds x without a gap. It may have missed up to ends frames at each end.
func wantHeard(t *testing.T, recording, x []float32, ends int) {
	t.Helper()
	for _, g := range heardGaps(t, recording, x, ends) {
		t.Errorf("before frame %d of %d: got %d frames of silence, want none", g.frame, len(x), g.silent)
	}
}

// A gap is silence in a recording that is not in what was played.
type gap struct {
	frame  int // of what was played, before which it is
	after  int // frames since the beginning of what was played
	silent int // its own frames
}

// heardGaps returns the gaps in a recording of x, which must hold x except for these. It may have missed up to ends
// frames at each end.
func heardGaps(t *testing.T, recording, x []float32, ends int) (gaps []gap) {
	t.Helper()
	begin, ok := find(recording, x, ends)
	if !ok {
		t.Fatalf("recording: got %d frames without the beginning of the sound, want all of its %d frames",
			len(recording), len(x))
	}
	frame := max(ends, -begin)
	for at := begin + frame; frame < len(x)-ends; {
		n := min(len(x)-ends-frame, len(recording)-at)
		same := dsptest.FirstDifference(recording[at:at+n], x[frame:frame+n])
		if same < 0 && frame+n < len(x)-ends {
			t.Fatalf("recording: got an end at frame %d, want one at %d", frame+n, len(x))
		}
		if same < 0 {
			break
		}
		at, frame = at+same, frame+same
		g := gap{frame: frame, after: at - begin}
		for at < len(recording) && recording[at] == 0 && x[frame] != 0 {
			at++
			g.silent++
		}
		if g.silent == 0 || at == len(recording) {
			t.Fatalf("frame %d of %d: got %v, want %v", frame, len(x), recording[at:min(at+4, len(recording))], x[frame])
		}
		gaps = append(gaps, g)
	}
	return gaps
}

func sameBits(a, b []float32) bool {
	return len(a) == len(b) && dsptest.FirstDifference(a, b) < 0
}

// soundServer starts a sound server, and returns the environment of programs that play on it.
func soundServer(t *testing.T) []string { return startPulse(t, 48000).env }
