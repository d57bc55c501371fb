package stream

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

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

func TestRecycledBlocksArePoisoned(t *testing.T) {
	if !poisonBlocks {
		t.Skip("blocks are poisoned in race builds")
	}
	var kept []float32
	keeper := odd{Processor: repeat{1, 1}}
	var stale int
	keeper.process = func(dst, src []float32) []float32 {
		if kept != nil && math.IsNaN(float64(kept[0])) && math.IsNaN(float64(kept[len(kept)-1])) {
			stale++
		}
		kept = src
		return append(dst, src...)
	}
	src := &memSource{data: ramp(40), channels: 1}
	// With two blocks the kept one may have been filled again by now, with one it always has.
	p := Pipeline{Source: src, Stages: []Stage{{"keeper", keeper}}, Sink: &memSink{t: t}, BlockFrames: 4, Depth: 16}
	if _, err := p.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if stale != 9 {
		t.Errorf("%d of 9 released blocks were NaN", stale)
	}
}
