package stream

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/tailwave/tailwave/dsp/layer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memSource returns the frames of data, in reads of cuts[0], cuts[1], ... frames, and again from cuts[0] on. At the end
// it returns end, or io.EOF if that is nil.
type memSource struct {
	data     []float32
	channels int
	cuts     []int
	joinEOF  bool // the last frames come together with the end
	end      error
	reads    int
	pos      int
}

func (s *memSource) Format() Format { return Format{Rate: Hz(48000), Channels: s.channels} }

func (s *memSource) Read(dst []float32) (int, error) {
	n := len(dst)
	if len(s.cuts) > 0 {
		n = min(n, s.cuts[s.reads%len(s.cuts)]*s.channels)
	}
	s.reads++
	n = copy(dst[:n], s.data[s.pos:])
	s.pos += n
	if s.pos < len(s.data) || n > 0 && !s.joinEOF {
		return n / s.channels, nil
	}
	if s.end != nil {
		return n / s.channels, s.end
	}
	return n / s.channels, io.EOF
}

// sizedSource announces a length.
type sizedSource struct {
	Source
	frames int64
}

func (s sizedSource) Frames() int64 { return s.frames }

// readFunc is a mono source with this function as its Read method.
type readFunc func(dst []float32) (int, error)

func (f readFunc) Format() Format                  { return Format{Rate: Hz(8000), Channels: 1} }
func (f readFunc) Read(dst []float32) (int, error) { return f(dst) }

// endless is a Read method that always fills dst.
func endless(dst []float32) (int, error) { return len(dst), nil }

// A reporter is a test, of package testing or of package rapid.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// memSink records its calls. The functions, if set, decide what the calls return.
type memSink struct {
	t        reporter
	onOpen   func() error
	onWrite  func(n int) error // n is the number of the call, from 0
	onClose  func(cause error) error
	format   Format
	frames   int64
	data     []float32
	opened   int
	writes   int
	causes   []error
	openFail bool
}

func (s *memSink) Open(f Format, frames int64) error {
	s.opened++
	s.format, s.frames = f, frames
	if s.onOpen != nil {
		s.openFail = true
		if err := s.onOpen(); err != nil {
			return err
		}
		s.openFail = false
	}
	return nil
}

func (s *memSink) Write(frames []float32) error {
	if s.opened != 1 || s.openFail || len(s.causes) > 0 {
		s.t.Errorf("write: got a sink opened %d times, failed %v, closed %d times, want 1, false, 0",
			s.opened, s.openFail, len(s.causes))
	}
	if len(frames) == 0 {
		s.t.Errorf("write: got 0 values, want some")
	}
	s.writes++
	if s.onWrite != nil {
		if err := s.onWrite(s.writes - 1); err != nil {
			return err
		}
	}
	s.data = append(s.data, frames...)
	return nil
}

func (s *memSink) Close(cause error) error {
	if s.opened != 1 || s.openFail {
		s.t.Errorf("close: got a sink opened %d times, failed %v, want 1, false", s.opened, s.openFail)
	}
	s.causes = append(s.causes, cause)
	if s.onClose != nil {
		return s.onClose(cause)
	}
	return nil
}

// wantCause checks that the sink was closed exactly once, with a cause that the run's error wraps.
func (s *memSink) wantCause(t *testing.T, err error, want error) {
	t.Helper()
	if !errors.Is(err, want) || errors.Is(err, io.EOF) {
		t.Errorf("run: got error %v, want %v, and not io.EOF", err, want)
	}
	if len(s.causes) != 1 || s.causes[0] == nil || !errors.Is(s.causes[0], want) {
		t.Errorf("sink: got closed with %v, want once with %v", s.causes, want)
	}
}

// wantDone checks that the sink was closed exactly once, without a cause.
func (s *memSink) wantDone(t reporter) {
	if len(s.causes) != 1 || s.causes[0] != nil {
		t.Errorf("sink: got closed with %v, want once with <nil>", s.causes)
	}
}

// wantUnopened checks that the sink was neither opened nor closed.
func (s *memSink) wantUnopened(t reporter) {
	t.Helper()
	if s.opened != 0 || len(s.causes) != 0 {
		t.Errorf("sink: got opened %d times, closed with %v, want neither", s.opened, s.causes)
	}
}

// wantUntouched checks that the run failed with an error that wraps want, before the sink was opened.
func (s *memSink) wantUntouched(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) || errors.Is(err, io.EOF) {
		t.Errorf("run: got error %v, want %v, and not io.EOF", err, want)
	}
	s.wantUnopened(t)
}

// wantFlushes checks how often the stages were flushed, in total.
func wantFlushes(t *testing.T, want int, stages ...*ahead) {
	t.Helper()
	got := 0
	for _, s := range stages {
		got += s.flushes
	}
	if got != want {
		t.Errorf("flushes: got %d, want %d", got, want)
	}
}

// wantText checks that an error begins with text.
func wantText(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.HasPrefix(err.Error(), text) {
		t.Errorf("got error %v, want %s", err, text)
	}
}

var errBoom = errors.New("boom")

// failing is a pipeline for stages or ends that fail, with a lookahead stage on either side of the failure, so that a
// flush would show.
func failing(t *testing.T) (p Pipeline, sink *memSink, first, last *ahead) {
	sink = &memSink{t: t}
	first, last = &ahead{d: 3, channels: 1}, &ahead{d: 5, channels: 1}
	return Pipeline{
		Source:      &memSource{data: ramp(1000), channels: 1},
		Stages:      []Stage{{"first", first}, {"last", last}},
		Sink:        sink,
		BlockFrames: 10,
		Depth:       2,
	}, sink, first, last
}

var errStop = errors.New("stop")

var errLost = errors.New("lost")

func pick(fail bool) error {
	if fail {
		return errLost
	}
	return nil
}

// ramp returns n values that differ.
func ramp(n int) []float32 {
	s := make([]float32, n)
	for i := range s {
		s[i] = float32(i%4093 + 1)
	}
	return s
}

// whole is ahead, repeat or down over a whole stream, by index arithmetic.
func whole(p any, x []float32) []float32 {
	var y []float32
	switch p := p.(type) {
	case *ahead:
		y = slices.Clone(x)
		for i := range y {
			if j := i + p.d*p.channels; j < len(x) {
				y[i] += x[j] / 2
			}
		}
	case repeat:
		y = make([]float32, len(x)*p.k)
		for i := range y {
			y[i] = x[i/(p.k*p.channels)*p.channels+i%p.channels]
		}
	case *down:
		frames := len(x) / p.channels
		y = make([]float32, (frames+p.k-1)/p.k*p.channels)
		for i := range x {
			y[i/(p.k*p.channels)*p.channels+i%p.channels] += x[i]
		}
	}
	return y
}

// model returns the stream of a small layer, as a model would create it.
func model(t *testing.T) *layer.ConvTranspose1D[float32] {
	t.Helper()
	l, err := layer.NewConvTranspose1D(layer.TransposeGeometry{In: 1, Out: 1, Kernel: 4, Stride: 2},
		[]float32{1, 2, 3, 4}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// wantFrames compares all frames that reached a sink.
func wantFrames(t *testing.T, got, want []float32) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d samples, want %d", len(got), len(want))
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("sample %d: got %v, want %v", i, got[i], want[i])
			return
		}
	}
}
