package command

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/verify"
)

// TestVerifyModelNotices: the comparison with the one-shot form finds a stream that is not the model. It ends when the
// run is interrupted.
func TestVerifyModelNotices(t *testing.T) {
	for name, folder := range map[string]string{"HiFi-GAN": tinyModel(t), "MelGAN": tinyMelGAN(t)} {
		t.Run(name, func(t *testing.T) {
			m, err := models.Open(folder)
			if err != nil {
				t.Fatal(err)
			}
			p, err := m.NewStream()
			if err != nil {
				t.Fatal(err)
			}
			rate, err := stream.NewRate(int64(m.Info().SampleRate), int64(m.Info().Hop))
			if err != nil {
				t.Fatal(err)
			}
			head := &stream.Buffer{
				Format:  stream.Format{Rate: rate, Channels: m.Info().Mels},
				Samples: dsptest.Noise[float32](9, 60*m.Info().Mels),
			}
			ctx, cancel := context.WithCancel(t.Context())
			s := stream.Stage{Name: "vocode", Processor: p}
			oneShot := func(s stream.Stage) (verify.Difference, error) {
				c := &comparison{w: &bytes.Buffer{}}
				err := c.oneShotModel(ctx, m, s, head)
				return c.total, err
			}
			if d, err := oneShot(s); err != nil || !d.Identical() || d.Samples == 0 {
				t.Errorf("the model's stream: got %+v and error %v, want samples and no different bit", d, err)
			}
			if d, err := oneShot(stream.Stage{Name: "vocode", Processor: &loud{s}}); err != nil || d.Identical() {
				t.Errorf("another stream: got %+v and error %v, want different bits", d, err)
			}
			cancel()
			if _, err := oneShot(s); err != context.Canceled {
				t.Errorf("interrupted: got error %v, want %v", err, context.Canceled)
			}
		})
	}
}

// TestOneShotFrames: the one-shot form has enough frames for everything that a sample depends on, and more if the model
// is small enough to compute them in seconds.
func TestOneShotFrames(t *testing.T) {
	for name, c := range map[string]struct {
		info models.Info
		want int
	}{
		"large":      {models.Info{SampleRate: 22050, Hop: 256, Latency: 2582, Receptive: 22, MACs: 1936519200}, 34},
		"small":      {models.Info{SampleRate: 22050, Hop: 256, Latency: 2582, Receptive: 22, MACs: 250e6}, 172},
		"very large": {models.Info{SampleRate: 8000, Hop: 8, Latency: 8, Receptive: 3, MACs: 250e12}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			if got := oneShotFrames(c.info); got != c.want {
				t.Errorf("%+v: got %d frames, want %d", c.info, got, c.want)
			}
		})
	}
}

// TestVerifyModel: verify finds no difference between the streamed and the one-shot forms of a model. Flags that do not
// go with a model are errors.
func TestVerifyModel(t *testing.T) {
	model, dir := tinyModel(t), t.TempDir()
	array, _ := melFile()
	in := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	o := must(t, nil, "verify", in, "--model", model, "--runs", "4")
	wantParts(t, "standard output", o.out, "50 frames of 3 channels become 400 frames", "no bit differs",
		"one-shot   first 50 frames: identical\n")
	for name, c := range map[string]struct {
		stdin []byte
		code  int
		args  []string
		part  string
	}{
		"rate": {nil, exitUsage, []string{in, "--model", model, "--rate", "8000"},
			"--rate does not go with --model"},
		"layout": {nil, exitUsage, []string{in, "--model", model, "--layout", "x"}, "--layout"},
		"layout without a model": {nil, exitUsage, []string{in, "--rate", "8000", "--layout", "x"},
			"--layout goes with --model"},
		"part of a frame": {make([]byte, 125), exitFailed, []string{"-", "--model", model},
			"ends inside a frame: 5 of its 12 bytes: get a complete copy of the samples, " +
				"or use what is there with --keep-partial"},
		"layout of bare frames": {make([]byte, 120), exitUsage,
			[]string{"-", "--model", model, "--layout", "mels-first"},
			"--layout goes with an array of frames; standard input holds raw frames"},
	} {
		t.Run(name, func(t *testing.T) {
			tailwave(bytes.NewReader(c.stdin), append([]string{"verify"}, c.args...)...).wantError(t, c.code, c.part)
		})
	}
}

// TestVerifyBuiltin: verify finds no difference with the built-in vocoder, from sound and from frames.
func TestVerifyBuiltin(t *testing.T) {
	mel := filepath.Join(t.TempDir(), "mel.npy")
	must(t, nil, "mel", speech, mel, "--quiet")
	for _, in := range []string{speech, mel} {
		t.Run(filepath.Base(in), func(t *testing.T) {
			o := must(t, nil, "verify", in, "--model", "builtin", "--runs", "2")
			wantParts(t, "standard output", o.out, "no bit differs")
		})
	}
}
