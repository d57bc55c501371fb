package command

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/testdata/reference"
)

// speechFrames returns the frames of speech for the built-in vocoder, with the mels first.
func speechFrames(t *testing.T) *npy.Array {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mel.npy")
	must(t, nil, "mel", speech, path, "--quiet")
	a, err := npy.Read(bytes.NewReader(readFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestMelScales: one line names the scale of frames that the vocoder does not take, also with --quiet and if the frames
// are read twice. The conversion that it proposes leaves nothing to say.
func TestMelScales(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: vocodes two dozen times, which takes minutes under the race detector")
	}
	a, dir := speechFrames(t), t.TempDir()
	in, out := filepath.Join(dir, "in.npy"), filepath.Join(dir, "out.wav")
	each := func(fn func(v float64) float64) func([]float32) []float32 {
		return func(values []float32) []float32 {
			values = slices.Clone(values)
			for i, v := range values {
				values[i] = float32(fn(float64(v)))
			}
			return values
		}
	}
	times := func(factor float64) func([]float32) []float32 {
		return each(func(v float64) float64 { return v * factor })
	}
	for name, c := range map[string]struct {
		change func([]float32) []float32
		says   string // "" for nothing
		cure   string // --mel-in
	}{
		"ln":      {times(1), "", "ln"},
		"silence": {each(func(float64) float64 { return -11.512925 }), "", "ln"},
		"log10":   {times(1 / math.Ln10), "seem to hold decimal logarithms (-5 to 0.", "log10"},
		"dB":      {times(20 / math.Ln10), "seem to hold decibels (-100 to ", "db"},
		"linear":  {each(math.Exp), "seem to hold linear magnitudes (", "linear"},
		"shifted": {each(func(v float64) float64 { return 100 + 20/math.Ln10*v }), "seem to hold decibels with an offset (", ""},
		"zero":    {each(func(v float64) float64 { return (v + 5.5) / 2.5 }), "seem to hold normalised values (", ""},
	} {
		npyFile(t, in, fmt.Sprintf("(80, %d)", a.Shape[1]), c.change(a.Float32))
		for _, way := range [][]string{{"vocode", in, out, "--quiet", "--force"},
			{"vocode", in, out, "--quiet", "--force", "--gain", "auto"}, {"verify", in, "--model", "builtin", "--runs", "1"}} {
			t.Run(fmt.Sprintf("%s/%s of %d", name, way[0], len(way)), func(t *testing.T) {
				got := withoutLoss(must(t, nil, way...).err)
				if c.says == "" {
					wantBytes(t, "standard error", got, "")
				} else if !strings.HasPrefix(got, "tailwave: "+in+": ") || strings.Count(got, "\n") != 1 || len(got) > 400 {
					t.Errorf("standard error: got %q, want one line about the file", got)
				}
				wantParts(t, "standard error", got, c.says)
				if c.cure != "" {
					if c.says != "" {
						wantParts(t, "standard error", got, ": use --mel-in "+c.cure+"\n")
					}
					wantBytes(t, "standard error with --mel-in", withoutLoss(must(t, nil, append(way, "--mel-in", c.cure)...).err), "")
				}
			})
		}
	}
}

// withoutLoss returns messages except those about samples that clip or are NaN, as of an infinite amplitude.
func withoutLoss(messages string) string {
	lines := slices.DeleteFunc(strings.SplitAfter(messages, "\n"), func(s string) bool { return strings.Contains(s, " of 44544 samples ") })
	return strings.Join(lines, "")
}

// TestMelInBits: frames on the scale of the model keep their bits with --mel-in, and converted frames make the sound
// of those that are right, within the rounding of the conversion.
func TestMelInBits(t *testing.T) {
	a, dir := speechFrames(t), t.TempDir()
	in, out := filepath.Join(dir, "in.npy"), filepath.Join(dir, "out.npy")
	vocode := func(values []float32, flags ...string) []byte {
		npyFile(t, in, fmt.Sprintf("(80, %d)", a.Shape[1]), values)
		must(t, nil, append([]string{"vocode", in, out, "--quiet", "--force"}, flags...)...)
		return readFile(t, out)
	}
	want := vocode(a.Float32)
	wantBytes(t, "with --mel-in ln", vocode(a.Float32, "--mel-in", "ln"), want)
	db := make([]float32, len(a.Float32))
	for i, v := range a.Float32 {
		db[i] = float32(20 / math.Ln10 * float64(v))
	}
	chunks := vocode(db, "--mel-in", "db", "--chunk", "7")
	wantBytes(t, "in other chunks", vocode(db, "--mel-in", "db", "--chunk", "100"), chunks)
}

// TestMelInUsage: a --mel-in that cannot be is wrong usage, and says why.
func TestMelInUsage(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, bare := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	out := filepath.Join(dir, "out.wav")
	for name, c := range map[string]struct {
		stdin []byte
		args  []string
		part  string
	}{
		"unknown":    {nil, []string{"vocode", in, out, "--model", model, "--mel-in", "mel"}, `--mel-in "mel": must be ln, log10, db, linear or normalised`},
		"empty":      {nil, []string{"vocode", in, out, "--model", model, "--mel-in", ""}, `--mel-in "": must be ln`},
		"sound":      {nil, []string{"vocode", speech, out, "--mel-in", "ln"}, "--mel-in goes with mel frames; ../../../../testdata/speech.wav is a WAV file"},
		"normalised": {bare, []string{"vocode", "-", out, "--model", model, "--mel-in", "normalised"}, "--mel-in normalised: the model takes natural logarithms"},
		"MelGAN":     {bare, []string{"vocode", "-", out, "--model", tinyMelGAN(t), "--mel-in", "ln"}, "--mel-in ln: it is not known how the frames of this model are normalised"},
		"verify":     {nil, []string{"verify", in, "--rate", "8000", "--mel-in", "ln"}, "--mel-in goes with --model"},
		"latents":    {bare, []string{"vocode", "-", out, "--model", lyraModel(t), "--mel-in", "ln"}, "--mel-in goes with mel frames; the model takes the latents"},
	} {
		t.Run(name, func(t *testing.T) {
			tailwave(bytes.NewReader(c.stdin), c.args...).wantError(t, exitUsage, c.part)
		})
	}
}

// badFrames returns 50 frames of 3 mels with a value that is not finite in frame 12: as a mels-first array, a
// frames-first array, and bare.
func badFrames(value float32) map[string][]byte {
	const mels, n, frame, band = 3, 50, 12, 2
	_, bare := melFile()
	binary.LittleEndian.PutUint32(bare[4*(mels*frame+band):], math.Float32bits(value))
	byMel := make([]byte, 0, len(bare))
	for m := range mels {
		for f := range n {
			byMel = append(byMel, bare[4*(mels*f+m):][:4]...)
		}
	}
	return map[string][]byte{"mels-first": npyBytes("(3, 50)", byMel), "frames-first": npyBytes("(50, 3)", bare), "": bare}
}

// TestBadFrames: NaN and infinity in frames are an error that names frame and band, whatever holds the frames, and
// leave no file.
func TestBadFrames(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	for value, says := range map[float32]string{float32(math.NaN()): "is NaN: ", float32(math.Inf(-1)): "is infinite: "} {
		for layout, content := range badFrames(value) {
			for _, pipe := range []bool{false, true} {
				if layout == "" && !pipe {
					continue
				}
				in, name := "-", "standard input"
				if !pipe {
					name = writeFile(t, filepath.Join(t.TempDir(), "mel.npy"), content)
					in = name
				}
				flags := []string{"--model", model}
				if layout != "" {
					flags = append(flags, "--layout", layout)
				}
				t.Run(fmt.Sprintf("%s %s through a pipe: %v", says, layout, pipe), func(t *testing.T) {
					want := name + ": frame 12, band 2 (both from 0) " + says
					for _, more := range [][]string{nil, {"--mel-in", "linear"}, {"--chunk", "1"}} {
						args := append(slices.Concat([]string{"vocode", in, filepath.Join(dir, "out.wav")}, flags), more...)
						tailwave(bytes.NewReader(content), args...).wantError(t, exitFailed, want)
						wantNames(t, dir)
					}
					tailwave(bytes.NewReader(content), append([]string{"verify", in}, flags...)...).wantError(t, exitFailed, want)
				})
			}
		}
	}
}

// TestBadFramesPiped: a pipe has the sound of the frames before the one that is not finite, as far as it had come.
func TestBadFramesPiped(t *testing.T) {
	model := tinyModel(t)
	_, bare := melFile()
	want := must(t, bytes.NewReader(bare), "vocode", "-", "-", "--model", model, "--raw", "f32", "--quiet").out
	var stderr bytes.Buffer
	cmd, stdin, stdout := startPiped(t, &stderr, "vocode", "-", "-", "--model", model, "--raw", "f32", "--quiet")
	stdin.Write(bare[:20*12])
	first := make([]byte, 4*8*10) // 10 frames of 20: the others wait for frames that have not come
	if _, err := io.ReadFull(stdout, first); err != nil {
		t.Fatal(err)
	}
	stdin.Write(binary.LittleEndian.AppendUint32(slices.Clone(bare[20*12:21*12-4]), math.Float32bits(float32(math.NaN()))))
	rest, _ := io.ReadAll(stdout)
	if got := string(first) + string(rest); !strings.HasPrefix(want, got) {
		t.Errorf("got %d bytes that are not the beginning of the sound", len(got))
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != exitFailed {
		t.Errorf("end of the program: got %v, want exit status %d", err, exitFailed)
	}
	wantParts(t, "standard error", stderr.String(), "standard input: frame 20, band 2 (both from 0) is NaN: ")
}

// TestSquareArray: a square array is read with one dimension first and says so, unless --layout does.
func TestSquareArray(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	_, bare := melFile()
	in := writeFile(t, filepath.Join(dir, "square.npy"), npyBytes("(3, 3)", bare[:36]))
	out := filepath.Join(dir, "out.wav")
	want := "tailwave: " + in + ": an array of 3 by 3 is read with the mels first: set --layout mels-first if that is right, " +
		"else --layout frames-first\n"
	wantBytes(t, "standard error", must(t, nil, "vocode", in, out, "--model", model, "--quiet", "--gain", "auto").err, want)
	wantBytes(t, "standard error of verify", must(t, nil, "verify", in, "--model", model, "--runs", "1").err, want)
	for _, layout := range []string{"mels-first", "frames-first"} {
		must(t, nil, "vocode", in, out, "--model", model, "--quiet", "--force", "--gain", "auto", "--layout", layout).wantDone(t)
	}
	other := writeFile(t, filepath.Join(dir, "other.npy"), npyBytes("(3, 4)", bare[:48]))
	must(t, nil, "vocode", other, out, "--model", model, "--quiet", "--force", "--gain", "auto").wantDone(t)
}

// TestOtherNumbers: files of numbers that are not arrays are named, from a file and from a pipe, where frames are taken
// and where sound is.
func TestOtherNumbers(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out.wav")
	for file, want := range map[string]string{"z.npz": "is an archive of arrays (.npz)", "mel.pt": "is a PyTorch file"} {
		t.Run(file, func(t *testing.T) {
			path := reference.File(t, "cases", "checkpoints", "mel_scales", file)
			content := readFile(t, path)
			for _, args := range [][]string{{"vocode", "IN", out}, {"verify", "IN", "--model", "builtin"}} {
				for _, in := range []string{path, "-"} {
					args[1] = in
					tailwave(bytes.NewReader(content), args...).wantError(t, exitFailed, want+": save the ", `.npy", `)
				}
			}
			for _, in := range []string{path, "-"} {
				tailwave(struct{ io.Reader }{bytes.NewReader(content)}, "mel", in, filepath.Join(dir, "out.npy")).
					wantError(t, exitFailed, want+", not sound: save mel frames with np.save, and use tailwave vocode")
			}
			wantNames(t, dir)
		})
	}
	t.Run("float16", func(t *testing.T) {
		path := reference.File(t, "cases", "checkpoints", "mel_scales", "f16.npy")
		must(t, nil, "vocode", path, out, "--quiet").wantDone(t)
		tailwave(nil, "mel", path, filepath.Join(dir, "out.npy")).wantError(t, exitFailed, "is an array (.npy), not sound")
		os.Remove(out)
	})
	t.Run("int16", func(t *testing.T) {
		path := writeFile(t, filepath.Join(t.TempDir(), "mel.npy"), bytes.Replace(npyBytes("(80, 1)", make([]byte, 160)), []byte("<f4"), []byte("<i2"), 1))
		tailwave(nil, "vocode", path, out).wantError(t, exitFailed, `element type "<i2" (integers): must be float16, float32 or float64: save`)
	})
	t.Run("sound", func(t *testing.T) { // NaN in sound is not an error of frames
		x := tones(6000, 1)
		x[3000] = float32(math.NaN())
		in := writeFile(t, filepath.Join(t.TempDir(), "in.wav"), soundBytes(t, 22050, 1, pcm.F32, x))
		must(t, nil, "vocode", in, out, "--format", "f32", "--quiet")
	})
}

// TestBareFramesOfAnotherType: bytes of another type are on no scale, and the warning asks for their type.
func TestBareFramesOfAnotherType(t *testing.T) {
	var doubles []byte
	for _, v := range speechFrames(t).Float32 {
		doubles = binary.LittleEndian.AppendUint64(doubles, math.Float64bits(float64(v)))
	}
	o := tailwave(bytes.NewReader(doubles), "vocode", "-", filepath.Join(t.TempDir(), "out.wav"), "--quiet")
	if o.code != exitDone {
		t.Errorf("got exit %d, want %d", o.code, exitDone)
	}
	wantParts(t, "standard error", o.err, "standard input: frames hold values that no sound has",
		"check that they are little-endian float32")
}
