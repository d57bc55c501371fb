package verify

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/stream"
)

// sizes reads a source to its end in blocks and returns the frames of each read.
func sizes(t *testing.T, in *stream.Buffer, c Chunks, block int) []int {
	t.Helper()
	s := &cutSource{format: in.Format, rest: in.Samples, chunks: c, rng: newRand(c.Seed)}
	dst := make([]float32, block*in.Format.Channels)
	var got []int
	var all []float32
	for {
		n, err := s.Read(dst)
		if errors.Is(err, io.EOF) {
			break
		}
		got = append(got, n)
		all = append(all, dst[:n*in.Format.Channels]...)
	}
	if !slices.Equal(all, in.Samples) {
		t.Error("samples: got others than the input, want the same")
	}
	return got
}

// TestChunkSizes: chunks have every size from 0 to MaxFrames, as the seed draws them, and no more than a block. Without
// MaxFrames they fill the block.
func TestChunkSizes(t *testing.T) {
	in := noise(1000)
	for _, c := range []struct {
		chunks Chunks
		block  int
		want   []int // sizes that occur
	}{
		{Chunks{MaxFrames: 3}, 100, []int{0, 1, 2, 3}},
		{Chunks{MaxFrames: 3}, 2, []int{0, 1, 2}},
		{Chunks{MaxFrames: 1}, 100, []int{0, 1}},
		{Chunks{}, 250, []int{250}},
		{Chunks{}, 300, []int{100, 300}},
	} {
		t.Run(fmt.Sprintf("%d in %d", c.chunks.MaxFrames, c.block), func(t *testing.T) {
			got := sizes(t, in, c.chunks, c.block)
			if again := sizes(t, in, c.chunks, c.block); !slices.Equal(got, again) {
				t.Error("again: got other chunks, want the same")
			}
			other := c.chunks
			other.Seed[1] = 1
			if same := slices.Equal(got, sizes(t, in, other, c.block)); same != (c.chunks.MaxFrames == 0) {
				t.Errorf("chunks of another seed: got equal %v, want %v", same, !same)
			}
			slices.Sort(got)
			if got = slices.Compact(got); !slices.Equal(got, c.want) {
				t.Errorf("sizes: got %v, want %v", got, c.want)
			}
		})
	}
}

// first returns the first n random chunks.
func first(n int, seed uint64, in, want *stream.Buffer) []Chunks {
	var list []Chunks
	for i, c := range Random(seed, in, want) {
		if i == n {
			break
		}
		list = append(list, c)
	}
	return list
}

// TestRandom: the same seed always draws the same Chunks, and another seed different ones. All are in range and differ
// from one another.
func TestRandom(t *testing.T) {
	in := noise(500)
	list := first(300, 1, in, nil)
	if again := first(300, 1, in, nil); !slices.Equal(list, again) {
		t.Error("again: got other chunks, want the same")
	}
	if other := first(300, 2, in, nil); other[0] == list[0] || other[0].Seed == list[0].Seed {
		t.Errorf("another seed: got %+v, want others", other[0])
	}
	seeds, total := map[[2]uint64]bool{}, 0
	for i, c := range list {
		if c.MaxFrames < 1 || c.MaxFrames > 1<<14 || c.BlockFrames < 1 || c.BlockFrames > 1<<13 ||
			c.Threads < 1 || c.Threads > 2*runtime.NumCPU() {
			t.Errorf("chunks %d: got %+v, out of range", i, c)
		}
		seeds[c.Seed] = true
		total += len(sizes(t, in, c, c.BlockFrames))
	}
	if len(seeds) != len(list) || total < 10*len(list) {
		t.Errorf("got %d seeds and %d chunks, want %d and at least %d", len(seeds), total, len(list), 10*len(list))
	}
}

// TestRandomGoesOn: Chunks are drawn after the chunk sizes of the Chunks before, so that one generator that draws both
// in turn draws the same.
func TestRandomGoesOn(t *testing.T) {
	in := noise(500)
	list := first(20, 7, in, nil)
	rng := newRand([2]uint64{7, 0})
	for i, want := range list {
		got := Chunks{MaxFrames: 1 + rng.IntN(1<<rng.IntN(15)), BlockFrames: 1 + rng.IntN(1<<rng.IntN(14)), Seed: want.Seed}
		got.Threads = 1 + rng.IntN(2*runtime.NumCPU())
		if got != want {
			t.Fatalf("chunks %d: got %+v, want %+v", i, want, got)
		}
		for range sizes(t, in, want, want.BlockFrames) {
			rng.IntN(want.MaxFrames + 1)
		}
	}
}

// TestRandomBlocks: blocks of the input and of the output have about 2^20 samples at most.
func TestRandomBlocks(t *testing.T) {
	wide := &stream.Buffer{Format: stream.Format{Rate: stream.Hz(1), Channels: 1 << 15}, Samples: make([]float32, 1<<16)}
	mono := &stream.Buffer{Format: stream.Format{Rate: stream.Hz(1), Channels: 1}, Samples: make([]float32, 4)}
	for name, c := range map[string]struct {
		in, want *stream.Buffer
		most     int
	}{
		"large frames":  {wide, nil, 32},
		"large results": {mono, wide, 64},
		"one frame":     {&stream.Buffer{Format: stream.Format{Rate: stream.Hz(1), Channels: 1 << 21}}, nil, 1},
		"small":         {mono, mono, 1 << 13},
	} {
		t.Run(name, func(t *testing.T) {
			largest := 0
			for _, chunks := range first(3000, 1, c.in, c.want) {
				largest = max(largest, chunks.BlockFrames)
			}
			if largest > c.most || 10*largest < 9*c.most {
				t.Errorf("largest block: got %d frames, want about %d and not more", largest, c.most)
			}
		})
	}
}

// TestChunkedRuns: an execution uses the block size and the threads of its chunks.
func TestChunkedRuns(t *testing.T) {
	in := noise(100)
	for threads, size := range map[int]int{0: 1, 1: 1, 3: 3} {
		t.Run(fmt.Sprint(threads, " threads"), func(t *testing.T) {
			largest, workers := 0, 0
			newStages := func(options ...dsp.Option) ([]stream.Stage, error) {
				workers = dsp.WorkersOf(options...).Size()
				p := dsp.Map(2, 2, func(dst, src []float32) { largest = max(largest, len(src)/2); copy(dst, src) })
				return []stream.Stage{{Processor: p}}, nil
			}
			d, err := Against(t.Context(), Chunked(in, newStages, Chunks{BlockFrames: 17, Threads: threads}), in)
			if err != nil || !d.Identical() {
				t.Errorf("got %v and error %v, want identical", d, err)
			}
			if largest != 17 || workers != size {
				t.Errorf("got blocks of %d frames and %d workers, want 17 and %d", largest, workers, size)
			}
		})
	}
}

// TestChunkedErrors: numbers out of range are errors, and so is an input that is not whole frames.
func TestChunkedErrors(t *testing.T) {
	in := noise(1)
	half := &stream.Buffer{Format: in.Format, Samples: in.Samples[:1]}
	chunked := func(in *stream.Buffer, c Chunks) Execution { return Chunked(in, stages(0, nil), c) }
	for text, e := range map[string]Execution{
		"got: chunks of up to -1 frames: must be 0 to 1073741824":         chunked(in, Chunks{MaxFrames: -1}),
		"got: chunks of up to 1073741825 frames: must be 0 to 1073741824": chunked(in, Chunks{MaxFrames: 1<<30 + 1}),
		"got: -1 threads: must not be negative":                           chunked(in, Chunks{Threads: -1}),
		"got: pipeline: block of -1 frames: must not be negative":         chunked(in, Chunks{BlockFrames: -1}),
		"got: input: 1 values: not whole frames of 2 channels":            chunked(half, Chunks{}),
	} {
		t.Run(text, func(t *testing.T) {
			if _, err := Against(t.Context(), e, in); fmt.Sprint(err) != text {
				t.Errorf("got error %v, want %s", err, text)
			}
		})
	}
}
