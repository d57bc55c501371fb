package stream

import (
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// rated is a processor that was made for a sample rate.
type rated struct {
	dsp.Processor
	hz int
}

func (r rated) Rates() (in, out int) { return r.hz, r.hz }

// gain returns a processor of one channel.
func gain() dsp.Processor { return dsp.Map(1, 1, func(dst, src []float32) { copy(dst, src) }) }

// TestWrongRate: a stage for another sample rate is an error wherever a stage can be, before anything is read or
// opened. 0 Hz means any rate.
func TestWrongRate(t *testing.T) {
	f := Format{Rate: Hz(22050), Channels: 1}
	stages := func(hz int) []Stage {
		return []Stage{{Name: "gain", Processor: gain()}, {Name: "resample", Processor: rated{gain(), hz}}}
	}
	want := "stage resample: converts from 44100 Hz, but stage gain emits 22050 Hz"
	for name, c := range map[string]struct {
		do   func(hz int) error
		want string
	}{
		"Run": {func(hz int) error {
			_, err := Pipeline{Source: FromSlice(f, nil), Stages: stages(hz), Sink: new(Buffer)}.Run(t.Context())
			return err
		}, "pipeline: " + want},
		"Pull": {func(hz int) error { _, err := Pull(FromSlice(f, nil), stages(hz)...); return err }, "pull: " + want},
		"OutFormat": {func(hz int) error {
			_, err := Pipeline{Source: FromSlice(f, nil), Stages: stages(hz)}.OutFormat()
			return err
		}, "pipeline: " + want},
		"Through": {func(hz int) error { return Through(stages(hz)[1], new(Buffer)).Open(f, 0) },
			"stage resample: converts from 44100 Hz, but its source emits 22050 Hz"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.do(44100); err == nil || err.Error() != c.want {
				t.Errorf("got error %v, want %q", err, c.want)
			}
			for _, hz := range []int{22050, 0} {
				if err := c.do(hz); err != nil {
					t.Errorf("%d Hz: got error %v, want none", hz, err)
				}
			}
		})
	}
}

// TestOutFormat: the format at the sink follows from the source and the stages.
func TestOutFormat(t *testing.T) {
	d, err := dsp.NewDecimator(3, 2)
	if err != nil {
		t.Fatal(err)
	}
	m, err := dsp.NewMixdown(2)
	if err != nil {
		t.Fatal(err)
	}
	source := FromSlice(Format{Rate: Hz(48000), Channels: 2}, nil)
	got, err := Pipeline{Source: source, Stages: []Stage{{Processor: d}, {Processor: m}}}.OutFormat()
	if want := (Format{Rate: Hz(16000), Channels: 1}); err != nil || got != want {
		t.Errorf("got %v and error %v, want %v", got, err, want)
	}
	_, err = Pipeline{Source: source, Stages: []Stage{{Processor: m}, {Name: "third", Processor: d}}}.OutFormat()
	if stage := (*StageError)(nil); !errors.As(err, &stage) || stage.Name != "third" {
		t.Errorf("stages that do not fit: got error %v, want a *StageError of third", err)
	}
	reduced, err := Pipeline{Source: FromSlice(Format{Rate: Rate{88200, 2}, Channels: 1}, nil)}.OutFormat()
	if want := (Format{Rate: Hz(44100), Channels: 1}); err != nil || reduced != want {
		t.Errorf("88200/2 Hz: got %v and error %v, want %v", reduced, err, want)
	}
	if _, err := (Pipeline{Source: FromSlice(Format{Rate: Hz(0), Channels: 1}, nil)}).OutFormat(); err == nil {
		t.Error("0 Hz: got no error, want one")
	}
	if _, err := (Pipeline{Source: (*Slice)(nil)}).OutFormat(); !errors.As(err, new(*PanicError)) {
		t.Errorf("source that panics: got error %v, want a *PanicError", err)
	}
	if _, err := (Pipeline{}).OutFormat(); err == nil || err.Error() != "pipeline: no source: it must not be nil" {
		t.Errorf("without a source: got error %v, want one that says so", err)
	}
}

// TestReadAll: all frames of a source, or its error.
func TestReadAll(t *testing.T) {
	f := Format{Rate: Hz(8000), Channels: 2}
	x := make([]float32, 20002)
	for i := range x {
		x[i] = float32(i)
	}
	got, err := ReadAll(t.Context(), FromSlice(f, x))
	if err != nil || !slices.Equal(got.Samples, x) || got.Format != f || !got.Complete {
		t.Errorf("got %d values of %v, complete %v, and error %v, want %d of %v", len(got.Samples), got.Format, got.Complete, err, len(x), f)
	}
	broken := errors.New("broken")
	source := readFunc(func([]float32) (int, error) { return 0, broken })
	if _, err := ReadAll(t.Context(), source); !errors.Is(err, broken) || errors.Is(err, io.EOF) {
		t.Errorf("broken source: got error %v, want %v", err, broken)
	}
}

// TestOpened: Stats say whether the sink was opened, and so whether anything may have been written.
func TestOpened(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		source Source
		want   bool
	}{
		"complete":        {FromSlice(Format{Rate: Hz(8000), Channels: 1}, make([]float32, 5)), true},
		"empty":           {FromSlice(Format{Rate: Hz(8000), Channels: 1}, nil), true},
		"broken at once":  {readFunc(func([]float32) (int, error) { return 0, broken }), false},
		"no whole frames": {FromSlice(Format{Rate: Hz(8000), Channels: 2}, make([]float32, 5)), false},
	} {
		t.Run(name, func(t *testing.T) {
			stats, err := Pipeline{Source: c.source, Sink: new(Buffer)}.Run(t.Context())
			if stats.Opened != c.want {
				t.Errorf("opened: got %v with error %v, want %v", stats.Opened, err, c.want)
			}
		})
	}
}
