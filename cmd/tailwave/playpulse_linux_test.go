//go:build portaudio

package main

import (
	"bytes"
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

// padding is silence before and after what is played: a recording may miss some of both ends.
const padding = 2 * pulseRate / 5

// paddedNoise is noise of so many seconds between paddings.
func paddedNoise(seconds float64) []float32 {
	x := make([]float32, padding, 2*padding+int(seconds*pulseRate))
	x = append(x, dsptest.Noise[float32](11, int(seconds*pulseRate))...)
	return append(x, make([]float32, padding)...)
}

// underruns reads the count from a summary, -1 if there is none.
func underruns(diag string) int {
	m := regexp.MustCompile(`, (\d+) underruns?,`).FindStringSubmatch(diag)
	if m == nil {
		return -1
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// started is a program that plays.
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

// TestPulseHeard: in real time what is heard is the file, and no device runs empty.
func TestPulseHeard(t *testing.T) {
	p, dir := startPulse(t, pulseRate), t.TempDir()
	x := paddedNoise(2)
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, pulseRate, 1, pcm.F32, x))
	recorded := p.record(t)
	s := p.start(t, dir, "play", in, "--latency", "200")
	o, took := s.end()
	if o.code != exitDone || underruns(o.err) != 0 || strings.Count(o.err, "\n") != 1 {
		t.Errorf("%d, %q", o.code, o.err)
	}
	if length := time.Duration(len(x)) * time.Second / pulseRate; took < length-100*time.Millisecond {
		t.Errorf("%v of sound took %v", length, took)
	}
	wantHeard(t, recorded(), x[padding/2:len(x)-padding/2], padding/2)
}

// TestPulseStall: a source that stalls makes as many gaps as it should, and the rest is intact.
func TestPulseStall(t *testing.T) {
	p, dir := startPulse(t, pulseRate), t.TempDir()
	x := paddedNoise(3)
	file := soundBytes(t, pulseRate, 1, pcm.F32, x)
	recorded := p.record(t)
	s := p.start(t, dir, "play", "-", "--latency", "500")
	stallAt := len(file) / 2 &^ 3
	s.stdin.Write(file[:stallAt])
	// All of this has to be heard, and then a second of nothing.
	time.Sleep(time.Duration(stallAt/4)*time.Second/pulseRate + time.Second)
	s.stdin.Write(file[stallAt:])
	s.stdin.Close()
	o, _ := s.end()
	if o.code != exitDone || underruns(o.err) != 1 {
		t.Errorf("%d, %q", o.code, o.err)
	}
	wantGap(t, recorded(), x, pulseRate/2)
}

// wantGap checks that the recording holds x with one gap of silence, of at least so many frames.
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
		t.Fatalf("the beginning is at %d, the end at %d of %d recorded", first, second, len(recording))
	}
	cut := padding
	for cut < len(x) && recording[first+cut] == x[cut] {
		cut++
	}
	for i := first + cut; i < second+cut; i++ {
		if recording[i] != 0 {
			t.Fatalf("frame %d of the gap is %v", i-first-cut, recording[i])
		}
	}
	if i := dsptest.FirstDifference(recording[second+cut:second+len(x)-padding], x[cut:len(x)-padding]); i >= 0 {
		t.Errorf("frame %d, after the gap at %d, is another", cut+i, cut)
	}
}

// TestPulseSuspended: a program that is stopped and goes on, as by Ctrl-Z and fg, loses no frame.
func TestPulseSuspended(t *testing.T) {
	p, dir := startPulse(t, pulseRate), t.TempDir()
	x := paddedNoise(3)
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, pulseRate, 1, pcm.F32, x))
	recorded := p.record(t)
	s := p.start(t, dir, "play", in, "--latency", "500")
	time.Sleep(2 * time.Second)
	s.cmd.Process.Signal(syscall.SIGTSTP)
	time.Sleep(1500 * time.Millisecond)
	s.cmd.Process.Signal(syscall.SIGCONT)
	o, _ := s.end()
	if o.code != exitDone || underruns(o.err) != 1 {
		t.Errorf("%d, %q", o.code, o.err)
	}
	wantGap(t, recorded(), x, pulseRate/2)
}

// TestPulseKilled: a device that is lost is an error with its name, and the file beside it is completed.
func TestPulseKilled(t *testing.T) {
	for name, end := range map[string]func(p *pulse){
		"killed": (*pulse).kill,
		"hangs":  func(p *pulse) { p.server.Process.Signal(syscall.SIGSTOP) },
	} {
		t.Run(name, func(t *testing.T) {
			p, dir := startPulse(t, pulseRate), t.TempDir()
			model := tinyModel(t)
			frames := encode(t, pcm.F32, 3, dsptest.Noise[float32](5, 3*5000)) // 5 s
			want := must(t, bytes.NewReader(frames), "vocode", "-", "-", "--model", model, "--raw", "f32", "--quiet").out
			s := p.start(t, dir, "vocode", "-", "out.raw", "--raw", "f32", "--model", model, "--play", "--latency", "100", "--quiet")
			go func() {
				s.stdin.Write(frames)
				s.stdin.Close()
			}()
			time.Sleep(2500 * time.Millisecond)
			end(p)
			o, took := s.end()
			o.wantError(t, exitFailed, `device "default": was lost while playing: `)
			if took > 20*time.Second {
				t.Errorf("ended after %v", took)
			}
			if string(readFile(t, filepath.Join(dir, "out.raw"))) != want {
				t.Error("the file is not what it is without --play")
			}
		})
	}
	p, dir := startPulse(t, pulseRate), t.TempDir()
	p.kill()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, pulseRate, 1, pcm.S16, tones(100, 1)))
	o, _ := p.start(t, dir, "play", in).end()
	o.wantError(t, exitFailed, "no sound device that plays")
}

// TestPulseInterrupted: Ctrl-C fades out and completes the file with what there is, whether frames come or not.
func TestPulseInterrupted(t *testing.T) {
	for name, silent := range map[string]bool{"playing": false, "waiting": true} {
		t.Run(name, func(t *testing.T) {
			p, dir := startPulse(t, 8000), t.TempDir()
			model := tinyModel(t)
			frames := encode(t, pcm.F32, 3, dsptest.Noise[float32](6, 3*10000)) // 10 s
			if silent {
				frames = frames[:len(frames)/8]
			}
			want := must(t, bytes.NewReader(frames), "vocode", "-", "-", "--model", model, "--raw", "f32", "--quiet").out
			whole := make([]float32, len(want)/4)
			pcm.Decode(whole, []byte(want), pcm.F32)
			recorded := p.record(t)
			s := p.start(t, dir, "vocode", "-", "out.wav", "--format", "f32", "--model", model, "--play", "--latency", "50")
			go s.stdin.Write(frames)
			time.Sleep(2500 * time.Millisecond)
			s.cmd.Process.Signal(syscall.SIGINT)
			interrupted := time.Now()
			o, _ := s.end()
			if took := time.Since(interrupted); took > endsWithin {
				t.Errorf("ended %v after the signal", took)
			}
			lines := strings.Split(strings.TrimSpace(o.err), "\n")
			if o.code != exitFailed || len(lines) != 3 || lines[2] != "tailwave: interrupted" || !strings.Contains(lines[0], "out.wav: ") || underruns(lines[1]) < 0 {
				t.Errorf("%d, %q", o.code, o.err)
			}
			wantNames(t, dir, "out.wav")
			file := parse(t, readFile(t, filepath.Join(dir, "out.wav")))
			if n := len(file.samples); n < 8000/2 || n > len(whole) || !sameBits(file.samples, whole[:n]) || file.Frames != int64(n) {
				t.Errorf("the file has %d frames, header %+v, not the beginning of what there would be", n, file.Info)
			}
			if !silent {
				wantFade(t, recorded(), whole, 80)
				return
			}
			if underruns(lines[1]) != 1 {
				t.Errorf("%q", o.err)
			}
			wantHeard(t, recorded(), file.samples, 8000/5)
		})
	}
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
		t.Fatalf("%d frames recorded, the last at %d", len(recording), end)
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
			t.Errorf("the last %d frames are other than those of the whole, want %d", rest, fade)
		}
		for k := range fade {
			want := float64(x[i+800+k]) * float64(fade-1-k) / float64(fade)
			if got := float64(recording[begin+800+k]); math.Abs(got-want) > 1e-6 {
				t.Fatalf("frame %d of the fade is %v, want %v", k, got, want)
			}
		}
		return
	}
	t.Error("what was recorded before the fade is not what was played")
}
