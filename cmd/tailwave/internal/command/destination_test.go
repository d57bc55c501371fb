package command

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestOutputIsCheckedFirst: an OUT that cannot be written is an error before IN is read, which never sends a byte.
func TestOutputIsCheckedFirst(t *testing.T) {
	dir := t.TempDir()
	exists := writeFile(t, filepath.Join(dir, "exists.wav"), []byte("precious"))
	frames := writeFile(t, filepath.Join(dir, "exists.npy"), []byte("precious"))
	codes := writeFile(t, filepath.Join(dir, "exists.lyra"), []byte("precious"))
	for name, c := range map[string]struct {
		args []string
		part string
	}{
		"upsample":  {[]string{"upsample", "-", exists, "--rate", "16000"}, "exists: name another file, or use --force"},
		"copy":      {[]string{"upsample", "-", exists, "--rate", "8000"}, "exists: name another file, or use --force"},
		"mel":       {[]string{"mel", "-", frames}, "exists: name another file, or use --force"},
		"vocode":    {[]string{"vocode", "-", exists}, "exists: name another file, or use --force"},
		"encode":    {[]string{"codec", "encode", "-", codes, "--model", "LYRA"}, "exists: name another file, or use --force"},
		"decode":    {[]string{"codec", "decode", "-", exists, "--model", "LYRA"}, "exists: name another file, or use --force"},
		"no folder": {[]string{"vocode", "-", filepath.Join(dir, "no", "out.wav")}, "its folder does not exist"},
		"a folder":  {[]string{"mel", "-", dir}, "is a folder: name a file"},
	} {
		t.Run(name, func(t *testing.T) {
			if i := slices.Index(c.args, "LYRA"); i >= 0 {
				c.args[i] = lyraModel(t)
			}
			in := &silent{r: bytes.NewReader(nil), closed: make(chan struct{})}
			waited := time.AfterFunc(20*time.Second, func() { close(in.closed) })
			tailwave(in, c.args...).wantError(t, exitFailed, c.part)
			if !waited.Stop() {
				t.Error("got an error after 20 s, when the input ended, want one at once")
			} else {
				close(in.closed)
			}
			wantNames(t, dir, "exists.lyra", "exists.npy", "exists.wav")
		})
	}
	wantBytes(t, "existing file", string(readFile(t, exists)), "precious")
}

// TestFailureWritesNothing: an input that breaks off before its first frame leaves no file, no temporary file, and
// nothing on standard output.
func TestFailureWritesNothing(t *testing.T) {
	sound := soundBytes(t, 8000, 1, pcm.F32, tones(9000, 1))
	header := sound[:len(sound)-4*9000]
	for name, args := range map[string][]string{
		"upsample": {"upsample", "-", "OUT", "--rate", "16000"},
		"copy":     {"upsample", "-", "OUT", "--rate", "8000"},
		"mel":      {"mel", "-", "OUT", "--raw"},
		"vocode":   {"vocode", "-", "OUT"},
		"encode":   {"encode", "-", "OUT", "--model", "LYRA"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "encode" {
				args = append([]string{"codec"}, args...)
				args[len(args)-1] = lyraModel(t)
			}
			dir := t.TempDir()
			for _, out := range []string{"-", filepath.Join(dir, "out")} {
				args[slices.Index(args, "-")+1] = out
				o := tailwave(bytes.NewReader(header), args...)
				o.wantError(t, exitFailed, "standard input")
				wantBytes(t, "standard output", o.out, "")
				wantNames(t, dir)
			}
		})
	}
}
