package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/layer"
)

var _ interface {
	Source
	Sized
	io.Closer
} = (*Puller)(nil)

// drain reads p into slices of these sizes in frames, again and again, until an error. It returns that error, or nil
// for io.EOF.
func drain(t reporter, p *Puller, sizes ...int) (all []float32, err error) {
	t.Helper()
	channels := p.Format().Channels
	for i := 0; ; i++ {
		dst := make([]float32, sizes[i%len(sizes)]*channels)
		left := p.Frames()
		n, err := p.Read(dst)
		if n < 0 || n > len(dst)/channels || n == 0 && err == nil || n > 0 && err != nil {
			t.Errorf("read: got %d frames, error %v, want 1 to %d or an error", n, err, len(dst)/channels)
			return all, err
		}
		all = append(all, dst[:n*channels]...)
		if want := left - int64(n); left >= 0 && p.Frames() != want || left < 0 && p.Frames() != -1 {
			t.Errorf("frames after a read of %d: got %d, want %d or -1", n, p.Frames(), want)
		}
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// resampling is a chain that changes the rate: transposed convolutions with frames dropped after each, and a lookahead.
func resampling(t *rapid.T, channels int) func() []Stage {
	kernel, stride := rapid.IntRange(1, 7).Draw(t, "kernel"), rapid.IntRange(1, 3).Draw(t, "stride")
	factor := rapid.IntRange(1, 4).Draw(t, "factor")
	latency := rapid.IntRange(0, 30).Draw(t, "latency")
	g := layer.TransposeGeometry{In: channels, Out: channels, Kernel: kernel, Stride: stride}
	l, err := layer.NewConvTranspose1D(g, ramp(channels*channels*kernel), nil)
	if err != nil {
		t.Fatal(err)
	}
	count := rapid.IntRange(0, 2).Draw(t, "stages")
	return func() (stages []Stage) {
		for i := range count {
			d, err := dsp.NewDecimator(factor, channels)
			if err != nil {
				t.Fatal(err)
			}
			stages = append(stages, Stage{fmt.Sprint("up", i), l.NewStream()}, Stage{fmt.Sprint("down", i), d},
				Stage{fmt.Sprint("ahead", i), &ahead{d: latency, channels: channels}})
		}
		return stages
	}
}

// TestPullBits: a Puller returns the frames of a Pipeline, bit for bit, whatever the sizes of reads on both sides,
// after as many reads of the source. Its format and its number of frames are those for which the pipeline opens its
// sink.
func TestPullBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channels := rapid.IntRange(1, 3).Draw(t, "channels")
		stages := resampling(t, channels)
		frames := rapid.OneOf(rapid.IntRange(0, 300), rapid.IntRange(4000, 4500)) // around the block of a pipeline
		src := &memSource{
			data:     ramp(channels * frames.Draw(t, "frames")),
			channels: channels,
			joinEOF:  rapid.Bool().Draw(t, "joinEOF"),
		}
		if rapid.Bool().Draw(t, "cut") {
			src.cuts = append(rapid.SliceOfN(rapid.IntRange(0, 5000), 0, 8).Draw(t, "cuts"), 4097)
		}
		source := Source(src)
		if rapid.Bool().Draw(t, "sized") {
			source = sizedSource{src, int64(len(src.data) / channels)}
		}
		want := &memSink{t: t}
		if _, err := (Pipeline{Source: source, Stages: stages(), Sink: want}).Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		reads := src.reads
		src.pos, src.reads = 0, 0
		p, err := Pull(source, stages()...)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		if p.Format() != want.format || p.Frames() != want.frames || src.reads > 0 {
			t.Errorf("got format %v, %d frames, %d reads, want %v, %d, 0",
				p.Format(), p.Frames(), src.reads, want.format, want.frames)
		}
		got, err := drain(t, p, rapid.SliceOfN(rapid.IntRange(1, 10000), 1, 5).Draw(t, "sizes")...)
		if err != nil {
			t.Fatalf("got error %v, want none", err)
		}
		if !slices.Equal(got, want.data) {
			t.Errorf("got %d values, want %d, or others", len(got), len(want.data))
		}
		if n, err := p.Read(make([]float32, channels)); n != 0 || err != io.EOF || src.reads != reads {
			t.Errorf("after the end: got %d frames, error %v, %d reads of the source, want 0, %v, %d",
				n, err, src.reads, io.EOF, reads)
		}
	})
}

// TestPullTwice: Pull resets stages that have run before.
func TestPullTwice(t *testing.T) {
	stages := []Stage{{"vocode", model(t).NewStream()}, {"ahead", &ahead{d: 3, channels: 1}}}
	var want Buffer
	once := Pipeline{Source: FromSlice(mono, ramp(100)), Stages: stages, Sink: &want}
	if _, err := once.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		p, err := Pull(FromSlice(mono, ramp(100)), stages...)
		if err != nil {
			t.Fatal(err)
		}
		got, err := drain(t, p, 7)
		if err != nil {
			t.Errorf("run %d: got error %v, want none", i, err)
		}
		wantFrames(t, got, want.Samples)
		p.Close()
	}
}

var mono = Format{Rate: Hz(8000), Channels: 1}

// TestPullReadsOnce: Read returns the frames of one read of the source, however few, and asks the source for a block of
// the size that a pipeline chooses.
func TestPullReadsOnce(t *testing.T) {
	var asked []int
	p, err := Pull(readFunc(func(dst []float32) (int, error) {
		asked = append(asked, len(dst))
		return 2, nil
	}), Stage{"up", repeat{256, 1}})
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]float32, 1000)
	for i, want := range []int{512, 512} {
		if n, err := p.Read(dst); n != want || err != nil || len(asked) != i+1 {
			t.Errorf("read %d: got %d frames, error %v, %d reads of the source, want %d, none, %d",
				i, n, err, len(asked), want, i+1)
		}
	}
	for i, want := range []int{300, 212, 300} { // the rest of a block before the next one
		if n, err := p.Read(dst[:300]); n != want || err != nil {
			t.Errorf("read %d of 300 frames: got %d, error %v, want %d, none", i, n, err, want)
		}
	}
	if want := []int{256, 256, 256, 256}; !slices.Equal(asked, want) {
		t.Errorf("frames asked for: got %v, want %v", asked, want)
	}
}

// TestPullShortBuffer: a dst of less than a frame is an error that changes nothing, and half a frame at the end of dst
// stays as it is.
func TestPullShortBuffer(t *testing.T) {
	p, err := Pull(FromSlice(Format{Rate: Hz(8000), Channels: 2}, []float32{1, 2, 3, 4}))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1} {
		if n, err := p.Read(make([]float32, n)); n != 0 || err != io.ErrShortBuffer {
			t.Errorf("read: got %d frames, error %v, want 0, %v", n, err, io.ErrShortBuffer)
		}
	}
	dst := []float32{7, 7, 7}
	if n, err := p.Read(dst); n != 1 || err != nil || !slices.Equal(dst, []float32{1, 2, 7}) {
		t.Errorf("read: got %d frames, error %v, %v, want 1, none, [1 2 7]", n, err, dst)
	}
	if p.Frames() != 1 {
		t.Errorf("frames: got %d, want 1", p.Frames())
	}
}

// TestPullIntoPipeline: a Puller can be the source of a pipeline, which begins with the first frame that has not been
// read.
func TestPullIntoPipeline(t *testing.T) {
	p, err := Pull(FromSlice(mono, ramp(100)), Stage{"up", repeat{3, 1}})
	if err != nil {
		t.Fatal(err)
	}
	first := make([]float32, 10)
	if n, err := p.Read(first); n != 10 || err != nil {
		t.Fatalf("read: got %d frames, error %v, want 10, none", n, err)
	}
	sink := &memSink{t: t}
	if _, err := (Pipeline{Source: p, Sink: sink}).Run(t.Context()); err != nil || sink.frames != 290 {
		t.Errorf("got a sink opened for %d frames, error %v, want 290, none", sink.frames, err)
	}
	wantFrames(t, append(first, sink.data...), whole(repeat{3, 1}, ramp(100)))
}

// TestPullClose: Close releases the stages once, drops the frames that are left, and does not touch the source.
func TestPullClose(t *testing.T) {
	shared := model(t).NewStream()
	src := &memSource{data: ramp(10000), channels: 1}
	p, err := Pull(src, Stage{"vocode", shared})
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]float32, 10)
	if n, err := p.Read(dst); n != 10 || err != nil {
		t.Errorf("read: got %d frames, error %v, want 10, none", n, err)
	}
	if _, err := Pull(FromSlice(mono, nil), Stage{"vocode", shared}); !isInUse(err) {
		t.Errorf("Pull of a stage in use: got error %v, want a *dsp.InUseError", err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("Close: got error %v, want none", err)
	}
	if err := shared.Acquire(); err != nil {
		t.Errorf("Acquire after Close: got error %v, want none", err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("second Close: got error %v, want none", err)
	}
	if err := shared.Acquire(); !isInUse(err) {
		t.Errorf("Acquire after the second Close: got error %v, want a *dsp.InUseError", err)
	}
	for range 2 {
		if n, err := p.Read(dst); n != 0 || err != errClosed || src.reads != 1 {
			t.Errorf("read after Close: got %d frames, error %v, %d reads of the source, want 0, %v, 1",
				n, err, src.reads, errClosed)
		}
	}
}

// TestPullAllocations: in steady state Read allocates nothing.
func TestPullAllocations(t *testing.T) {
	d, err := dsp.NewDecimator(3, 1)
	if err != nil {
		t.Fatal(err)
	}
	few := &down{k: 5000, channels: 1} // emits nothing for most blocks
	p, err := Pull(readFunc(endless), Stage{"up", model(t).NewStream()}, Stage{"down", d}, Stage{"few", few})
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]float32, 64)
	read := func() {
		if _, err := p.Read(dst); err != nil {
			t.Fatal(err)
		}
	}
	read()
	if got := testing.AllocsPerRun(100, read); got != 0 {
		t.Errorf("allocations of a read: got %v, want 0", got)
	}
}

// TestPullEmpty: at the end of an empty stream the stages are flushed once, without a TooShortError, and Read returns
// the frames that they emit before io.EOF.
func TestPullEmpty(t *testing.T) {
	a := &ahead{d: 3, channels: 1, min: 5}
	tail := odd{Processor: repeat{1, 1}, flush: func(dst []float32) []float32 { return append(dst, 7) },
		frames: func(n int64) int64 { return n + 1 }, maxOut: func(n int) int { return n + 1 }}
	p, err := Pull(&memSource{channels: 1}, Stage{"a", a}, Stage{"tail", tail}, Stage{"up", repeat{2, 1}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := drain(t, p, 1)
	if err != nil {
		t.Errorf("got error %v, want none", err)
	}
	wantFrames(t, got, []float32{7, 7})
	wantFlushes(t, 1, a)
	if _, err := p.Read(make([]float32, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("got error %v, want %v", err, io.EOF)
	}
}
