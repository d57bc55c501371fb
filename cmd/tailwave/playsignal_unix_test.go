//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestInterruptWithoutDevice: an interrupt completes the file also if the device is busy or was lost. The error says
// so, for it may be why the user interrupted.
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
		"lost": {&soundless{channels: 2, fails: errGone, failed: failed}, failed, `tailwave: interrupted; device "nowhere": was lost while playing: unplugged`},
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
			o := on(c.host, in, "vocode", "-", filepath.Join(dir, "out.wav"), "--format", "f32", "--model", model, "--play", "--quiet")
			if o.code != exitFailed || strings.TrimSpace(o.err) != c.want {
				t.Errorf("%d, %q, want %q", o.code, o.err, c.want)
			}
			wantNames(t, dir, "out.wav")
			file := parse(t, readFile(t, filepath.Join(dir, "out.wav")))
			if n := len(file.samples); n > len(want) || !sameBits(file.samples, want[:n]) || file.Frames != int64(n) {
				t.Errorf("the file has %d frames, not the beginning of what there would be", n)
			}
		})
	}
}
