package verify

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
)

// upsampler returns stages of a layer of stride 2 and another one of stride 3, two channels to one.
func upsampler(t testing.TB) func(...dsp.Option) ([]stream.Stage, error) {
	t.Helper()
	var layers []*layer.ConvTranspose1D[float32]
	for _, g := range []layer.TransposeGeometry{
		{In: 2, Out: 2, Kernel: 5, Stride: 2},
		{In: 2, Out: 1, Kernel: 7, Stride: 3},
	} {
		l, err := layer.NewConvTranspose1D(g, dsptest.Noise[float32](2, g.Kernel*g.Out*g.In), nil)
		if err != nil {
			t.Fatal(err)
		}
		layers = append(layers, l)
	}
	return func(options ...dsp.Option) ([]stream.Stage, error) {
		return []stream.Stage{
			{Name: "first", Processor: layers[0].NewStream(options...)},
			{Processor: layers[1].NewStream(options...)},
		}, nil
	}
}

// TestOneShot: stages emit the same bits in chunks, in one chunk, and in their one-shot form.
func TestOneShot(t *testing.T) {
	for _, n := range []int{0, 1, 200} {
		t.Run(fmt.Sprint(n, " frames"), func(t *testing.T) {
			in, newStages := noise(n), upsampler(t)
			s, err := newStages()
			if err != nil {
				t.Fatal(err)
			}
			defined, err := Reference(in, s...)
			if err != nil {
				t.Fatalf("reference: got error %v, want none", err)
			}
			if want := (stream.Format{Rate: stream.Hz(48000), Channels: 1}); defined.Format != want || !defined.Complete {
				t.Errorf("reference: got %v, complete %v, want %v, complete", defined.Format, defined.Complete, want)
			}
			at := whole(t, in, newStages)
			if at.Format != defined.Format || !at.Complete || n > 0 && len(at.Samples) < 6*n {
				t.Errorf("whole: got %v, complete %v, %d samples, want %v, complete, at least %d",
					at.Format, at.Complete, len(at.Samples), defined.Format, 6*n)
			}
			if d := Compare(1, at.Samples, defined.Samples); !d.Identical() {
				t.Errorf("whole against reference: got %v, want identical", d)
			}
			d, err := Against(t.Context(), Chunked(in, newStages, Chunks{MaxFrames: 5, Threads: 3}), defined)
			if want := (Difference{Channels: 1, Samples: int64(len(at.Samples))}); err != nil || d != want {
				t.Errorf("chunked against reference: got %+v and error %v, want %+v", d, err, want)
			}
		})
	}
	t.Run("no stages", func(t *testing.T) {
		in := noise(10)
		got := whole(t, in, func(...dsp.Option) ([]stream.Stage, error) { return nil, nil })
		if got == in || got.Format != in.Format || !slices.Equal(got.Samples, in.Samples) {
			t.Errorf("got %+v, want a new buffer like %+v", got, in)
		}
	})
}

// TestWholeResets: Whole computes a stream from its beginning, and releases the stages.
func TestWholeResets(t *testing.T) {
	in := noise(50)
	s, err := upsampler(t)()
	if err != nil {
		t.Fatal(err)
	}
	again := func(...dsp.Option) ([]stream.Stage, error) { return s, nil }
	s[0].Process(nil, in.Samples)
	first := whole(t, in, again)
	if d := Compare(1, whole(t, in, again).Samples, first.Samples); !d.Identical() {
		t.Errorf("again: got %v, want identical", d)
	}
	if d, err := Against(t.Context(), Chunked(in, again, Chunks{}), first); err != nil || !d.Identical() {
		t.Errorf("in a pipeline: got %v and error %v, want identical", d, err)
	}
}

// TestOneShotErrors: an output that cannot be computed is an error that names the stage.
func TestOneShotErrors(t *testing.T) {
	in := noise(5)
	running := dsp.Map(2, 2, func(dst, src []float32) { copy(dst, src) })
	if err := running.(dsp.Owned).Acquire(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		in   *stream.Buffer
		s    dsp.Processor
		text string
	}{
		{"no input format", &stream.Buffer{}, &copier{}, "input: frame rate 0/0: must be positive"},
		{"half a frame", &stream.Buffer{Format: in.Format, Samples: in.Samples[:3]}, &copier{},
			"input: 3 values: not whole frames of 2 channels"},
		{"no processor", in, nil, "stage #1: no processor: set Stage.Processor"},
		{"channels", in, dsp.Map(3, 1, func(dst, src []float32) {}), "stage #1: consumes 3 channels, but its input has 2"},
		{"too short", in, shaped{&copier{}, dsp.Shape{In: 2, Out: 2, Up: 1, Down: 1, MinFrames: 6}},
			"stage #1: input too short: 5 frames, need at least 6"},
		{"no output", in, shaped{&copier{}, dsp.Shape{In: 2, Up: 1, Down: 1}}, "stage #1: emits 0 channels: must be at least 1"},
		{"no ratio", in, shaped{&copier{}, dsp.Shape{In: 2, Out: 2}}, "stage #1: ratio 0/0: both terms must be positive"},
		{"running", in, running,
			"stage #1: this stream is already running in another pipeline: create one per pipeline with dsp.Map"},
		{"part of a frame", in, raggedCopier{&copier{}}, "stage #1: emitted 9 values: not whole frames of 2 channels"},
		{"panic", in, dsp.Map(2, 2, func(dst, src []float32) { panic(errBroken) }), "stage #1: panic: broken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if b, err := Whole(c.in, stream.Stage{Processor: c.s}); b != nil || fmt.Sprint(err) != c.text {
				t.Errorf("got %v and error %v, want none and %s", b, err, c.text)
			}
		})
	}
	t.Run("no definition", func(t *testing.T) {
		_, err := Reference(in, stream.Stage{Name: "copy", Processor: &copier{}})
		if want := "stage copy: has no one-shot form: implement dsp.Referencer"; fmt.Sprint(err) != want {
			t.Errorf("got error %v, want %s", err, want)
		}
	})
	t.Run("definition fails", func(t *testing.T) {
		_, err := Reference(in, stream.Stage{Name: "copy", Processor: undefined{&copier{}}})
		var s *stream.StageError
		if !errors.As(err, &s) || s.Name != "copy" || s.Err != errBroken {
			t.Errorf("got error %v, want stage copy: broken", err)
		}
	})
}

// shaped has another shape than its processor.
type shaped struct {
	*copier
	shape dsp.Shape
}

func (s shaped) Shape() dsp.Shape { return s.shape }

// raggedCopier emits one value too few.
type raggedCopier struct{ *copier }

func (r raggedCopier) Process(dst, src []float32) []float32 { return append(dst, src[1:]...) }

// undefined has a Reference method that fails.
type undefined struct{ *copier }

func (undefined) Reference([]float32) ([]float32, error) { return nil, errBroken }

// TestSums: the output of a converter is within the limit of its sums. It is not with a wrong sample, a missing one, or
// a NaN.
func TestSums(t *testing.T) {
	in := noise(400)
	in.Samples[5] = -4
	r, err := resample.New(8000, 11025, 2, resample.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Whole(in, stream.Stage{Processor: r})
	if err != nil {
		t.Fatal(err)
	}
	d, err := Sums(r, in.Samples, got.Samples)
	if err != nil || !d.Within() || d.Worst < 0 || d.Limit != 4e-9 {
		t.Errorf("got %+v and error %v, want one within 4e-9", d, err)
	}
	off := slices.Clone(got.Samples)
	off[301] += 1e-5
	if d, err := Sums(r, in.Samples, off); err != nil || d.Within() || d.Worst < 5e-6 || d.Worst > 2e-5 {
		t.Errorf("a sample that is off by 1e-5: got %+v and error %v, want about that much", d, err)
	}
	if d, err := Sums(r, in.Samples, off[:len(off)-1]); err != nil || d.Within() || d.Worst != inf64 {
		t.Errorf("a sample too few: got %+v and error %v, want an infinite deviation", d, err)
	}
	off[301] = from(0x7FC00000)
	if d, err := Sums(r, in.Samples, off); err != nil || d.Within() {
		t.Errorf("NaN: got %+v and error %v, want none within", d, err)
	}
	if _, err := Sums(r, in.Samples[:3], nil); err == nil {
		t.Error("half a frame: got no error, want that of Direct")
	}
}
