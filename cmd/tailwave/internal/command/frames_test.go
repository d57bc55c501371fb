package command

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/npy"
)

// TestVocodePartial: bare frames that end inside a frame are an error. With --keep-partial the output has the sound of
// the whole frames.
func TestVocodePartial(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	_, bare := melFile()
	out := filepath.Join(dir, "out.npy")
	must(t, bytes.NewReader(bare[:20*12]), "vocode", "-", out, "--model", model, "--quiet")
	want := readFile(t, out)
	for name, stdin := range map[string]io.Reader{
		"at once":          bytes.NewReader(bare[:20*12+7]),
		"with the end":     &endsWith{rest: bare[:20*12+7]},
		"frame by frame":   io.MultiReader(bytes.NewReader(bare[:20*12]), bytes.NewReader(bare[20*12:20*12+7])),
		"nothing but part": bytes.NewReader(bare[:7]),
	} {
		t.Run(name, func(t *testing.T) {
			os.Remove(out)
			o := tailwave(stdin, "vocode", "-", out, "--model", model, "--keep-partial", "--quiet")
			o.wantError(t, exitFailed,
				"standard input: ends inside a frame: 7 of its 12 bytes: get a complete copy of the samples; "+
					"what was there has been used")
			if got := readFile(t, out); name != "nothing but part" {
				wantBytes(t, "file", got, want)
			}
		})
	}
	t.Run("without --keep-partial", func(t *testing.T) {
		os.Remove(out)
		tailwave(bytes.NewReader(bare[:20*12+7]), "vocode", "-", out, "--model", model).
			wantError(t, exitFailed, "ends inside a frame")
		wantNames(t, dir)
	})
}

// TestVocodePartialSound: a truncated WAV file is an error. With --keep-partial the output has the sound of the whole
// frames.
func TestVocodePartialSound(t *testing.T) {
	dir := t.TempDir()
	whole := soundBytes(t, 22050, 1, pcm.S16, tones(6000, 1))
	in := writeFile(t, filepath.Join(dir, "in.wav"), whole[:len(whole)-2001])
	out := filepath.Join(dir, "out.npy")
	tailwave(nil, "vocode", in, out).
		wantError(t, exitFailed, "in.wav: ", "or use what is there with --keep-partial")
	wantNames(t, dir, "in.wav")
	tailwave(nil, "vocode", in, out, "--keep-partial", "--quiet").
		wantError(t, exitFailed, "in.wav: ", "what was there has been used")
	a, err := npy.Read(bytes.NewReader(readFile(t, out)))
	if err != nil {
		t.Fatalf("got error %v, want none", err)
	}
	if len(a.Float32) != 4999 {
		t.Errorf("got %d samples, want 4999", len(a.Float32))
	}
}

// An endsWith reader returns its last bytes together with io.EOF.
type endsWith struct{ rest []byte }

func (e *endsWith) Read(p []byte) (int, error) {
	n := copy(p, e.rest)
	if e.rest = e.rest[n:]; len(e.rest) == 0 {
		return n, io.EOF
	}
	return n, nil
}

// TestRedirectedBare: bare frames from a file begin at its position.
func TestRedirectedBare(t *testing.T) {
	model := tinyModel(t)
	_, bare := melFile()
	f, err := os.Open(writeFile(t, filepath.Join(t.TempDir(), "bare"), append([]byte("junk!"), bare...)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Seek(5, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	o := must(t, f, "vocode", "-", "-", "--model", model, "--raw", "f32", "--quiet")
	want := must(t, bytes.NewReader(bare), "vocode", "-", "-", "--model", model, "--raw", "f32", "--quiet")
	wantBytes(t, "samples", o.out, want.out)
}
