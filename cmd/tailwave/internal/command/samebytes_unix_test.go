//go:build unix

package command

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestSameBytes: a command writes the same bytes to a file, to standard output that is a file, to a pipe and to a FIFO
// if the length of IN is known, wherever IN comes from. If it is not, files have a JUNK chunk and their real sizes.
func TestSameBytes(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 1, pcm.S24, tones(3001, 1)))
	known := readFile(t, in)
	at := bytes.Index(known, []byte("data")) + 4
	unknown := slices.Concat(known[:at], []byte("\xFF\xFF\xFF\xFF"), known[at+4:at+4+3*3001])
	commands := map[string][]string{
		"converted":          {"upsample", "--rate", "48000"},
		"converted, 8 bits":  {"upsample", "--rate", "48000", "--format", "pcm8"},
		"converted, float":   {"upsample", "--rate", "48000", "--format", "f32"},
		"copied":             {"upsample", "--rate", "44100"},
		"vocoded":            {"vocode"},
		"vocoded, 24 bits":   {"vocode", "--format", "pcm24"},
		"vocoded, stretched": {"vocode", "--stretch", "1.37", "--format", "f64"},
	}
	for name, args := range commands {
		t.Run(name, func(t *testing.T) {
			want := toEverything(t, dir, args, in, nil)
			if bytes.Contains(want[:60], []byte("JUNK")) || !strings.HasPrefix(string(want), "RIFF") {
				t.Errorf("header: got %q, want a RIFF file without JUNK", want[:60])
			}
			if got, want := parse(t, want).Frames, int64(len(parse(t, want).samples)); got != want {
				t.Errorf("header: got %d frames, want %d", got, want)
			}
			wantBytes(t, "IN through a pipe", toEverything(t, dir, args, "-", known), want)

			out := filepath.Join(t.TempDir(), "out.wav")
			o := runProgram(t, dir, bytes.NewReader(unknown), slices.Concat(args, []string{"-", out, "-q"})...)
			o.wantDone(t)
			file, whole := readFile(t, out), parse(t, want)
			if got := parse(t, file); got.Frames != whole.Frames || string(file[12:16]) != "JUNK" {
				t.Errorf("IN of unknown length: got %d frames after %q, want %d after JUNK", got.Frames, file[12:16], whole.Frames)
			}
			wantBytes(t, "samples of an IN of unknown length", parse(t, file).raw, whole.raw)
		})
	}
}

// TestCodecSameBytes is TestSameBytes for codec decode.
func TestCodecSameBytes(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	codes := must(t, bytes.NewReader(voice(t, 2001)), "codec", "encode", "-", "-", "--model", model, "-q").out
	in := writeFile(t, filepath.Join(dir, "in.lyra"), []byte(codes))
	want := toEverything(t, dir, []string{"codec", "decode", "--model", model}, in, nil)
	if len(want) != 44+2*2001 {
		t.Errorf("got %d bytes, want %d", len(want), 44+2*2001)
	}
}

// toEverything runs a command for every kind of output, and returns the bytes, which are the same.
func toEverything(t *testing.T, dir string, command []string, in string, stdin []byte) []byte {
	t.Helper()
	run := func(out string, stdout io.Writer) {
		t.Helper()
		cmd := program(t, dir, slices.Concat(command, []string{in, out, "-q"})...)
		cmd.Stdin, cmd.Stdout = bytes.NewReader(stdin), stdout
		var diag bytes.Buffer
		cmd.Stderr = &diag
		if err := cmd.Run(); err != nil {
			t.Fatalf("%q to %s: got error %v and %q, want none", command, out, err, diag.String())
		}
	}
	sub := t.TempDir()
	path := filepath.Join(sub, "out.wav")
	run(path, nil)
	want := readFile(t, path)
	for _, out := range []string{"-", "/dev/stdout"} {
		redirected, err := os.Create(filepath.Join(sub, "redirected"))
		if err != nil {
			t.Fatal(err)
		}
		run(out, redirected)
		redirected.Close()
		wantBytes(t, out+" > file", readFile(t, redirected.Name()), want)
	}
	var pipe bytes.Buffer
	run("-", &pipe)
	wantBytes(t, "- | pipe", pipe.Bytes(), want)
	fifo, got := mkfifo(t, filepath.Join(sub, "out.fifo")), make(chan []byte, 1)
	go func() {
		b, _ := os.ReadFile(fifo)
		got <- b
	}()
	run(fifo, nil)
	wantBytes(t, "FIFO", <-got, want)
	return want
}
