package stream

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/tailwave/tailwave/dsp"
)

const (
	// DefaultBlockFrames is the most frames a source block has when Pipeline.BlockFrames is 0. It is halved until what
	// a source block gives on any edge, tails apart, fits DefaultBlockValues.
	DefaultBlockFrames = 4096

	// DefaultBlockValues bounds the float32 values of a block when Pipeline.BlockFrames is 0, as long as one source
	// frame does not give more.
	DefaultBlockValues = 1 << 16

	// DefaultDepth is the number of blocks on every edge when Pipeline.Depth is 0.
	DefaultDepth = 4

	// MaxDepth is the largest Pipeline.Depth.
	MaxDepth = 1 << 16

	// maxEdgeValues bounds the float32 values allocated for one edge: 1 GiB. More is taken for a mistake.
	maxEdgeValues = 1 << 28
)

// A plan is a source and its stages found valid: everything that has to be known before anything starts.
type plan struct {
	names  []string // of the stages, for errors
	edges  []edge   // edges[i] leads to stage i, the last one to the sink or the caller of a Puller
	depth  int      // blocks per edge
	frames int64    // that the source announces, or -1
	format Format   // of the frames on the last edge
	total  int64    // number of these frames, or -1
}

// An edge is the size of the blocks between two neighbours.
type edge struct {
	frames, channels int
}

// plan checks the pipeline and sizes its blocks.
func (p Pipeline) plan() (*plan, error) {
	pl, err := newPlan(p.Source, p.Stages, p.BlockFrames, p.Depth)
	if err == nil && p.Sink == nil {
		err = errors.New("no sink")
	}
	return pl, err
}

// newPlan checks a source and its stages, and sizes the blocks. blockFrames and depth are those of a Pipeline.
func newPlan(source Source, stages []Stage, blockFrames, depth int) (*plan, error) {
	switch {
	case blockFrames < 0:
		return nil, fmt.Errorf("block of %d frames: must not be negative", blockFrames)
	case depth < 0 || depth > MaxDepth:
		return nil, fmt.Errorf("depth of %d blocks: must be 0 to %d", depth, MaxDepth)
	}
	pl, err := connect(source, stages)
	if err != nil {
		return nil, err
	}
	if pl.depth = depth; depth == 0 {
		pl.depth = DefaultDepth
	}
	return pl, pl.size(stages, blockFrames)
}

// connect carries format and length from a source through its stages, and fails if they do not fit together.
func connect(source Source, stages []Stage) (*plan, error) {
	if source == nil {
		return nil, errors.New("no source")
	}
	pl := new(plan)
	if err := protect("source", func() error { return pl.readSource(source) }); err != nil {
		return nil, err
	}
	giver := "source"
	for i, s := range stages {
		name := stageName(i, s)
		for j, other := range stages[:i] {
			if sameState(s.Processor, other.Processor) {
				return nil, stageError(name, fmt.Errorf("has the processor of stage %s; every stage needs its own", stageName(j, other)))
			}
		}
		if err := protect("stage "+name, func() error { return pl.addStage(name, giver, s) }); err != nil {
			return nil, stageError(name, err)
		}
		giver = "stage " + name
	}
	return pl, nil
}

// sameState reports whether two processors are the same pointer. Values may be equal and yet have nothing in common,
// pointers to nothing too.
func sameState(a, b dsp.Processor) bool {
	v := reflect.ValueOf(a)
	return v.Kind() == reflect.Pointer && v.Type().Elem().Size() > 0 && a == b
}

// readSource takes format and length from the source.
func (pl *plan) readSource(s Source) error {
	f := s.Format()
	if err := f.Validate(); err != nil {
		return fmt.Errorf("source: %w", err)
	}
	rate, err := NewRate(f.Rate.Num, f.Rate.Den)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	pl.frames = FramesOf(s)
	pl.format, pl.total = Format{Rate: rate, Channels: f.Channels}, pl.frames
	pl.edges = []edge{{channels: f.Channels}}
	return nil
}

// addStage carries format and length through one stage.
func (pl *plan) addStage(name, giver string, s Stage) error {
	format, err := s.outFormat(pl.format, giver)
	if err != nil {
		return err
	}
	if pl.total >= 0 {
		if err := dsp.CheckLength(s, pl.total); err != nil {
			return err
		}
		n := pl.total
		if pl.total = s.OutFrames(n); pl.total < 0 {
			return fmt.Errorf("emits %d frames for %d: out of range", pl.total, n)
		}
	}
	pl.format = format
	pl.names = append(pl.names, name)
	pl.edges = append(pl.edges, edge{channels: format.Channels})
	return nil
}

// size chooses the frames of a source block and from them the blocks of every edge.
func (pl *plan) size(stages []Stage, blockFrames int) error {
	if blockFrames > 0 {
		return pl.sizeFrom(stages, blockFrames)
	}
	// What no input at all may give, the tails at the end of the stream, does not shrink with the block.
	if err := pl.sizeFrom(stages, 0); err != nil {
		return err
	}
	tails := append([]edge(nil), pl.edges...)
	for n := DefaultBlockFrames; ; n /= 2 {
		err := pl.sizeFrom(stages, n)
		if n == 1 || err == nil && pl.modest(tails) {
			return err
		}
	}
}

// modest says whether no block has more than DefaultBlockValues besides its tails.
func (pl *plan) modest(tails []edge) bool {
	for i, e := range pl.edges {
		if int64(e.frames-tails[i].frames)*int64(e.channels) > DefaultBlockValues {
			return false
		}
	}
	return true
}

// sizeFrom computes the blocks of every edge for source blocks of n frames.
func (pl *plan) sizeFrom(stages []Stage, n int) error {
	if err := pl.setEdge(0, n); err != nil {
		return fmt.Errorf("source: %w", err)
	}
	for i, name := range pl.names {
		var out int
		in := pl.edges[i].frames
		err := protect("stage "+name, func() error {
			// A block also has to take what Flush alone gives.
			out = max(stages[i].MaxOutFrames(in), stages[i].MaxOutFrames(0))
			return nil
		})
		if err != nil {
			return err
		}
		if err := pl.setEdge(i+1, out); err != nil {
			return stageError(name, err)
		}
	}
	return nil
}

// setEdge records blocks of n frames for edge i, unless they would take an absurd amount of memory.
func (pl *plan) setEdge(i, n int) error {
	e := &pl.edges[i]
	e.frames = n
	if n < 0 || int64(n) > maxEdgeValues || int64(e.channels) > maxEdgeValues ||
		int64(n)*int64(e.channels) > maxEdgeValues/int64(pl.depth) {
		blocks := "blocks"
		if pl.depth == 1 {
			blocks = "block"
		}
		return fmt.Errorf("%d %s of %d frames with %d channels: more than %d values",
			pl.depth, blocks, n, e.channels, maxEdgeValues)
	}
	return nil
}
