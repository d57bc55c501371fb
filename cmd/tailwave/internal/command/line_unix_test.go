//go:build unix

package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestLongLines: no line of info, of an error or of a summary has more than 400 characters, and the beginning and the
// end of a path stay.
func TestLongLines(t *testing.T) {
	dir := t.TempDir()
	deep := dir
	for len(deep) < 3600 {
		deep = filepath.Join(deep, strings.Repeat("é", 60)+strings.Repeat("\xff", 30))
	}
	if err := os.MkdirAll(deep, 0o777); err != nil {
		t.Skipf("skipped, this file system refuses a path of %d bytes: %v", len(deep), err)
	}
	name := filepath.Join(deep, "x.wav")
	file := string(soundBytes(t, 44100, 1, pcm.S16, tones(3000, 1)))
	writeFile(t, name, []byte(file[:36]+"o\"d\\\x04\x00\x00\x00abcd"+file[36:]))
	broken := writeFile(t, filepath.Join(deep, "broken.wav"), []byte(strings.Repeat("no sound ", 300)))
	model := tinyModel(t)
	long := filepath.Join(deep, strings.Repeat("m", 200))
	if err := os.Rename(model, long); err != nil {
		t.Skipf("skipped, cannot move the model: %v", err)
	}
	broke := tinyModel(t)
	writeFile(t, filepath.Join(broke, "config.json"), []byte(`{"resblock": "`+strings.Repeat("é", 3000)+`"}`))
	for title, c := range map[string]struct {
		args  []string
		code  int
		parts []string
	}{
		"info":            {[]string{"info", name}, exitDone, []string{"file      " + dir, "/x.wav\n", "44100 Hz", "fmt"}},
		"info of a model": {[]string{"info", long}, exitDone, []string{dir, "mmm", "HiFi-GAN"}},
		"model checked":   {[]string{"models", long}, exitDone, []string{dir, "mmm"}},
		"no file":         {[]string{"info", name + "x"}, exitFailed, []string{"tailwave: " + dir, "x.wavx: no such file"}},
		"broken file":     {[]string{"info", broken}, exitFailed, []string{"tailwave: " + dir, "broken.wav: is text, not sound: name a WAV file"}},
		"config value":    {[]string{"info", broke}, exitFailed, []string{"tailwave: ", "config.json: resblock is"}},
		"OUT exists":      {[]string{"upsample", name, name, "--rate", "48000"}, exitFailed, []string{"/x.wav: exists: name another file, or use --force"}},
		"OUT's extension": {[]string{"upsample", name, name + ".flac", "--rate", "48000"}, exitUsage, []string{"x.wav.flac: cannot", "into ffmpeg"}},
		"summary":         {[]string{"upsample", name, filepath.Join(deep, "y.wav"), "--rate", "48000"}, exitDone, []string{"/x.wav -> " + dir, "/y.wav: 3266 frames"}},
		"command":         {[]string{strings.Repeat("word", 900)}, exitUsage, []string{"unknown command", "see tailwave --help"}},
		"flag":            {[]string{"upsample", "a", "b", "--" + strings.Repeat("flag ", 900)}, exitUsage, []string{"unknown flag"}},
		"value":           {[]string{"upsample", "a", "b", "--rate", "1", "--quality", strings.Repeat("é\xff", 900)}, exitUsage, []string{"--rate 1"}},
	} {
		t.Run(title, func(t *testing.T) {
			o := tailwave(nil, c.args...)
			if o.code != c.code {
				t.Errorf("got exit %d, want %d", o.code, c.code)
			}
			text := o.out + o.err
			for line := range strings.Lines(text) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 400 || !utf8.ValidString(line) {
					t.Errorf("got a line of %d characters, valid UTF-8 %v, want at most 400, true: %q", n, utf8.ValidString(line), line)
				}
			}
			wantParts(t, "text", text, c.parts...)
		})
	}
}
