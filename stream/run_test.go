package stream

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFramesDoNotDependOnCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channels := rapid.IntRange(1, 3).Draw(t, "channels")
		src := &memSource{
			data:     ramp(rapid.IntRange(0, 700).Draw(t, "frames") * channels),
			channels: channels,
			cuts:     append(rapid.SliceOfN(rapid.IntRange(0, 40), 0, 8).Draw(t, "cuts"), 1),
			joinEOF:  rapid.Bool().Draw(t, "joinEOF"),
		}
		want := src.data
		var stages []Stage
		var format Format
		format.Rate, format.Channels = Hz(48000), channels
		kinds := rapid.SliceOfN(rapid.IntRange(0, 2), 0, 4).Draw(t, "stages")
		for i, kind := range kinds {
			k := rapid.IntRange(1, 5).Draw(t, "k")
			s := Stage{Name: fmt.Sprint(i)}
			switch kind {
			case 0:
				s.Processor = &ahead{d: 7 * k, channels: channels}
			case 1:
				s.Processor = repeat{k, channels}
			case 2:
				s.Processor = &down{k: k, channels: channels}
			}
			stages = append(stages, s)
			want = whole(s.Processor, want)
			shape := s.Shape()
			format.Rate, _ = format.Rate.Scale(shape.Up, shape.Down)
		}
		sink := &memSink{t: t}
		p := Pipeline{
			Source:      src,
			Stages:      stages,
			Sink:        sink,
			BlockFrames: rapid.IntRange(0, 50).Draw(t, "block"),
			Depth:       rapid.IntRange(0, 3).Draw(t, "depth"),
		}
		frames := int64(-1)
		if rapid.Bool().Draw(t, "sized") {
			p.Source = sizedSource{src, int64(len(src.data) / channels)}
			frames = int64(len(want) / channels)
		}
		var progress int64
		p.Progress = func(n int64) {
			if n <= progress {
				t.Errorf("progress from %d to %d", progress, n)
			}
			progress = n
		}
		// The second run finds the stages used.
		for range 2 {
			src.pos, src.reads, progress = 0, 0, 0
			*sink = memSink{t: sink.t}
			stats, err := p.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(sink.data, want) {
				t.Fatalf("%v: frames differ: %d values, want %d\n%v", kinds, len(sink.data), len(want), cmp.Diff(want, sink.data))
			}
			if sink.opened != 1 || len(sink.causes) != 1 || sink.causes[0] != nil {
				t.Errorf("opened %d times, closed with %v", sink.opened, sink.causes)
			}
			if sink.frames != frames || sink.format != format {
				t.Errorf("sink opened for %d frames, %v, want %d, %v", sink.frames, sink.format, frames, format)
			}
			in, out := int64(len(src.data)/channels), int64(len(want)/channels)
			if stats.FramesIn != in || stats.FramesOut != out || progress != in || stats.Elapsed <= 0 {
				t.Errorf("stats %+v, progress %d, want %d in, %d out", stats, progress, in, out)
			}
			n := in
			for i, s := range stats.Stages {
				want := StageStats{Name: fmt.Sprint(i), FramesIn: n, FramesOut: stages[i].OutFrames(n), Busy: s.Busy}
				if s != want || s.Busy < 0 || s.Busy > stats.Elapsed {
					t.Errorf("stats %+v, want %+v of %v", s, want, stats.Elapsed)
				}
				n = s.FramesOut
			}
			if len(stats.Stages) != len(stages) {
				t.Errorf("%d stages in stats, want %d", len(stats.Stages), len(stages))
			}
		}
	})
}

func TestEmptyStream(t *testing.T) {
	for _, sized := range []bool{false, true} {
		sink := &memSink{t: t}
		a := &ahead{d: 3, channels: 1, min: 5}
		p := Pipeline{
			Source: &memSource{channels: 1},
			Stages: []Stage{{"a", a}, {"b", repeat{3, 1}}},
			Sink:   sink,
		}
		frames := int64(-1)
		if sized {
			p.Source, frames = sizedSource{p.Source, 0}, 0
		}
		stats, err := p.Run(context.Background())
		if err != nil || stats.FramesIn != 0 || stats.FramesOut != 0 {
			t.Errorf("stats %+v, error %v", stats, err)
		}
		if sink.opened != 1 || sink.frames != frames || sink.writes != 0 || len(sink.causes) != 1 || sink.causes[0] != nil {
			t.Errorf("sink %+v", sink)
		}
		if a.flushes != 1 {
			t.Errorf("%d flushes, want 1", a.flushes)
		}
	}
}

// mallocs counts the allocations of a run over n blocks, also those that the stages swallow for a while.
func mallocs(t *testing.T, n int) uint64 {
	const block = 16
	left := n
	var out int
	p := Pipeline{
		Source: readFunc(func(dst []float32) (int, error) {
			if left == 0 {
				return 0, io.EOF
			}
			left--
			return len(dst), nil
		}),
		Stages:      []Stage{{"up", repeat{3, 1}}, {"down", &down{k: 100, channels: 1}}, {"copy", repeat{1, 1}}},
		Sink:        &countSink{&out},
		BlockFrames: block,
		Depth:       2,
		Progress:    func(int64) {},
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := p.Run(context.Background())
	runtime.ReadMemStats(&after)
	if want := (n*block*3 + 99) / 100; err != nil || out != want {
		t.Fatalf("%d frames, want %d, %v", out, want, err)
	}
	return after.Mallocs - before.Mallocs
}

type countSink struct{ frames *int }

func (s *countSink) Open(Format, int64) error { return nil }
func (s *countSink) Write(f []float32) error  { *s.frames += len(f); return nil }
func (s *countSink) Close(cause error) error  { return cause }

func TestNoAllocationPerBlock(t *testing.T) {
	mallocs(t, 100)
	few, many := mallocs(t, 2000), mallocs(t, 20000)
	// The runtime allocates a little of its own accord.
	if many > few+100 {
		t.Errorf("%d allocations for 2000 blocks, %d for 20000", few, many)
	}
	if few > 500 {
		t.Errorf("%d allocations for one run", few)
	}
}
