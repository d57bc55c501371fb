package command

import (
	"bytes"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/stream/npy"
)

// A vocoding is a run of vocode over frames, and the samples that it left.
type vocoding struct {
	outcome
	samples []float32
	files   []string // names in the folder of the output
}

// vocoded runs `vocode FRAMES OUT.npy --model MODEL`.
func vocoded(t *testing.T, model, frames string, flags ...string) vocoding {
	t.Helper()
	dir := t.TempDir()
	out := filepath.Join(dir, "out.npy")
	args := append([]string{"vocode", frames, out, "--model", model, "--quiet"}, flags...)
	v := vocoding{outcome: tailwave(nil, args...)}
	if v.files = names(t, dir); slices.Contains(v.files, "out.npy") {
		v.samples = readNumbers(t, out).Float32
	}
	return v
}

// readNumbers reads a .npy file.
func readNumbers(t *testing.T, path string) *npy.Array {
	t.Helper()
	a, err := npy.Read(bytes.NewReader(readFile(t, path)))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return a
}

// A closeness is how far samples may be from the wanted ones.
type closeness struct{ Max, RMS float64 }

// wantPlayed checks that the run succeeded and that its samples are the wanted ones.
func (v vocoding) wantPlayed(t *testing.T, want *npy.Array, within closeness) {
	t.Helper()
	if v.code != exitDone {
		t.Errorf("got exit %d and %q, want sound", v.code, v.err)
		return
	}
	if len(v.samples) != want.Len() {
		t.Errorf("got %d samples, want %d", len(v.samples), want.Len())
		return
	}
	worst, squares := 0.0, 0.0
	for i, got := range v.samples {
		d := math.Abs(float64(got) - valueOf(want, i))
		if !(d <= worst) { // so that NaN stays
			worst = d
		}
		squares += float64(d * d)
	}
	if rms := math.Sqrt(squares / float64(len(v.samples))); !(worst <= within.Max) || !(rms <= within.RMS) {
		t.Errorf("got samples that differ by up to %.2g and by %.2g rms, want at most %.2g and %.2g",
			worst, rms, within.Max, within.RMS)
	}
}

func valueOf(a *npy.Array, i int) float64 {
	if a.Float32 != nil {
		return float64(a.Float32[i])
	}
	return a.Float64[i]
}

// wantChunked checks that the same run frame by frame has the same samples, bit by bit.
func (v vocoding) wantChunked(t *testing.T, model, frames string, flags ...string) {
	t.Helper()
	single := vocoded(t, model, frames, append(flags, "--chunk", "1")...)
	if single.code != exitDone || dsptest.FirstDifference(single.samples, v.samples) >= 0 {
		t.Errorf("with --chunk 1: got exit %d, %q and %d samples, want the same %d samples as without",
			single.code, single.err, len(single.samples), len(v.samples))
	}
}

// wantRefused checks that nothing was written, and that standard error is what wantReason wants.
func (v vocoding) wantRefused(t *testing.T, where string, thing *regexp.Regexp) {
	t.Helper()
	if len(v.files) > 0 {
		t.Errorf("got the files %q, want none, and an error about %v", v.files, thing)
	}
	v.wantReason(t, where, thing)
}

// leftovers are words of a parser, of Go, or of its library: they say nothing to the owner of a file.
var leftovers = regexp.MustCompile(`\bEOF\b|invalid character|cannot unmarshal|(^|[^.])json:|zip: |strconv|reflect|` +
	`runtime error|panic|map\[|\[\]byte|<nil>|%!|interface|\bslice\b|goroutine|:\s*$`)

// wantReason checks exit 1, and that standard error is one line that begins with a path in the folder where, or with
// the folder. After the path it has at most 400 characters, names a thing, and has no leftovers.
func (o outcome) wantReason(t *testing.T, where string, thing *regexp.Regexp) {
	t.Helper()
	if o.code != exitFailed {
		t.Errorf("got exit %d and %q, want exit %d and an error about %v", o.code, o.err, exitFailed, thing)
		return
	}
	line, ended := strings.CutSuffix(o.err, "\n")
	path, text, ok := strings.Cut(line, ": ")
	if path == "tailwave" {
		path, text, ok = strings.Cut(text, ": ")
	}
	if !ok || !ended || strings.Contains(line, "\n") || !strings.HasPrefix(path, filepath.Clean(where)) {
		t.Errorf("got %q, want one line that begins with %q", o.err, "tailwave: "+where)
	}
	text = strings.ReplaceAll(text, where, "")
	if n := len([]rune(text)); n > 400 {
		t.Errorf("got a reason of %d characters, %.100q..., want at most 400", n, text)
	}
	if !thing.MatchString(text) {
		t.Errorf("got %q, want %v in it", text, thing)
	}
	if l := leftovers.FindString(text); l != "" {
		t.Errorf("got %q, want no %q in it", text, l)
	}
}

// notWeights are the extensions of the files next to weights.
var notWeights = []string{".npy", ".npz", ".json", ".jsonl", ".txt", ".yml", ".yaml", ".h5"}

// weightsFiles returns the files of weights in a folder.
func weightsFiles(t *testing.T, dir string) (paths []string) {
	t.Helper()
	for _, name := range names(t, dir) {
		if !slices.Contains(notWeights, filepath.Ext(name)) {
			paths = append(paths, filepath.Join(dir, name))
		}
	}
	return paths
}
