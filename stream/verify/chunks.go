package verify

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"runtime"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/stream"
)

// Chunks is a way to run a stream: how its input is cut, and how many goroutines work on a block. Equal Chunks cut an
// input alike. The zero value cuts it into the usual blocks of a pipeline, on one goroutine for each stage.
type Chunks struct {
	// MaxFrames is the largest chunk, in frames: each has 0 to MaxFrames, as Seed draws it, but not more than a block
	// holds. 0 stands for chunks that fill a block.
	MaxFrames int

	BlockFrames int       // of the pipeline, in frames; 0 stands for its default
	Threads     int       // of the pool that the stages share; 0 stands for 1
	Seed        [2]uint64 // of the rand.PCG that draws the sizes of chunks
}

// validate reports numbers out of range.
func (c Chunks) validate() error {
	const most = 1 << 30
	if c.MaxFrames < 0 || c.MaxFrames > most {
		return fmt.Errorf("chunks of up to %d frames: must be 0 to %d", c.MaxFrames, most)
	}
	if c.Threads < 0 {
		return fmt.Errorf("%d threads: must not be negative", c.Threads)
	}
	return nil
}

// next returns the frames of the next chunk: at most room, the frames that fit into a block, and at most left.
func (c Chunks) next(rng *rand.Rand, room, left int) int {
	n := min(room, left)
	if c.MaxFrames > 0 {
		n = min(n, rng.IntN(c.MaxFrames+1))
	}
	return n
}

// Chunked returns the execution of new stages over the input, cut as c says, in a [stream.Pipeline] and with a
// [stream.Pool] of its own. Each call of the execution calls newStages, which passes the options on to the constructors
// of the processors, so that they divide their work among the pool. Several executions may share the input.
func Chunked(in *stream.Buffer, newStages func(...dsp.Option) ([]stream.Stage, error), c Chunks) Execution {
	return func(ctx context.Context, sink stream.Sink) error {
		if err := check(in); err != nil {
			return fmt.Errorf("input: %w", err)
		}
		if err := c.validate(); err != nil {
			return err
		}
		pool := stream.NewPool(max(1, c.Threads))
		defer pool.Close()
		stages, err := newStages(dsp.WithWorkers(pool))
		if err != nil {
			return err
		}
		source := &cutSource{format: in.Format, rest: in.Samples, chunks: c, rng: newRand(c.Seed)}
		_, err = stream.Pipeline{Source: source, Stages: stages, Sink: sink, BlockFrames: c.BlockFrames}.Run(ctx)
		return err
	}
}

func newRand(seed [2]uint64) *rand.Rand { return rand.New(rand.NewPCG(seed[0], seed[1])) }

// A cutSource yields frames in chunks.
type cutSource struct {
	format stream.Format
	rest   []float32 // not read yet
	chunks Chunks
	rng    *rand.Rand
}

func (s *cutSource) Format() stream.Format { return s.format }

func (s *cutSource) Read(dst []float32) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	c := s.format.Channels
	n := s.chunks.next(s.rng, len(dst)/c, len(s.rest)/c)
	s.rest = s.rest[copy(dst, s.rest[:n*c]):]
	return n, nil
}

// Random returns random Chunks for an input, without end, numbered from 0. Most of them have small chunks, some have
// large ones. Blocks have up to 8192 frames, but hold, and become, about 2^20 samples at most; want is the result for
// the input, or nil if blocks become no larger. Threads are up to twice the number of CPUs.
//
// Equal arguments return the same Chunks each time on machines with the same number of CPUs; on others Threads differ.
func Random(seed uint64, in, want *stream.Buffer) iter.Seq2[int, Chunks] {
	return func(yield func(int, Chunks) bool) {
		channels := max(1, in.Format.Channels)
		frames := len(in.Samples) / channels
		most := mostFrames(channels, in, want)
		pcg := rand.NewPCG(seed, 0)
		rng := rand.New(pcg)
		for i := 0; ; i++ {
			c := Chunks{MaxFrames: 1 + rng.IntN(1<<rng.IntN(15))}
			c.BlockFrames = 1 + rng.IntN(min(most, 1<<rng.IntN(14)))
			c.Threads = 1 + rng.IntN(2*runtime.NumCPU())
			c.Seed = state(pcg)
			if !yield(i, c) {
				return
			}
			for left := frames; left > 0; { // the next Chunks are drawn after the chunks of these
				left -= c.next(rng, c.BlockFrames, left)
			}
		}
	}
}

// blockValues is about the most samples that a random block holds, or becomes.
const blockValues = 1 << 20

// mostFrames returns how many frames of the input a block may have.
func mostFrames(channels int, in, want *stream.Buffer) int {
	n := int64(max(1, len(in.Samples)))
	larger := n
	if want != nil {
		larger = max(n, int64(len(want.Samples)))
	}
	return max(1, int(blockValues*n/larger)/channels)
}

// state returns the seeds of a generator that goes on like pcg.
func state(pcg *rand.PCG) [2]uint64 {
	b, err := pcg.MarshalBinary() // "pcg:" and the seeds
	if err != nil || len(b) != 4+16 {
		panic(fmt.Sprintf("verify: state of a rand.PCG: got %q and error %v, want 20 bytes", b, err))
	}
	return [2]uint64{binary.BigEndian.Uint64(b[4:]), binary.BigEndian.Uint64(b[12:])}
}
