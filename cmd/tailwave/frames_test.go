package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime/metrics"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
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
				"standard input: ends inside a frame: 7 of its 12 bytes; what was there has been converted")
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
		wantError(t, exitFailed, "in.wav: ", "or convert what is there with --keep-partial")
	wantNames(t, dir, "in.wav")
	tailwave(nil, "vocode", in, out, "--keep-partial", "--quiet").
		wantError(t, exitFailed, "in.wav: ", "what was there has been converted")
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

// TestRedirectedFrames: an array with the mels first on standard input is not held as a whole if that is a file, at any
// position in the file.
func TestRedirectedFrames(t *testing.T) {
	const frames = 8 << 20
	header := "junk!" + string(npyBytes("(3, 8388608)", nil))
	f, err := os.Create(filepath.Join(t.TempDir(), "mel.npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.WriteString(header)
	f.WriteAt([]byte{0, 0, 0x80, 0x3f}, int64(len(header))+4*2*frames) // 1 as the third mel of the first frame
	if err := f.Truncate(int64(len(header)) + 4*3*frames); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(5, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	allocated := func() uint64 {
		s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	before := allocated()
	opened, err := openSound("-", f)
	if err != nil {
		t.Fatal(err)
	}
	in, err := opened.frames(stream.Format{Rate: stream.Hz(8000), Channels: 3}, true)
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]float32, 6)
	n, err := in.Read(dst)
	if err != nil || n != 2 || dst[2] != 1 || dst[5] != 0 {
		t.Errorf("got %d frames %v and error %v, want 2 frames, 1 as the third value and 0 as the last", n, dst, err)
	}
	if in.Frames() != frames {
		t.Errorf("length: got %d frames, want %d", in.Frames(), frames)
	}
	if taken := allocated() - before; taken > 8<<20 {
		t.Errorf("memory: got %d bytes allocated, want at most %d", taken, 8<<20)
	}
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
