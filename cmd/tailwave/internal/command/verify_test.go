package command

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/verify"
)

// TestVerify: verify finds no difference between the streamed, the one-shot and the summed forms of a conversion.
func TestVerify(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 8000, 2, pcm.S16, tones(2000, 2)))
	kernel := npyFile(t, filepath.Join(dir, "k.npy"), "(7,)", []float64{1, 2, 3, 4, 3, 2, 1})
	for _, c := range []struct {
		args []string
		says []string
	}{
		{
			[]string{"--rate", "11025"},
			[]string{"become 2757 frames", "one-shot   first 2000 frames: identical", "sums       within ", "run 3 "},
		},
		{[]string{"--rate", "8001"}, []string{"sums       not compared: ", "run 3 "}},
		{[]string{"--rate", "768000", "--quality", "fast"}, []string{"become 192000 frames"}},
		{
			[]string{"--filter", kernel, "--stride", "3", "--decimate", "2", "--padding", "valid"},
			[]string{"become 3002 frames"},
		},
	} {
		t.Run(strings.ReplaceAll(strings.Join(c.args, " "), kernel, "KERNEL"), func(t *testing.T) {
			o := must(t, nil, slices.Concat([]string{"verify", in, "--runs", "3"}, c.args)...)
			wantParts(t, "standard output", o.out, append(c.says, "no bit differs\n")...)
			if strings.Contains(o.out, "differ,") {
				t.Errorf("standard output: got %q, want no %q", o.out, "differ,")
			}
			if o.err != "" {
				t.Errorf("standard error: got %q, want nothing", o.err)
			}
		})
	}
}

// TestVerifyNotices: a run finds a single flipped bit, a frame too many and one too few. The comparisons with the
// one-shot form and with the sums find a wrong sample.
func TestVerifyNotices(t *testing.T) {
	in := &stream.Buffer{Format: stream.Format{Rate: stream.Hz(8000), Channels: 2}, Samples: tones(700, 2)}
	newStages := func(options ...dsp.Option) ([]stream.Stage, error) {
		r, err := resample.New(8000, 11025, 2, resample.Filter{}, options...)
		return []stream.Stage{{Name: "resample", Processor: r}}, err
	}
	stages, err := newStages()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := verify.Whole(in, stages...)
	if err != nil {
		t.Fatal(err)
	}
	want := whole.Samples
	once := func(want []float32) (verify.Difference, error) {
		c := &comparison{in: in, newStages: newStages, want: &stream.Buffer{Format: whole.Format, Samples: want}}
		return c.once(t.Context(), verify.Chunks{MaxFrames: 50, BlockFrames: 64, Threads: 3})
	}
	wantError := func(t *testing.T, err error, text string) {
		t.Helper()
		if err == nil || err.Error() != text {
			t.Errorf("got error %v, want %q", err, text)
		}
	}
	d, err := once(want)
	if err != nil || !d.Identical() || d.Samples != int64(len(want)) {
		t.Fatalf("got %+v and error %v, want no different bit in %d samples", d, err, len(want))
	}
	const at = 1201
	flipped := slices.Clone(want)
	flipped[at] = math.Float32frombits(math.Float32bits(want[at]) ^ 1)
	t.Run("one bit flipped", func(t *testing.T) {
		d, err := once(flipped)
		if err != nil || d.Bits != 1 || d.ULP != 1 || d.First != at/2 || d.Samples != int64(len(want)) {
			t.Errorf("got %+v and error %v, want 1 bit by 1 ulp in frame %d of %d samples", d, err, at/2, len(want))
		}
	})
	t.Run("a frame too many", func(t *testing.T) {
		_, err := once(want[:len(want)-2])
		wantError(t, err, "verification failed: more frames than in one chunk: report it as a fault of tailwave")
	})
	t.Run("a frame too few", func(t *testing.T) {
		_, err := once(slices.Concat(want, []float32{0, 0}))
		wantError(t, err, "verification failed: 2 samples fewer than in one chunk: report it as a fault of tailwave")
	})
	t.Run("a failure", func(t *testing.T) {
		c := &comparison{in: in, newStages: func(...dsp.Option) ([]stream.Stage, error) {
			return nil, errors.New("no stages")
		}, want: whole}
		_, err := c.once(t.Context(), verify.Chunks{})
		wantError(t, err, "no stages")
	})
	t.Run("another stream than the operator's", func(t *testing.T) {
		c := &comparison{in: in, w: &bytes.Buffer{}}
		first := stream.Stage{Name: "resample", Processor: struct {
			*loud
			dsp.Referencer
		}{&loud{stages[0]}, stages[0].Processor.(dsp.Referencer)}}
		err := c.oneShot(first, in.Samples)
		if err != nil || c.total.Identical() || c.total.First != 0 {
			t.Errorf("got %+v and error %v, want different bits, the first in frame 0", c.total, err)
		}
	})
	t.Run("a sample off its sum", func(t *testing.T) {
		off := slices.Clone(flipped)
		off[at] *= 1.000001
		err := printSums(stages[0].Processor.(verify.Direct), in.Samples, off, &bytes.Buffer{})
		wantParts(t, "error", fmt.Sprint(err), "verification failed: a sample differs by ",
			" from the sum that defines it, must be at most ")
	})
}

// TestVerifyRuns: the runs of a seed are the same in every release, so that a run that differs can be repeated. Only
// the threads depend on the machine.
func TestVerifyRuns(t *testing.T) {
	o := must(t, nil, "verify", speech, "--rate", "48000", "--runs", "4")
	sums := regexp.MustCompile(`within .* of`)
	threads := regexp.MustCompile(`, \d+ threads?: `)
	got := threads.ReplaceAllString(sums.ReplaceAllString(o.out, "within X of"), ", N threads: ")
	want := `one chunk  44753 frames of 1 channel become 97422 frames
one-shot   first 44100 frames: identical
sums       within X of their definition, and rounding to float32
run 1      chunks of 0 to 87 frames, blocks of 1017, N threads: identical
run 2      chunks of 0 to 51 frames, blocks of 2231, N threads: identical
run 3      chunks of 0 to 22 frames, blocks of 226, N threads: identical
run 4      chunks of 0 to 70 frames, blocks of 205, N threads: identical
verified   485688 samples compared, no bit differs
`
	if got != want {
		t.Errorf("standard output: got %q, want %q", got, want)
	}
}

// TestVerdict: the end of a verification is an error exactly if a bit differs.
func TestVerdict(t *testing.T) {
	for name, c := range map[string]struct {
		d         verify.Difference
		out, fail string
	}{
		"identical": {verify.Difference{Channels: 1, Samples: 1}, "verified   1 sample compared, no bit differs\n", ""},
		"different": {verify.Compare(1, []float32{1, -1}, []float32{1, 1}), "",
			"verification failed: 1 differing bit, by up to 2 or 2130706432 ulp, first in frame 1: report it as a fault of tailwave"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := verdict(c.d, &out)
			if got := out.String(); got != c.out || (err != nil) != (c.fail != "") || err != nil && err.Error() != c.fail {
				t.Errorf("got output %q and error %v, want %q and %q", got, err, c.out, c.fail)
			}
		})
	}
}

// loud is not the stage that it seems to be: the first frame of a chunk comes twice as large.
type loud struct{ stream.Stage }

func (l *loud) Process(dst, src []float32) []float32 {
	src = slices.Clone(src)
	src[0] *= 2
	return l.Stage.Process(dst, src)
}
