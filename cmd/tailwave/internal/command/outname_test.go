package command

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/live"
)

// TestOutName: the extension of OUT is checked before IN, a model or a device is opened, and the error proposes a
// command with the user's own arguments. Nothing is written.
func TestOutName(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"upsample IN out.flac --rate 48000", "out.flac: cannot write .flac: name it .wav, or pipe: " +
			"tailwave upsample IN - --rate 48000 | ffmpeg -i - out.flac"},
		{"resample IN out.MP3 --rate 48000 --force", "out.MP3: cannot write .mp3: name it .wav, or pipe: " +
			"tailwave upsample IN - --rate 48000 | ffmpeg -y -i - out.MP3"},
		{"upsample - out.aiff --rate 48000 --format=pcm24 -q", "name it .wav, or pipe: " +
			"tailwave upsample - - --format pcm24 --quiet --rate 48000 | ffmpeg -i - out.aiff"},
		{"upsample IN out.npy --rate 48000", "out.npy: cannot write .npy: name it .wav: tailwave upsample IN out.wav --rate 48000"},
		{"upsample IN out.rf64 --rate 48000", "name it .wav: tailwave upsample IN out.wav --rate 48000"},
		{"upsample IN dir.d/out.raw --rate 48000", "name it .wav: tailwave upsample IN dir.d/out.wav --rate 48000"},
		{"upsample IN take1.5 --rate 48000", "cannot write .5: name it .wav: tailwave upsample IN take1.5.wav --rate 48000"},
		{"upsample out.wav out.txt --rate 48000", "out.txt: cannot write .txt: name it .wav\n"},
		{"vocode IN out.flac --pitch -4 --robot", "tailwave vocode IN - --pitch -4 --robot | ffmpeg -i - out.flac"},
		{"vocode IN out.flac --play", "tailwave vocode IN - --play | ffmpeg -i - out.flac"},
		{"vocode IN out.raw --model none/", "out.raw: cannot write .raw: add --raw s16, or name it .wav: tailwave vocode IN out.wav --model none/"},
		{"vocode IN out.wav --raw s16", "out.wav: --raw writes no .wav header: leave out --raw, or name it .s16: " +
			"tailwave vocode IN out.s16 --raw s16"},
		{"vocode IN out.npy --raw f32", "leave out --raw, or name it .f32: tailwave vocode IN out.f32 --raw f32"},
		{"vocode IN out.flac --raw f32", "--raw writes no .flac header: name it .f32: tailwave vocode IN out.f32 --raw f32"},
		{"mel IN out.wav", "out.wav: cannot write .wav: name it .npy: tailwave mel IN out.npy"},
		{"mel IN out.flac --model none/", "name it .npy: tailwave mel IN out.npy --model none/"},
		{"mel IN out.wav --raw", "out.wav: --raw writes no .wav header: name it .f32: tailwave mel IN out.f32 --raw"},
		{"mel IN out.npy --raw=true", "leave out --raw, or name it .f32: tailwave mel IN out.f32 --raw"},
		{"codec encode IN out.mp3 --model none/", "name it .lyra: tailwave codec encode IN out.lyra --model none/"},
		{"codec decode IN out.lyra --model none/", "name it .wav: tailwave codec decode IN out.wav --model none/"},
		{"codec decode IN out.ogg --model none/", "tailwave codec decode IN - --model none/ | ffmpeg -i - out.ogg"},
		{"codec decode IN out.opus --model none/ --raw s16", "name it .s16: tailwave codec decode IN out.s16 --model none/ --raw s16"},
	} {
		t.Run(c.args, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			for _, in := range []string{"missing.wav", "it's here.wav"} {
				words := strings.Fields(c.args)
				if at := slices.Index(words, "IN"); at >= 0 {
					words[at] = in
				}
				quoted := map[string]string{"missing.wav": in, "it's here.wav": `'it'\''s here.wav'`}[in]
				a := newApp()
				a.sound = func(bool) (live.Host, error) {
					t.Error("got a sound device opened, want none")
					return nil, errors.New("opened")
				}
				var out, diag bytes.Buffer
				code := a.run(words, &silent{r: strings.NewReader(""), closed: make(chan struct{})}, &out, &diag)
				outcome{code, out.String(), diag.String()}.wantError(t, exitUsage, strings.ReplaceAll(c.want, "IN", quoted))
				wantNames(t, dir)
			}
		})
	}
}

// TestOutNamesAccepted: names without an extension, in upper case, and of folders and devices are what they were.
func TestOutNamesAccepted(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	in := writeFile(t, filepath.Join(t.TempDir(), "in.wav"), soundBytes(t, 44100, 1, pcm.S16, tones(2000, 1)))
	for _, c := range []struct{ args, begin string }{
		{"upsample IN out --rate 48000", "RIFF"}, {"upsample IN a.WAVE --rate 48000", "RIFF"},
		{"upsample IN .hidden --rate 48000", "RIFF"}, {"upsample IN end. --rate 48000", "RIFF"},
		{"vocode IN voc", "RIFF"}, {"vocode IN voc.Npy", "\x93NUMPY"}, {"vocode IN voc.s16 --raw s16", ""},
		{"vocode IN voc.anything --raw f32", ""}, {"mel IN frames", "\x93NUMPY"}, {"mel IN frames.f32 --raw", ""},
	} {
		t.Run(c.args, func(t *testing.T) {
			words := strings.Fields(strings.Replace(c.args, "IN", in, 1))
			must(t, nil, words...)
			out := words[2]
			if got := string(readFile(t, out)); !strings.HasPrefix(got, c.begin) || got == "" {
				t.Errorf("%s: got %q at its beginning, want %q", out, got[:min(8, len(got))], c.begin)
			}
		})
	}
}

// TestProposedCommandWorks: the shell runs the proposed commands, and ffmpeg writes the format.
func TestProposedCommandWorks(t *testing.T) {
	for _, tool := range []string{"sh", "ffmpeg"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("skipped, no %s here: %v", tool, err)
		}
	}
	for _, c := range []struct{ in, out, begin string }{
		{"in.wav", "out.flac", "fLaC"}, {"it's $HOME.wav", "a b;c'd\".flac", "fLaC"}, {"-in.wav", "-out.flac", "fLaC"},
		{"a:b.wav", "c:d.flac", "fLaC"}, {"in.wav", "out.xyz", "RIFF"}, {"é.wav", "%d*.flac", "fLaC"},
	} {
		t.Run(c.out, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			writeFile(t, c.in, soundBytes(t, 44100, 1, pcm.S16, tones(2000, 1)))
			o := tailwave(nil, "upsample", "--rate", "48000", "--quiet", "--", c.in, c.out)
			o.wantError(t, exitUsage)
			at := strings.Index(o.err, ": tailwave ")
			if at < 0 {
				t.Fatalf("standard error: got %q, want a command", o.err)
			}
			self := program(t, dir)
			sh := exec.Command("sh", "-c", "tailwave() { '"+self.Path+"' \"$@\"; }\n"+o.err[at+2:])
			sh.Env = self.Env
			if b, err := sh.CombinedOutput(); err != nil {
				t.Fatalf("%s: got error %v and %q, want none", o.err[at+2:], err, b)
			}
			out := c.out
			if c.begin == "RIFF" {
				out = "out.wav"
			}
			if got := string(readFile(t, filepath.Join(dir, out))); !strings.HasPrefix(got, c.begin) {
				t.Errorf("%s: got %q at its beginning, want %q", out, got[:min(8, len(got))], c.begin)
			}
		})
	}
}
