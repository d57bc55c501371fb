package stream

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// TestInvalidPipelines: an invalid pipeline is an error before the source is read and the sink is opened. If the source
// or the stages are at fault, Pull fails with the same error.
func TestInvalidPipelines(t *testing.T) {
	src := &memSource{data: ramp(4), channels: 2}
	with := func(o odd) []Stage {
		o.Processor = repeat{2, 2}
		return []Stage{{"a", repeat{1, 2}}, {"b", o}}
	}
	for name, c := range map[string]struct {
		p    Pipeline
		text string
	}{
		"source": {Pipeline{}, "no source: it must not be nil"},
		"sink":   {Pipeline{Source: src}, "no sink: set Pipeline.Sink"},
		"block":  {Pipeline{Source: src, BlockFrames: -1}, "block of -1 frames: must not be negative"},
		"depth":  {Pipeline{Source: src, Depth: -1}, "depth of -1 blocks: must be 0 to 65536"},
		"deep":   {Pipeline{Source: src, Depth: MaxDepth + 1}, "depth of 65537 blocks: must be 0 to 65536"},
		"huge":   {Pipeline{Source: src, BlockFrames: math.MaxInt}, "source: 4 blocks of"},
		"format": {Pipeline{Source: &memSource{}}, "source: 0 channels"},
		"nil":    {Pipeline{Source: src, Stages: []Stage{{Name: "x"}}}, "stage x: no processor: set Stage.Processor"},
		"first": {Pipeline{Source: src, Stages: []Stage{{"x", repeat{1, 3}}}},
			"stage x: consumes 3 channels, but source emits 2"},
		"neighbor": {Pipeline{Source: src, Stages: []Stage{{"y", repeat{1, 2}}, {"x", repeat{1, 1}}}},
			"stage x: consumes 1 channels, but stage y emits 2"},
		"no out": {Pipeline{Source: src, Stages: with(odd{shape: func(s *dsp.Shape) { s.In, s.Out = 2, 0 }})},
			"stage b: emits 0 channels"},
		"ratio": {Pipeline{Source: src, Stages: with(odd{shape: func(s *dsp.Shape) { s.Up, s.Down = 0, 1 }})},
			"stage b: ratio 0/1"},
		"rate": {Pipeline{Source: src, Stages: with(odd{shape: func(s *dsp.Shape) { s.Up, s.Down = math.MaxInt, 1 }})},
			"stage b: frame rate"},
		"maxout": {Pipeline{Source: src, Stages: with(odd{maxOut: func(int) int { return -1 }})},
			"stage b: 4 blocks of -1 frames"},
		"growth": {Pipeline{Source: src, BlockFrames: 1 << 20, Stages: with(odd{maxOut: func(n int) int { return n << 30 }})},
			"stage b: 4 blocks of 1125899906842624 frames with 2 channels"},
		"length": {Pipeline{Source: sizedSource{src, 2}, Stages: with(odd{frames: func(int64) int64 { return -3 }})},
			"stage b: emits -3 frames for 2: OutFrames must not be negative"},
	} {
		t.Run(name, func(t *testing.T) {
			sink := &memSink{t: t}
			if name != "sink" {
				c.p.Sink = sink
			}
			_, err := c.p.Run(context.Background())
			wantText(t, err, "pipeline: "+c.text)
			sink.wantUnopened(t)
			if name != "sink" && c.p.BlockFrames == 0 && c.p.Depth == 0 {
				_, err := Pull(c.p.Source, c.p.Stages...)
				wantText(t, err, "pull: "+strings.Replace(c.text, "4 blocks", "1 block", 1))
			}
			if src.reads > 0 {
				t.Errorf("reads of the source: got %d, want 0", src.reads)
			}
		})
	}
}

// TestSameProcessorTwice: a processor belongs to one stage. Equal processors, those without state, and those that
// cannot be compared may be in several.
func TestSameProcessorTwice(t *testing.T) {
	t.Run("same", func(t *testing.T) {
		a := &ahead{d: 3, channels: 1}
		p := Pipeline{Source: &memSource{data: ramp(10), channels: 1}, Sink: &memSink{t: t},
			Stages: []Stage{{"first", a}, {"mid", repeat{1, 1}}, {"", a}}}
		const want = "pipeline: stage #3: has the processor of stage first: create one for each stage"
		if _, err := p.Run(context.Background()); err == nil || err.Error() != want {
			t.Errorf("got error %v, want %s", err, want)
		}
		_, err := Pull(p.Source, p.Stages...)
		wantText(t, err, "pull: stage #3: has the processor of stage first")
	})
	nop := &struct{ stateless }{}
	for name, stages := range map[string][]Stage{
		"equal":          {{"a", &ahead{d: 3, channels: 1}}, {"b", &ahead{d: 3, channels: 1}}},
		"values":         {{"a", repeat{1, 1}}, {"b", repeat{1, 1}}},
		"not comparable": {{"a", odd{Processor: repeat{1, 1}}}, {"b", odd{Processor: repeat{1, 1}}}},
		"no state":       {{"a", nop}, {"b", nop}},
	} {
		t.Run(name, func(t *testing.T) {
			p := Pipeline{Source: &memSource{data: ramp(10), channels: 1}, Sink: &memSink{t: t}, Stages: stages}
			if stats, err := p.Run(context.Background()); err != nil || stats.FramesOut != 10 {
				t.Errorf("got %d frames, error %v, want 10, no error", stats.FramesOut, err)
			}
		})
	}
}

// stateless passes mono frames on and has no size.
type stateless struct{}

func (stateless) Shape() dsp.Shape                     { return dsp.Shape{In: 1, Out: 1, Up: 1, Down: 1} }
func (stateless) OutFrames(n int64) int64              { return n }
func (stateless) Emitted(n int64) int64                { return n }
func (stateless) MaxOutFrames(n int) int               { return n }
func (stateless) Reset()                               {}
func (stateless) Process(dst, src []float32) []float32 { return append(dst, src...) }
func (stateless) Flush(dst []float32) []float32        { return dst }

// TestNegativeLength: a source that announces a negative number of frames has an unknown length.
func TestNegativeLength(t *testing.T) {
	sink := &memSink{t: t}
	p := Pipeline{Source: sizedSource{&memSource{data: ramp(10), channels: 1}, -5}, Sink: sink}
	if _, err := p.Run(context.Background()); err != nil || sink.frames != -1 {
		t.Errorf("sink: got opened for %d frames, error %v, want -1, no error", sink.frames, err)
	}
}

// TestDefaultBlocks: by default, a source block has a few thousand values, and a block after a stage has the room that
// the stage needs.
func TestDefaultBlocks(t *testing.T) {
	for name, c := range map[string]struct {
		channels int
		stages   []Stage
		want     []int // frames of a block on each edge
	}{
		"stereo":    {2, nil, []int{4096}},
		"mel":       {80, nil, []int{512}},
		"wide":      {1 << 20, nil, []int{1}},
		"vocoder":   {1, []Stage{{"up", repeat{256, 1}}}, []int{256, 65536}},
		"long tail": {1, []Stage{{"tail", &ahead{d: 1 << 20, channels: 1}}}, []int{4096, 1<<20 + 4096}},
		"only at flush": {1, []Stage{{"odd",
			odd{Processor: repeat{1, 1}, maxOut: func(n int) int { return 100 / (n + 1) }}}}, []int{4096, 100}},
	} {
		t.Run(name, func(t *testing.T) {
			pl, err := Pipeline{Source: &memSource{channels: c.channels}, Sink: &memSink{t: t}, Stages: c.stages}.plan()
			if err != nil {
				t.Fatal(err)
			}
			if len(pl.edges) != len(c.want) {
				t.Fatalf("got %d edges %+v, want %d", len(pl.edges), pl.edges, len(c.want))
			}
			for i, e := range pl.edges {
				if e.frames != c.want[i] || e.channels != c.channels {
					t.Errorf("edge %d: got %d frames of %d channels, want %d of %d", i, e.frames, e.channels, c.want[i], c.channels)
				}
			}
			if pl.depth != DefaultDepth {
				t.Errorf("depth: got %d, want %d", pl.depth, DefaultDepth)
			}
		})
	}
}

// TestRateIsReduced: the sink is opened with a rate in lowest terms, even if the source has another form of it.
func TestRateIsReduced(t *testing.T) {
	sink := &memSink{t: t}
	src := struct{ formatSource }{formatSource{&memSource{channels: 1}, Format{Rate{44100, 2}, 1}}}
	if _, err := (Pipeline{Source: src, Sink: sink}).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if hz, ok := sink.format.Rate.Whole(); hz != 22050 || !ok {
		t.Errorf("rate: got %v, want 22050 Hz", sink.format.Rate)
	}
}

type formatSource struct {
	*memSource
	format Format
}

func (s formatSource) Format() Format { return s.format }
