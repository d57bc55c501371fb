package verify

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/tailwave/tailwave/stream"
)

// TestAgainst: each kind of fault of a processor at the edge of a chunk is found in the right frame. The last chunk of
// 100 frames begins with frame 80.
func TestAgainst(t *testing.T) {
	inf, none := math.Inf(1), Difference{Channels: 2, Samples: 200}
	missing := Difference{Channels: 2, Samples: 200, Bits: 64, Abs: inf, ULP: math.MaxUint64, First: 99, Missing: 2}
	extra := Difference{Channels: 2, Samples: 202, Bits: 64, Abs: inf, ULP: math.MaxUint64, First: 100, Extra: 2}
	for _, c := range []struct {
		name  string
		x     float32 // second sample of frame 80
		fault func(dst []float32) []float32
		want  Difference
	}{
		{"none", 1, nil, none},
		{"a bit", 1, func(dst []float32) []float32 { dst[1] = from(0x3F800001); return dst },
			Difference{Channels: 2, Samples: 200, Bits: 1, Abs: 1.0 / (1 << 23), ULP: 1, First: 80}},
		{"a frame too many", 1, func(dst []float32) []float32 { return append(dst, 7, 8) }, extra},
		{"a frame too few", 1, func(dst []float32) []float32 { return dst[:len(dst)-2] }, missing},
		{"another NaN", from(0x7FC00000), func(dst []float32) []float32 { dst[1] = from(0xFFC12345); return dst }, none},
		{"-0", 0, func(dst []float32) []float32 { dst[1] = from(1 << 31); return dst },
			Difference{Channels: 2, Samples: 200, Bits: 1, First: 80}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := noise(100)
			in.Samples[161] = c.x
			want := whole(t, in, stages(80, c.fault))
			got, err := Against(t.Context(), Chunked(in, stages(80, c.fault), Chunks{BlockFrames: 40}), want)
			if err != nil || got != c.want {
				t.Errorf("got %+v and error %v, want %+v", got, err, c.want)
			}
			// Without an edge of a chunk there, the fault does not show.
			got, err = Against(t.Context(), Chunked(in, stages(80, c.fault), Chunks{BlockFrames: 30}), want)
			if err != nil || got != none {
				t.Errorf("other chunks: got %+v and error %v, want %+v", got, err, none)
			}
		})
	}
	t.Run("a frame inserted", func(t *testing.T) {
		in := noise(100)
		insert := func(dst []float32) []float32 { return slices.Insert(dst, 0, 7, 8) }
		want := whole(t, in, stages(40, insert))
		got, err := Against(t.Context(), Chunked(in, stages(40, insert), Chunks{BlockFrames: 40}), want)
		if err != nil || got.First != 40 || got.Extra != 2 || got.Missing != 0 || got.Samples != 202 {
			t.Errorf("got %+v and error %v, want differing bits from frame 40 on, of 202 samples, 2 of them extra", got, err)
		}
	})
}

// writes returns an execution that writes blocks in a format and closes the sink with cause.
func writes(f stream.Format, cause error, blocks ...[]float32) Execution {
	return func(_ context.Context, sink stream.Sink) error {
		if err := sink.Open(f, -1); err != nil {
			return err
		}
		for _, b := range blocks {
			if err := sink.Write(b); err != nil {
				return err
			}
		}
		if err := sink.Close(cause); err != nil {
			return err
		}
		return cause
	}
}

// TestExecutions: the difference of two executions is that of their streams, however they are cut into blocks.
func TestExecutions(t *testing.T) {
	f := stream.Format{Rate: stream.Hz(8000), Channels: 2}
	reducible := stream.Format{Rate: stream.Rate{Num: 16000, Den: 2}, Channels: 2}
	x := noise(50).Samples
	wrong := slices.Clone(x)
	wrong[33]++
	for _, c := range []struct {
		name      string
		got, want [][]float32
	}{
		{"nothing", nil, nil},
		{"equal", [][]float32{x[:10], nil, x[10:]}, [][]float32{x}},
		{"a wrong sample", [][]float32{wrong[:32], wrong[32:]}, [][]float32{x}},
		{"frames missing", [][]float32{x[:10], x[10:80]}, [][]float32{x}},
		{"frames missing after an empty block", [][]float32{x[:10], {}}, [][]float32{x}},
		{"extra frames", [][]float32{x[:80], x[80:]}, [][]float32{x[:60]}},
		{"extra blocks", [][]float32{x[:20], x[20:22], x[22:]}, [][]float32{x[:20]}},
		{"nothing against frames", nil, [][]float32{x}},
		{"frames against nothing", [][]float32{x}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := Compare(2, slices.Concat(c.got...), slices.Concat(c.want...))
			got, err := Executions(t.Context(), writes(reducible, nil, c.got...), writes(f, nil, c.want...))
			if err != nil || got != want {
				t.Errorf("got %+v and error %v, want %+v", got, err, want)
			}
		})
	}
}

// TestExecutionsTwice: executions compute the same stream each time, also at the same time, and equal themselves.
func TestExecutionsTwice(t *testing.T) {
	in := noise(300)
	e := Chunked(in, stages(0, nil), Chunks{MaxFrames: 9, BlockFrames: 7, Threads: 2})
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			d, err := Executions(t.Context(), e, e)
			if want := (Difference{Channels: 2, Samples: 600}); err != nil || d != want {
				t.Errorf("got %+v and error %v, want %+v", d, err, want)
			}
		})
	}
	group.Wait()
}

// TestAgainstMemory: blocks are compared when they are written and not kept, so their number costs no memory.
func TestAgainstMemory(t *testing.T) {
	f := stream.Format{Rate: stream.Hz(8000), Channels: 1}
	want := &stream.Buffer{Format: f, Samples: make([]float32, 1<<16)}
	allocations := func(blocks int) float64 {
		return testing.AllocsPerRun(3, func() {
			d, err := Against(t.Context(), func(_ context.Context, sink stream.Sink) error {
				err := sink.Open(f, -1)
				for range blocks {
					err = errors.Join(err, sink.Write(want.Samples[:64]))
				}
				return errors.Join(err, sink.Close(nil))
			}, want)
			if err != nil || d.Samples != 1<<16 {
				t.Fatalf("got %+v and error %v, want %d samples", d, err, 1<<16)
			}
		})
	}
	if few, many := allocations(1), allocations(1000); many > few {
		t.Errorf("allocations for 1000 blocks: got %v, want %v, as for one", many, few)
	}
}
