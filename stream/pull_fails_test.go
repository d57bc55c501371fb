package stream

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// TestPullFails: after a failure of the source or of a stage, each Read returns its error. No later stage is flushed,
// and the source is not read again.
func TestPullFails(t *testing.T) {
	var big [100]float32
	with := func(o odd) Stage { o.Processor = repeat{1, 1}; return Stage{"bad", o} }
	data := func(n int) *memSource { return &memSource{data: ramp(n), channels: 1, cuts: []int{10}} }
	broken := func(end error, join bool) *memSource {
		s := data(95)
		s.end, s.joinEOF = end, join
		return s
	}
	for name, c := range map[string]struct {
		source Source
		stage  Stage // optional
		is     error // optional
		frames int   // before the error
		text   string
	}{
		"error":          {broken(errBoom, false), Stage{}, errBoom, 95, "source: read: boom"},
		"frames dropped": {broken(errBoom, true), Stage{}, errBoom, 90, "source: read: boom"},
		"io.EOF in the error": {broken(errors.Join(io.EOF, errBoom), false), Stage{}, io.ErrUnexpectedEOF, 95,
			"source: read: "},
		"negative": {readFunc(func([]float32) (int, error) { return -1, nil }), Stage{}, nil, 0,
			"source: read returned -1 frames: must be 0 to 4096, the frames that dst holds"},
		"too many": {readFunc(func(dst []float32) (int, error) { return len(dst) + 1, io.EOF }), Stage{}, nil, 0,
			"source: read returned 4097 frames: must be 0 to 4096, the frames that dst holds"},
		"no progress": {readFunc(func([]float32) (int, error) { return 0, nil }), Stage{}, io.ErrNoProgress, 0,
			"source: read: "},
		"ends early": {sizedSource{data(95), 96}, Stage{}, io.ErrUnexpectedEOF, 95,
			"source: ended after 95 of the 96 frames that it announced"},
		"ends at once": {sizedSource{data(0), 5}, Stage{}, io.ErrUnexpectedEOF, 0,
			"source: ended after 0 of the 5 frames that it announced"},
		"too long": {sizedSource{data(95), 94}, Stage{}, nil, 90, "source: returned more than the 94 frames that it announced"},
		"too much": {data(95), with(odd{maxOut: func(n int) int { return 9 }}), nil, 0,
			"stage bad: appended 10 values, but MaxOutFrames allows 9"},
		"own slice": {data(95),
			with(odd{process: func(dst, src []float32) []float32 { return append(big[:0], src...) }}), nil, 0,
			"stage bad: returned 10 values in a slice of its own: append them to dst"},
		"ragged": {data(95), with(odd{shape: func(s *dsp.Shape) { s.In, s.Out = 1, 3 }}), nil, 0,
			"stage bad: appended 10 values: not whole frames of 3 channels"},
		"other count": {data(95), with(odd{frames: func(n int64) int64 { return n + 1 }}), nil, 95,
			"stage bad: emitted 95 frames for 95, but OutFrames announced 96"},
		"too short": {data(95), Stage{"bad", &ahead{d: 5, channels: 1, min: 96}}, nil, 90,
			"stage bad: input too short: 95 frames, need at least 96"},
	} {
		t.Run(name, func(t *testing.T) {
			reads, channels := 0, 1
			var stages []Stage
			if c.stage.Processor != nil {
				stages, channels = []Stage{c.stage}, c.stage.Shape().Out
			}
			last := &ahead{d: 0, channels: channels}
			stages = append(stages, Stage{"last", last})
			p, err := Pull(counted{c.source, &reads}, stages...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := drain(t, p, 10)
			wantText(t, err, "pull: "+c.text)
			if len(got) != c.frames {
				t.Errorf("frames before the error: got %d, want %d", len(got), c.frames)
			}
			if c.is != nil && !errors.Is(err, c.is) || errors.Is(err, io.EOF) {
				t.Errorf("got error %v, want %v, and not io.EOF", err, c.is)
			}
			failed, ok := errors.AsType[*StageError](err)
			if ok != strings.HasPrefix(c.text, "stage bad") || ok && failed.Name != "bad" {
				t.Errorf("got error %#v, want a *StageError of \"bad\" if a stage failed", err)
			}
			before := reads
			if name == "no progress" && before != 100 {
				t.Errorf("empty reads: got %d, want 100", before)
			}
			for range 2 {
				if n, again := p.Read(make([]float32, 30)); n != 0 || again != err || reads != before {
					t.Errorf("later read: got %d frames, error %v, %d more reads of the source, want 0, %v, 0",
						n, again, reads-before, err)
				}
			}
			wantFlushes(t, 0, last)
		})
	}
}

// counted counts the reads of a source.
type counted struct {
	Source
	reads *int
}

func (c counted) Read(dst []float32) (int, error) { *c.reads++; return c.Source.Read(dst) }

func (c counted) Frames() int64 {
	if s, ok := c.Source.(Sized); ok {
		return s.Frames()
	}
	return -1
}

// TestPullPanics: a panic of the source or of a stage reaches the caller, and each later Read fails.
func TestPullPanics(t *testing.T) {
	bang := func() { panic(errBoom) }
	for name, c := range map[string]struct {
		source Source
		stage  odd
	}{
		"read": {readFunc(func([]float32) (int, error) { bang(); return 0, nil }), odd{}},
		"process": {&memSource{data: ramp(10), channels: 1},
			odd{process: func(dst, src []float32) []float32 { bang(); return dst }}},
		"flush": {&memSource{channels: 1}, odd{flush: func(dst []float32) []float32 { bang(); return dst }}},
	} {
		t.Run(name, func(t *testing.T) {
			c.stage.Processor = repeat{1, 1}
			p, err := Pull(c.source, Stage{"s", c.stage})
			if err != nil {
				t.Fatal(err)
			}
			dst := make([]float32, 10)
			func() {
				defer func() {
					if v := recover(); v != errBoom {
						t.Errorf("got panic %v, want %v", v, errBoom)
					}
				}()
				p.Read(dst)
			}()
			for range 2 {
				if n, err := p.Read(dst); n != 0 || err != errPanicked {
					t.Errorf("later read: got %d frames, error %v, want 0, %v", n, err, errPanicked)
				}
			}
		})
	}
}

// TestPullRefuses: Pull fails if the source is too short for a stage, if a stage has an owner, or if a method panics.
// Stages that had no owner have none afterwards.
func TestPullRefuses(t *testing.T) {
	owned := model(t).NewStream()
	if err := owned.Acquire(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		stage dsp.Processor
		is    func(error) bool
		text  string
	}{
		"too short": {&ahead{d: 1, channels: 1, min: 99}, is[*dsp.TooShortError],
			"stage s: input too short: 10 frames, need at least 99"},
		"in use": {owned, is[*dsp.InUseError], "stage s: this stream is already running in another pipeline"},
		"Shape panics": {odd{Processor: repeat{1, 1}, shape: func(*dsp.Shape) { panic(errBoom) }}, is[*PanicError],
			"stage s: panic: boom"},
		"Reset panics": {resetting{model(t).NewStream(), func() { panic(errBoom) }}, is[*PanicError],
			"stage s: panic: boom"},
	} {
		t.Run(name, func(t *testing.T) {
			first := model(t).NewStream()
			data := FromSlice(mono, ramp(10))
			if name == "too short" {
				data = FromSlice(mono, ramp(4)) // for which the first stage emits 10 frames
			}
			p, err := Pull(data, Stage{"first", first}, Stage{"s", c.stage})
			if p != nil || !c.is(err) {
				t.Errorf("got %v, error %#v, want no Puller and another type of error", p, err)
			}
			wantText(t, err, "pull: "+c.text)
			if _, ok := errors.AsType[*StageError](err); ok == is[*PanicError](err) {
				t.Errorf("got error %#v, want a *StageError unless it is a *PanicError", err)
			}
			if err := first.Acquire(); err != nil {
				t.Errorf("Acquire of the first stage: got error %v, want none", err)
			}
			if r, ok := c.stage.(resetting); ok && r.Acquire() != nil {
				t.Error("Acquire of the stage that panics: got an error, want none")
			}
		})
	}
	if err := owned.Acquire(); !isInUse(err) {
		t.Errorf("stage with an owner: got error %v, want that it still has one", err)
	}
}

// is reports whether err wraps an E.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
