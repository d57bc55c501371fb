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

// TestFramesDoNotDependOnCuts: the frames that reach the sink, and the numbers in Stats, are the same whatever the
// sizes of reads and blocks. A second run over the same stages has the same result.
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
				t.Errorf("progress: got %d, want more than %d", n, progress)
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
				t.Fatalf("%v: got %d values, want %d, difference (-want +got):\n%v",
					kinds, len(sink.data), len(want), cmp.Diff(want, sink.data))
			}
			sink.wantDone(t)
			if sink.opened != 1 || sink.frames != frames || sink.format != format {
				t.Errorf("sink: got opened %d times, for %d frames of %v, want once, %d of %v",
					sink.opened, sink.frames, sink.format, frames, format)
			}
			in, out := int64(len(src.data)/channels), int64(len(want)/channels)
			if stats.FramesIn != in || stats.FramesOut != out || progress != in || stats.Elapsed <= 0 {
				t.Errorf("stats: got %+v, progress %d, want %d in, %d out, some time, %d", stats, progress, in, out, in)
			}
			n := in
			for i, s := range stats.Stages {
				want := StageStats{Name: fmt.Sprint(i), FramesIn: n, FramesOut: stages[i].OutFrames(n), Busy: s.Busy}
				if s != want || s.Busy < 0 || s.Busy > stats.Elapsed {
					t.Errorf("stats: got %+v, want %+v, busy from 0 to %v", s, want, stats.Elapsed)
				}
				n = s.FramesOut
			}
			if len(stats.Stages) != len(stages) {
				t.Errorf("stages in stats: got %d, want %d", len(stats.Stages), len(stages))
			}
		}
	})
}

// TestEmptyStream: a complete stream without frames opens and closes the sink, writes nothing, flushes the stages, and
// is never too short.
func TestEmptyStream(t *testing.T) {
	for sized, frames := range map[bool]int64{false: -1, true: 0} {
		t.Run(fmt.Sprintf("sized=%v", sized), func(t *testing.T) {
			sink := &memSink{t: t}
			a := &ahead{d: 3, channels: 1, min: 5}
			p := Pipeline{
				Source: &memSource{channels: 1},
				Stages: []Stage{{"a", a}, {"b", repeat{3, 1}}},
				Sink:   sink,
			}
			if sized {
				p.Source = sizedSource{p.Source, 0}
			}
			stats, err := p.Run(context.Background())
			if err != nil || stats.FramesIn != 0 || stats.FramesOut != 0 {
				t.Errorf("got %d frames in, %d out, error %v, want 0, 0, no error", stats.FramesIn, stats.FramesOut, err)
			}
			if sink.opened != 1 || sink.frames != frames || sink.writes != 0 {
				t.Errorf("sink: got opened %d times for %d frames, %d writes, want once for %d, 0",
					sink.opened, sink.frames, sink.writes, frames)
			}
			sink.wantDone(t)
			wantFlushes(t, 1, a)
		})
	}
}

// mallocs counts the allocations of a run over n blocks, with stages that often emit nothing for a block.
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
		t.Fatalf("got %d frames, error %v, want %d, no error", out, err, want)
	}
	return after.Mallocs - before.Mallocs
}

type countSink struct{ frames *int }

func (s *countSink) Open(Format, int64) error { return nil }
func (s *countSink) Write(f []float32) error  { *s.frames += len(f); return nil }
func (s *countSink) Close(cause error) error  { return cause }

// TestNoAllocationPerBlock: a run allocates as much for many blocks as for few.
func TestNoAllocationPerBlock(t *testing.T) {
	mallocs(t, 100)
	few, many := mallocs(t, 2000), mallocs(t, 20000)
	// The runtime allocates a little of its own accord.
	if many > few+100 {
		t.Errorf("allocations for 20000 blocks: got %d, want at most 100 more than the %d for 2000", many, few)
	}
	if few > 500 {
		t.Errorf("allocations for 2000 blocks: got %d, want at most 500", few)
	}
}
