//go:build unix

package command

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// endsWithin is far more than the tenth of a second that an interrupt may take, for machines with much else to do.
const endsWithin = 5 * time.Second

// An interruption is a run that would not end by itself for long.
type interruption struct {
	name  string
	args  []string
	stdin []byte // bytes that come before silence; nil for no standard input
	stall bool   // nobody reads standard output
	temp  bool   // the run writes a file
}

// TestInterrupt: a signal ends a run soon, wherever it is blocked, with one line of error. The folder is as before.
func TestInterrupt(t *testing.T) {
	sound := soundBytes(t, 44100, 2, pcm.S16, tones(30000, 2))
	head := sound[:20000]
	convert := []string{"upsample", "-", "out.wav", "--rate", "48000"}
	copying := []string{"upsample", "-", "out.wav", "--rate", "44100"}
	stalledCopy := []string{"upsample", "sound.wav", "-", "--rate", "44100", "--chunk", "1000"}
	partial := []string{"upsample", "-", "out.wav", "--rate", "44100", "--keep-partial"}
	force := []string{"upsample", "-", "old.wav", "--rate", "48000", "--force"}
	for _, c := range []interruption{
		{name: "silent input", args: convert, stdin: []byte{}},
		{name: "input that falls silent", args: convert, stdin: head, temp: true},
		{name: "copy that falls silent", args: copying, stdin: head, temp: true},
		{name: "partial that falls silent", args: partial, stdin: head, temp: true},
		{name: "over an existing file", args: force, stdin: head, temp: true},
		{name: "opening a FIFO to read", args: []string{"upsample", "fifo", "out.wav", "--rate", "48000"}},
		{name: "opening a FIFO to write", args: []string{"upsample", "sound.wav", "fifo", "--rate", "48000"}},
		{name: "stalled output", args: []string{"upsample", "sound.wav", "-", "--rate", "96000"}, stall: true},
		{name: "stalled copy", args: stalledCopy, stall: true},
		{name: "computing", args: []string{"upsample", "long.wav", "out.wav", "--rate", "768000"}, temp: true},
		{name: "verify", args: []string{"verify", "-", "--rate", "48000"}, stdin: head},
		{name: "info", args: []string{"info", "-"}, stdin: []byte{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			// A machine with much else to do may need long to start a program. Until it waits for signals they end it.
			for _, settle := range []time.Duration{200 * time.Millisecond, time.Second, 4 * time.Second} {
				if c.check(t, sound, settle, syscall.SIGINT) {
					return
				}
			}
			t.Error("got an end by the signal, want one by the program")
		})
	}
	for _, signals := range [][]syscall.Signal{
		{syscall.SIGTERM},
		{syscall.SIGHUP},
		{syscall.SIGQUIT},
		{syscall.SIGQUIT, syscall.SIGQUIT, syscall.SIGINT},
		{syscall.SIGINT, syscall.SIGINT, syscall.SIGINT},
		{syscall.SIGTERM, syscall.SIGINT, syscall.SIGTERM},
	} {
		c := interruption{args: convert, stdin: head, temp: true}
		var name []string
		for _, s := range signals {
			name = append(name, s.String())
		}
		t.Run(strings.Join(name, " then "), func(t *testing.T) {
			t.Parallel()
			if !c.check(t, sound, 0, signals...) {
				t.Error("got an end by the signal, want one by the program")
			}
		})
	}
}

// writing reports whether a process writes an output in a folder: a file with a temporary name, or without a name.
func writing(t *testing.T, pid int, dir string) bool {
	t.Helper()
	if len(hidden(t, dir)) > 0 {
		return true
	}
	fds := fmt.Sprintf("/proc/%d/fd", pid)
	list, _ := os.ReadDir(fds)
	for _, e := range list {
		file, _ := os.Readlink(filepath.Join(fds, e.Name()))
		if strings.HasPrefix(file, dir+"/") && strings.HasSuffix(file, " (deleted)") {
			return true
		}
	}
	return false
}

// waitForOutput waits until process pid is writing a file in dir; t fails if that takes too long.
func waitForOutput(t *testing.T, pid int, dir string) {
	t.Helper()
	for deadline := time.Now().Add(endsWithin); !writing(t, pid, dir); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("files after %v: got %q, want another that is being written", endsWithin, names(t, dir))
			return
		}
	}
}

// hidden lists the temporary files in a folder.
func hidden(t *testing.T, dir string) []string {
	t.Helper()
	return slices.DeleteFunc(names(t, dir), func(name string) bool {
		return !strings.HasPrefix(name, ".") || !strings.Contains(name, ".tailwave-")
	})
}

// check interrupts a run that has had the time settle to get to where it blocks. It returns false if the run did not
// handle the signal.
func (c interruption) check(t *testing.T, sound []byte, settle time.Duration, signals ...syscall.Signal) bool {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "sound.wav"), sound)
	writeFile(t, filepath.Join(dir, "old.wav"), []byte("precious"))
	mkfifo(t, filepath.Join(dir, "fifo"))
	if slices.Contains(c.args, "long.wav") {
		writeFile(t, filepath.Join(dir, "long.wav"), wavBytes(t, 1001, 2, pcm.S16, make([]byte, 4<<20)))
	}
	before := names(t, dir)
	cmd := program(t, dir, c.args...)
	var diag bytes.Buffer
	cmd.Stderr = &diag
	if c.stdin != nil {
		w, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		go w.Write(c.stdin)
	}
	if c.stall {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		defer w.Close()
		cmd.Stdout = w
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	if c.temp {
		waitForOutput(t, cmd.Process.Pid, dir)
	}
	select {
	case <-ended:
		t.Fatalf("got an end before the signal and %q, want none", &diag)
	case <-time.After(settle):
	}
	for i, s := range signals {
		if i > 0 {
			time.Sleep(12 * time.Millisecond) // without a pause they would be taken for one
		}
		cmd.Process.Signal(s)
	}
	select {
	case <-ended:
	case <-time.After(endsWithin):
		cmd.Process.Kill()
		<-ended
		t.Errorf("got no end within %v after the signal, want one", endsWithin)
		return true
	}
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		return false
	}
	outcome{code: cmd.ProcessState.ExitCode(), err: diag.String()}.wantError(t, exitFailed, "interrupted")
	wantNames(t, dir, before...)
	wantBytes(t, "existing file", string(readFile(t, filepath.Join(dir, "old.wav"))), "precious")
	return true
}

// TestReaderThatGoesAway: the run ends by SIGPIPE, as any program in a pipeline, and leaves no file.
func TestReaderThatGoesAway(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "sound.wav"), soundBytes(t, 44100, 2, pcm.S16, tones(60000, 2)))
	cmd := program(t, dir, "upsample", "sound.wav", "-", "--rate", "48000")
	var diag bytes.Buffer
	cmd.Stderr = &diag
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	io.CopyN(io.Discard, out, 1000)
	out.Close()
	err = cmd.Wait()
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGPIPE {
		t.Errorf("got %v and %q, want an end by SIGPIPE", err, &diag)
	}
	wantNames(t, dir, "sound.wav")
}

// TestNohup: a process that is started to survive its terminal does so.
func TestNohup(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("skipped, no sh: cannot start a process that ignores a signal")
	}
	dir := t.TempDir()
	file := soundBytes(t, 44100, 2, pcm.S16, tones(3000, 2))
	cmd := program(t, dir, "upsample", "-", "out.wav", "--rate", "48000")
	cmd.Args = append([]string{sh, "-c", `trap "" HUP; exec "$0" "$@"`, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = sh
	var diag bytes.Buffer
	cmd.Stderr = &diag
	w, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Write(file[:5000])
	waitForOutput(t, cmd.Process.Pid, dir)
	cmd.Process.Signal(syscall.SIGHUP)
	time.Sleep(100 * time.Millisecond)
	w.Write(file[5000:])
	w.Close()
	if err := cmd.Wait(); err != nil {
		t.Errorf("got %v and %q, want exit 0", err, &diag)
	}
	wantNames(t, dir, "out.wav")
}

// TestInterruptWithoutDevice: an interrupt completes the file also if the device is busy or was lost. The error tells
// that about the device, since it may be why the user interrupted.
func TestInterruptWithoutDevice(t *testing.T) {
	model := tinyModel(t)
	_, bare := melFile()
	frames := bytes.Repeat(bare, 9)
	whole := must(t, bytes.NewReader(frames), "vocode", "-", "-", "--model", model, "--raw", "f32", "--quiet").out
	want := make([]float32, len(whole)/4)
	pcm.Decode(want, []byte(whole), pcm.F32)
	failed := make(chan struct{})
	for name, c := range map[string]struct {
		host *soundless
		wait chan struct{}
		want string
	}{
		"busy": {&soundless{channels: 2, busy: errGone}, nil, `tailwave: interrupted; device "nowhere": unplugged`},
		"lost": {&soundless{channels: 2, fails: errGone, failed: failed}, failed,
			`tailwave: interrupted; device "nowhere": was lost while playing: unplugged`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			in := &silent{r: bytes.NewReader(frames), closed: make(chan struct{})}
			defer close(in.closed)
			in.then = func() {
				if c.wait != nil {
					<-c.wait
				}
				syscall.Kill(os.Getpid(), syscall.SIGINT)
			}
			out := filepath.Join(dir, "out.wav")
			o := on(c.host, in, "vocode", "-", out, "--format", "f32", "--model", model, "--play", "--quiet")
			if o.code != exitFailed || strings.TrimSpace(o.err) != c.want {
				t.Errorf("got exit %d and %q, want exit %d and %q", o.code, o.err, exitFailed, c.want)
			}
			wantNames(t, dir, "out.wav")
			file := parse(t, readFile(t, out))
			n := len(file.samples)
			wantSamples(t, "file", file.samples, want[:min(n, len(want))])
			if file.Frames != int64(n) {
				t.Errorf("header of the file: got %d frames, want %d", file.Frames, n)
			}
		})
	}
}
