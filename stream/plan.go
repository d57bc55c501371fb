package stream

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/tailwave/tailwave/dsp"
)

const (
	// DefaultBlockFrames is the most frames of a source block if Pipeline.BlockFrames is 0. It is halved until the
	// frames that the source and every stage emit for one source block fit DefaultBlockValues. Frames that a flush
	// emits do not count: smaller blocks would not make them fewer.
	DefaultBlockFrames = 4096

	// DefaultBlockValues is the most float32 values of a block if Pipeline.BlockFrames is 0. A single source frame may
	// exceed it.
	DefaultBlockValues = 1 << 16

	// DefaultDepth is the number of blocks between two neighbours if Pipeline.Depth is 0.
	DefaultDepth = 4

	// MaxDepth is the largest Pipeline.Depth.
	MaxDepth = 1 << 16

	// maxEdgeValues is the most float32 values allocated for one edge: 1 GiB. A larger size is almost certainly a
	// mistake in BlockFrames, Depth or MaxOutFrames.
	maxEdgeValues = 1 << 28
)

// A plan describes a source and stages that fit together.
type plan struct {
	names  []string // of the stages, for errors
	edges  []edge   // edges[i] leads to stage i, the last one to the sink or to the caller of a Puller
	depth  int      // blocks per edge
	frames int64    // length that the source announces, or -1
	format Format   // on the last edge
	total  int64    // frames of the whole stream on the last edge, or -1
}

// An edge is the size of the blocks between two neighbours.
type edge struct {
	frames, channels int
}

// plan checks the pipeline and sizes its blocks.
func (p Pipeline) plan() (*plan, error) {
	pl, err := newPlan(p.Source, p.Stages, p.BlockFrames, p.Depth)
	if err == nil && p.Sink == nil {
		err = errors.New("no sink: set Pipeline.Sink")
	}
	return pl, err
}

// newPlan checks a source and its stages, and sizes the blocks. blockFrames and depth are as in a Pipeline.
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

// connect derives format and length on every edge from those of the source. It fails if the source and the stages do
// not fit together.
func connect(source Source, stages []Stage) (*plan, error) {
	if source == nil {
		return nil, errors.New("no source: it must not be nil")
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
				err := fmt.Errorf("has the processor of stage %s: create one for each stage", stageName(j, other))
				return nil, stageError(name, err)
			}
		}
		if err := protect("stage "+name, func() error { return pl.addStage(name, giver, s) }); err != nil {
			return nil, stageError(name, err)
		}
		giver = "stage " + name
	}
	return pl, nil
}

// sameState reports whether two processors are the same pointer, and so share their state. Equal values that are not
// pointers share no state, and pointers to types of size 0 may be equal although nothing is shared.
func sameState(a, b dsp.Processor) bool {
	v := reflect.ValueOf(a)
	return v.Kind() == reflect.Pointer && v.Type().Elem().Size() > 0 && a == b
}

// readSource sets the first edge from the source.
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

// addStage adds the edge after one stage.
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
			return fmt.Errorf("emits %d frames for %d: OutFrames must not be negative", pl.total, n)
		}
	}
	pl.format = format
	pl.names = append(pl.names, name)
	pl.edges = append(pl.edges, edge{channels: format.Channels})
	return nil
}

// size chooses the frames of a source block, and derives the blocks of every edge from them.
func (pl *plan) size(stages []Stage, blockFrames int) error {
	if blockFrames > 0 {
		return pl.sizeFrom(stages, blockFrames)
	}
	// The frames that flushing emits do not become fewer with smaller blocks, so modest leaves them out.
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

// modest reports whether no block exceeds DefaultBlockValues. tails are the edges for source blocks of 0 frames: what
// flushing alone emits, which does not count.
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
			// A block must also have room for what Flush alone emits.
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

// setEdge sets the frames of a block on edge i. It fails if n is negative, or if all blocks of the edge together exceed
// maxEdgeValues.
func (pl *plan) setEdge(i, n int) error {
	e := &pl.edges[i]
	e.frames = n
	if n < 0 || int64(n) > maxEdgeValues || int64(e.channels) > maxEdgeValues ||
		int64(n)*int64(e.channels) > maxEdgeValues/int64(pl.depth) {
		blocks := "blocks"
		if pl.depth == 1 {
			blocks = "block"
		}
		return fmt.Errorf("%d %s of %d frames with %d channels: must be 0 to %d values: use smaller or fewer blocks",
			pl.depth, blocks, n, e.channels, maxEdgeValues)
	}
	return nil
}
