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

// Chunks says how to cut the input of a stream, and how many goroutines work on a block. Equal Chunks cut an input in
// the same way. The zero value cuts it into the default blocks of a pipeline, with one goroutine per stage.
type Chunks struct {
	// MaxFrames is the largest chunk, in frames, up to 2^30. The size of each chunk is drawn from 0 to MaxFrames, and
	// limited to a block. 0 means that every chunk fills a block.
	MaxFrames int

	BlockFrames int       // Pipeline.BlockFrames, in frames; 0 means its default
	Threads     int       // size of the pool that the stages share; 0 means 1
	Seed        [2]uint64 // seeds of the rand.PCG that draws the sizes of the chunks
}

// validate returns an error for a number out of range.
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

// next returns the frames of the next chunk: at most room, the frames of a block, and at most left, those not read yet.
func (c Chunks) next(rng *rand.Rand, room, left int) int {
	n := min(room, left)
	if c.MaxFrames > 0 {
		n = min(n, rng.IntN(c.MaxFrames+1))
	}
	return n
}

// Chunked returns an execution that runs stages over the input, cut as c says, in a [stream.Pipeline] with a
// [stream.Pool] of its own. Each call of the execution calls newStages for new stages. newStages passes its options to
// the constructors of the processors, so that they divide their work among the goroutines of the pool. Several
// executions may share the input.
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

// A cutSource returns frames in chunks.
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

// Random returns an endless sequence of random Chunks for the input in, numbered from 0. Most have small chunks, some
// have large ones. Threads is at most twice the number of CPUs.
//
// BlockFrames is at most 8192, and less where a block of the input or of the output would hold more than about 2^20
// samples. The size of output blocks follows from want, the result for the input; if want is nil, they are assumed to
// be no larger than those of the input.
//
// Equal arguments return the same sequence on machines with the same number of CPUs. On other machines only Threads
// differs.
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
			for left := frames; left > 0; { // advance pcg past the chunks that these Chunks draw
				left -= c.next(rng, c.BlockFrames, left)
			}
		}
	}
}

// blockValues is about the most samples that a random block holds, of the input or of the output.
const blockValues = 1 << 20

// mostFrames returns the most frames of the input that a block may hold.
func mostFrames(channels int, in, want *stream.Buffer) int {
	n := int64(max(1, len(in.Samples)))
	larger := n
	if want != nil {
		larger = max(n, int64(len(want.Samples)))
	}
	return max(1, int(blockValues*n/larger)/channels)
}

// state returns the seeds of a generator that continues like pcg.
func state(pcg *rand.PCG) [2]uint64 {
	b, err := pcg.MarshalBinary() // "pcg:" and the seeds
	if err != nil || len(b) != 4+16 {
		panic(fmt.Sprintf("verify: state of a rand.PCG: got %q and error %v, want 20 bytes", b, err))
	}
	return [2]uint64{binary.BigEndian.Uint64(b[4:]), binary.BigEndian.Uint64(b[12:])}
}
