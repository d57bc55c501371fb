//go:build portaudio

package command

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/pcm"
)

const pulseRate = 22050

// padding is the number of silent frames at both ends of a sound: a recording may miss some of both ends.
const padding = 2 * pulseRate / 5

// paddedNoise returns noise between paddings. The length is that of the noise.
func paddedNoise(seconds float64) []float32 {
	x := make([]float32, padding, 2*padding+int(seconds*pulseRate))
	x = append(x, dsptest.Noise[float32](11, int(seconds*pulseRate))...)
	return append(x, make([]float32, padding)...)
}

// underruns returns the count in a summary, or -1 if the summary lacks it.
func underruns(diag string) int {
	m := regexp.MustCompile(`, (\d+) underruns?[, ]`).FindStringSubmatch(diag)
	if m == nil {
		return -1
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// A started is a program that plays.
type started struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	diag  bytes.Buffer
	begin time.Time
}

func (p *pulse) start(t *testing.T, dir string, args ...string) *started {
	t.Helper()
	s := &started{cmd: p.program(t, dir, args...)}
	s.cmd.Stderr = &s.diag
	// A process group of its own, with its parent in the session: otherwise the system may ignore SIGTSTP.
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var err error
	if s.stdin, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	s.begin = time.Now()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill() })
	return s
}

// end waits for the program and returns its outcome and how long it took.
func (s *started) end() (outcome, time.Duration) {
	s.cmd.Wait()
	return outcome{code: s.cmd.ProcessState.ExitCode(), err: s.diag.String()}, time.Since(s.begin)
}

// TestPulseHeard: a device in real time gets the file without a gap, and never runs empty.
func TestPulseHeard(t *testing.T) {
	x := paddedNoise(2)
	inTime(t, 0, func(t *testing.T, checked func(outcome) bool) {
		p, dir := startPulse(t, pulseRate), t.TempDir()
		in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, pulseRate, 1, pcm.F32, x))
		r := p.record(t)
		o, took := p.start(t, dir, "play", in, "--latency", "200").end()
		if o.code != exitDone || strings.Count(o.err, "\n") != 1 {
			t.Errorf("got exit %d and %q, want exit %d and one line", o.code, o.err, exitDone)
		}
		if length := time.Duration(len(x)) * time.Second / pulseRate; took < length-100*time.Millisecond {
			t.Errorf("got an end after %v, want one after %v, the length of the sound", took, length)
		}
		if checked(o) {
			wantHeard(t, r.end(t), x[padding/2:len(x)-padding/2], padding/2)
		}
	})
}

// TestPulseStall: a source that stalls makes one gap, and the sound around it is complete.
func TestPulseStall(t *testing.T) {
	x := paddedNoise(3)
	file := soundBytes(t, pulseRate, 1, pcm.F32, x)
	inTime(t, 1, func(t *testing.T, checked func(outcome) bool) {
		p, dir := startPulse(t, pulseRate), t.TempDir()
		r := p.record(t)
		s := p.start(t, dir, "play", "-", "--latency", "500")
		s.stdin.Write(file[:len(file)/2])
		r.await(t, x[len(x)/2-1000:][:100])
		time.Sleep(time.Second) // the gap
		s.stdin.Write(file[len(file)/2:])
		s.stdin.Close()
		o, _ := s.end()
		if o.code != exitDone {
			t.Errorf("got exit %d and %q, want exit %d", o.code, o.err, exitDone)
		}
		if checked(o) {
			wantGap(t, r.end(t), x, pulseRate/2)
		}
	})
}

// wantGap checks that the recording holds x with one gap of silence of at least gap frames.
func wantGap(t *testing.T, recording, x []float32, gap int) {
	t.Helper()
	first, second := -1, -1
	quarter := len(x) / 4
	for i := range len(recording) - 32 {
		if first < 0 && sameBits(recording[i:i+32], x[quarter:quarter+32]) {
			first = i - quarter
		}
		if sameBits(recording[i:i+32], x[3*quarter:3*quarter+32]) {
			second = i - 3*quarter
		}
	}
	if first < -padding || second < first+gap || second+len(x)-padding > len(recording) {
		t.Fatalf("got the beginning from frame %d on and the end as if from %d on, in %d recorded frames; "+
			"want both, and a gap of at least %d frames", first, second, len(recording), gap)
	}
	cut := padding
	for cut < len(x) && recording[first+cut] == x[cut] {
		cut++
	}
	for i := first + cut; i < second+cut; i++ {
		if recording[i] != 0 {
			t.Fatalf("frame %d of the gap: got %v, want 0", i-first-cut, recording[i])
		}
	}
	if i := dsptest.FirstDifference(recording[second+cut:second+len(x)-padding], x[cut:len(x)-padding]); i >= 0 {
		intact := cut
		for k := cut; k < len(x)-padding; k++ {
			if recording[second+k] != x[k] {
				intact = k + 1
			}
		}
		t.Errorf("frame %d, after a gap of %d frames at %d: got %v, want %v; frames are as wanted from %d on",
			cut+i, second-first, cut, recording[second+cut+i], x[cut+i], intact)
	}
}

// awaitStopped waits until a process is stopped.
func awaitStopped(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		_, state, _ := strings.Cut(string(readFile(t, fmt.Sprintf("/proc/%d/stat", pid))), ") ")
		if strings.HasPrefix(state, "T") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("state of the process: got %.1s, want T, stopped", state)
		}
	}
}

// TestPulseSuspended: a program that is stopped and continued, as by Ctrl-Z and fg, loses no frame.
func TestPulseSuspended(t *testing.T) {
	x := paddedNoise(3)
	inTime(t, 0, func(t *testing.T, checked func(outcome) bool) {
		p, dir := startPulse(t, pulseRate), t.TempDir()
		in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, pulseRate, 1, pcm.F32, x))
		r := p.record(t)
		s := p.start(t, dir, "play", in, "--latency", "500")
		r.await(t, x[len(x)/3:][:100])
		s.cmd.Process.Signal(syscall.SIGTSTP)
		awaitStopped(t, s.cmd.Process.Pid) // the frames in the device are heard before
		time.Sleep(800 * time.Millisecond)
		s.cmd.Process.Signal(syscall.SIGCONT)
		o, _ := s.end()
		if o.code != exitDone {
			t.Errorf("got exit %d and %q, want exit %d", o.code, o.err, exitDone)
		}
		if checked(o) {
			wantGap(t, r.end(t), x, pulseRate/2)
		}
	})
}

// hangs is the longest time until the end of a program whose device hangs: far more than the few seconds after which it
// gives up, for machines with much else to do.
const hangs = time.Minute

// played returns the sound that a tiny model makes of frames of 3 mels, as a file and as samples.
func played(t *testing.T, model string, mels []byte) (string, []float32) {
	t.Helper()
	raw := must(t, bytes.NewReader(mels), "vocode", "-", "-", "--model", model, "--raw", "f32", "--quiet").out
	x := make([]float32, len(raw)/4)
	pcm.Decode(x, []byte(raw), pcm.F32)
	return raw, x
}

// TestPulseKilled: a device that is lost is an error with its name, and the file next to it is completed.
func TestPulseKilled(t *testing.T) {
	for name, end := range map[string]func(p *pulse){
		"killed": (*pulse).kill,
		"hangs":  func(p *pulse) { p.server.Process.Signal(syscall.SIGSTOP) },
	} {
		t.Run(name, func(t *testing.T) {
			p, dir := startPulse(t, 8000), t.TempDir()
			model := tinyModel(t)
			mels := encode(t, pcm.F32, 3, dsptest.Noise[float32](5, 3*5000)) // 5 s
			want, x := played(t, model, mels)
			r := p.record(t)
			s := p.start(t, dir, "vocode", "-", "out.raw", "--raw", "f32", "--model", model, "--play",
				"--latency", "100", "--quiet")
			go func() {
				s.stdin.Write(mels)
				s.stdin.Close()
			}()
			r.await(t, x[8000:][:100])
			end(p)
			o, took := s.end()
			o.wantError(t, exitFailed, `device "default": was lost while playing: `)
			if took > hangs {
				t.Errorf("got an end after %v, want one within %v", took, hangs)
			}
			wantBytes(t, "file", string(readFile(t, filepath.Join(dir, "out.raw"))), want)
		})
	}
	t.Run("before", func(t *testing.T) {
		p, dir := startPulse(t, pulseRate), t.TempDir()
		p.kill()
		in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, pulseRate, 1, pcm.S16, tones(100, 1)))
		o, _ := p.start(t, dir, "play", in).end()
		o.wantError(t, exitFailed, "no sound device that plays")
	})
}

// TestPulseInterrupted: Ctrl-C fades out and completes the file with the samples until then, also if no frames come or
// the device hangs.
func TestPulseInterrupted(t *testing.T) {
	model := tinyModel(t)
	mels := encode(t, pcm.F32, 3, dsptest.Noise[float32](6, 3*10000)) // 10 s
	_, whole := played(t, model, mels)
	// interrupted plays until the samples at frame at are heard, calls then, interrupts, and checks everything except
	// the recording.
	interrupted := func(
		t *testing.T, mels []byte, at int, then func(*pulse), last string,
	) (o outcome, r *recording, file []float32) {
		t.Helper()
		p, dir := startPulse(t, 8000), t.TempDir()
		r = p.record(t)
		s := p.start(t, dir, "vocode", "-", "out.wav", "--format", "f32", "--model", model, "--play", "--latency", "50")
		go s.stdin.Write(mels)
		r.await(t, whole[at:][:100])
		then(p)
		s.cmd.Process.Signal(syscall.SIGINT)
		o, took := s.end()
		if took > hangs {
			t.Errorf("got an end after %v, want one within %v", took, hangs)
		}
		lines := strings.Split(strings.TrimSpace(o.err), "\n")
		if o.code != exitFailed || len(lines) != 3 {
			t.Fatalf("got exit %d and %q, want exit %d and three lines", o.code, o.err, exitFailed)
		}
		if !strings.Contains(lines[0], "out.wav: ") || underruns(lines[1]) < 0 || !strings.HasPrefix(lines[2], last) {
			t.Fatalf("got the lines %q, want a summary of out.wav, one of the device, and an error that begins with %q",
				lines, last)
		}
		wantNames(t, dir, "out.wav")
		got := parse(t, readFile(t, filepath.Join(dir, "out.wav")))
		n := len(got.samples)
		if n < at || got.Frames != int64(n) {
			t.Errorf("file: got %d frames, and %d in the header, want the same, at least %d", n, got.Frames, at)
		}
		wantSamples(t, "file", got.samples, whole[:min(n, len(whole))])
		return o, r, got.samples
	}
	t.Run("playing", func(t *testing.T) {
		inTime(t, 0, func(t *testing.T, checked func(outcome) bool) {
			o, r, _ := interrupted(t, mels, 8000, func(*pulse) {}, "tailwave: interrupted")
			if checked(o) {
				wantFade(t, r.end(t), whole, 80)
			}
		})
	})
	t.Run("waiting", func(t *testing.T) {
		inTime(t, 1, func(t *testing.T, checked func(outcome) bool) {
			wait := func(*pulse) { time.Sleep(time.Second) }
			o, r, file := interrupted(t, mels[:len(mels)/8], 9000, wait, "tailwave: interrupted")
			if checked(o) {
				wantHeard(t, r.end(t), file, 8000/5)
			}
		})
	})
	t.Run("hanging", func(t *testing.T) {
		hang := func(p *pulse) {
			p.server.Process.Signal(syscall.SIGSTOP)
			time.Sleep(time.Second)
		}
		interrupted(t, mels, 8000, hang, `tailwave: interrupted; device "default": was lost while playing: `)
	})
}

// wantFade checks that the recording ends with frames of x, the last of which fade out along a straight line.
func wantFade(t *testing.T, recording, x []float32, fade int) {
	t.Helper()
	end := len(recording)
	for end > 0 && recording[end-1] == 0 {
		end--
	}
	end++ // the fade ends with a zero
	const probe = 16
	begin := end - fade - 800
	if begin < 0 || end > len(recording) {
		t.Fatalf("got %d recorded frames, the last sound at %d, want at least %d", len(recording), end, fade+800)
	}
	for i := range len(x) - probe {
		if !sameBits(x[i:i+probe], recording[begin:begin+probe]) {
			continue
		}
		full := 0
		for i+full < len(x) && begin+full < end && x[i+full] == recording[begin+full] {
			full++
		}
		if rest := end - begin - full; rest > fade || rest < fade-2 {
			t.Errorf("got %d frames of fade, want %d to %d", rest, fade-2, fade)
		}
		for k := range fade {
			want := float64(x[i+800+k]) * float64(fade-1-k) / float64(fade)
			if got := float64(recording[begin+800+k]); math.Abs(got-want) > 1e-6 {
				t.Fatalf("frame %d of the fade: got %v, want %v", k, got, want)
			}
		}
		return
	}
	t.Errorf("before the fade: got %v, want samples that were played", recording[begin:begin+probe])
}
