package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestUsage: wrong arguments and flags are exit status 2 and one line of error, and leave no file.
func TestUsage(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 1, pcm.F32, tones(10, 1)))
	out := filepath.Join(dir, "out.wav")
	kernel := npyFile(t, filepath.Join(dir, "k.npy"), "(3,)", []float32{1, 2, 3})
	for _, c := range []struct {
		args string
		says string
	}{
		{"bogus", `unknown command "bogus" for "tailwave"; see tailwave --help`},
		{"upsample", "needs IN and OUT"},
		{"upsample IN", "see tailwave upsample --help"},
		{"upsample IN OUT more --rate 48000", "needs IN and OUT"},
		{"upsample IN OUT", "--rate is missing"},
		{"upsample IN OUT --rate", "--rate"},
		{"upsample IN OUT --rate 48k", "--rate"},
		{"upsample IN OUT --rate 999", "from 1000 to 768000"},
		{"upsample IN OUT --rate 768001", "from 1000 to 768000"},
		{"upsample IN OUT --rate -5", "from 1000 to 768000"},
		{"upsample IN OUT --rate 48000 --bogus", "--bogus"},
		{"upsample IN OUT --rate 48000 --quality ultra", "best, high or fast"},
		{"upsample IN OUT --rate 48000 --format mp3", "pcm16"},
		{"upsample IN OUT --rate 48000 --dither loud", "auto, none or tpdf"},
		{"upsample IN OUT --rate 48000 --dither tpdf", "PCM --format"},
		{"upsample IN OUT --rate 48000 --chunk 0", "--chunk 0"},
		{"upsample IN OUT --rate 48000 --chunk 1048577", "1048576"},
		{"upsample IN OUT --rate 48000 --threads -1", "--threads -1"},
		{"upsample IN OUT --rate 48000 --threads 1025", "1024"},
		{"upsample IN OUT --rate 48000 --stride 2", "--stride goes with --filter"},
		{"upsample IN OUT --rate 48000 --decimate 2", "--decimate goes with --filter"},
		{"upsample IN OUT --rate 48000 --padding valid", "--padding goes with --filter"},
		{"upsample IN OUT --filter KERNEL --rate 48000", "--rate does not go with --filter"},
		{"upsample IN OUT --filter KERNEL --quality best", "--quality does not go with --filter"},
		{"upsample IN OUT --filter KERNEL --bandwidth 0.95", "--bandwidth does not go with --filter"},
		{"upsample IN OUT --filter KERNEL --phase minimum", "--phase does not go with --filter"},
		{"upsample IN OUT --rate 48000 --bandwidth 0.999", "--bandwidth 0.999: must be from 0.90 to 0.995"},
		{"upsample IN OUT --rate 48000 --phase maximum", `--phase "maximum": must be linear or minimum`},
		{"upsample IN OUT --filter KERNEL --stride 0", "--stride 0"},
		{"upsample IN OUT --filter KERNEL --decimate 0", "--decimate 0"},
		{"upsample IN OUT --filter KERNEL --padding full", "same or valid"},
		{"upsample IN OUT --filter KERNEL --decimate 11", "no whole number"},
		{"upsample IN EMPTY --rate 48000", "OUT is empty"},
		{"upsample EMPTY OUT --rate 48000", "IN is empty"},
		{"upsample IN OUT --rate 96k", "must be a whole number"},
		{"upsample IN OUT --filter KERNEL --stride 800", "must be from 1000 to 768000"},
		{"verify", "needs IN"},
		{"verify IN", "--rate is missing"},
		{"verify IN --rate 48000 --runs 0", "--runs 0"},
		{"info", "needs FILE"},
		{"info IN IN", "needs FILE"},
		{"version more", "version"},
	} {
		t.Run(c.args, func(t *testing.T) {
			args := strings.Fields(c.args)
			for i, a := range args {
				args[i] = strings.NewReplacer("EMPTY", "", "IN", in, "OUT", out, "KERNEL", kernel).Replace(a)
			}
			o := tailwave(nil, args...)
			o.wantError(t, exitUsage, c.says)
			if o.out != "" {
				t.Errorf("standard output: got %q, want nothing", o.out)
			}
			wantNames(t, dir, "in.wav", "k.npy")
		})
	}
}

// TestFailures: wrong files are exit status 1 and one line of error that names the file, and leave no file.
func TestFailures(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	good := soundBytes(t, 44100, 1, pcm.S16, tones(100, 1))
	writeFile(t, path("good.wav"), good)
	writeFile(t, path("exists.wav"), []byte("precious"))
	writeFile(t, path("empty.wav"), nil)
	writeFile(t, path("text.wav"), []byte("this is no sound"))
	writeFile(t, path("header.wav"), good[:30])
	writeFile(t, path("slow.wav"), soundBytes(t, 999, 1, pcm.S16, tones(10, 1)))
	writeFile(t, path("broken.npy"), []byte("no kernel"))
	npyFile(t, path("none.npy"), "(0,)", []float32{})
	npyFile(t, path("wide.npy"), "(2, 2, 1)", []float32{1, 2, 3, 4})
	if err := os.Mkdir(path("folder"), 0o777); err != nil {
		t.Fatal(err)
	}
	before := names(t, dir)
	for _, c := range []struct{ args, says string }{
		{"upsample missing.wav out.wav --rate 48000", "missing.wav"},
		{"upsample folder out.wav --rate 48000", "folder: is a folder"},
		{"upsample empty.wav out.wav --rate 48000", "empty input"},
		{"upsample text.wav out.wav --rate 48000", "text.wav: is text, not sound: name a WAV file"},
		{"upsample header.wav out.wav --rate 48000", "ends at byte 30"},
		{"upsample slow.wav out.wav --rate 48000", "999 Hz: must be from 1000 to 768000"},
		{"upsample good.wav exists.wav --rate 48000", "exists.wav: exists: name another file, or use --force to overwrite it"},
		{"upsample good.wav exists.wav --rate 44100", "exists.wav: exists: name another file, or use --force to overwrite it"},
		{"upsample good.wav folder --rate 48000", "folder: is a folder"},
		{"upsample good.wav folder --rate 48000 --force", "folder: is a folder"},
		{"upsample good.wav nowhere/out.wav --rate 48000", "nowhere/out.wav: its folder does not exist"},
		{"upsample good.wav nowhere/ --rate 48000", "its folder does not exist"},
		{"upsample good.wav good.wav/out.wav --rate 48000", "not a directory"},
		{"upsample good.wav out.wav --filter missing.npy", "missing.npy"},
		{"upsample good.wav out.wav --filter broken.npy", "broken.npy: not a .npy file"},
		{"upsample good.wav out.wav --filter none.npy", "none.npy: "},
		{"upsample good.wav out.wav --filter wide.npy", "[2, 2, 1]: must be [k] or [k, 1, 1]"},
		{"upsample good.wav out.wav --filter folder", "folder: "},
		{"upsample - out.wav --rate 48000", "standard input: empty input"},
		{"verify text.wav --rate 48000", "text.wav: is text, not sound: name a WAV file"},
		{"verify header.wav --rate 48000", "header.wav: truncated"},
		{"info missing.wav", "missing.wav"},
		{"info folder", "is a folder"},
		{"info text.wav", "text.wav: is text, not sound: name a WAV file"},
	} {
		t.Run(c.args, func(t *testing.T) {
			args := strings.Fields(c.args)
			for i, a := range args {
				if strings.ContainsAny(a, "./") || a == "folder" {
					args[i] = dir + string(filepath.Separator) + a
				}
			}
			tailwave(nil, args...).wantError(t, exitFailed, filepath.FromSlash(c.says))
			wantNames(t, dir, before...)
		})
	}
	wantBytes(t, "existing file", string(readFile(t, path("exists.wav"))), "precious")
}

// TestNamesOnTheTerminal: a file's name neither breaks a line nor controls the terminal.
func TestNamesOnTheTerminal(t *testing.T) {
	in := writeFile(t, shortPath(t, "in.wav"), soundBytes(t, 2000, 1, pcm.S16, tones(5, 1)))
	out := filepath.Join(t.TempDir(), "a\nb\x1b[2J.wav")
	if err := os.WriteFile(out, nil, 0o666); err != nil {
		t.Skipf("skipped, this file system refuses the name: %v", err)
	}
	tailwave(nil, "upsample", in, out, "--rate", "3000").wantError(t, exitFailed, `a\nb\x1b[2J.wav": exists`)
	o := must(t, nil, "upsample", in, out, "--rate", "3000", "--force")
	if strings.Count(o.err, "\n") != 1 || strings.Contains(o.err, "\x1b") {
		t.Errorf("standard error: got %q, want one line without the escape character", o.err)
	}
}
