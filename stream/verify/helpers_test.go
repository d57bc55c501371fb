package verify

import (
	"math"
	"testing"

	"go.uber.org/goleak"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/stream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noise returns an input of two channels.
func noise(frames int) *stream.Buffer {
	return &stream.Buffer{
		Format:  stream.Format{Rate: stream.Hz(8000), Channels: 2},
		Samples: dsptest.Noise[float32](1, 2*frames),
	}
}

// copier emits what it consumes, in two channels. If a chunk ends after the first at frames, fault changes what it
// emits for the next chunk, as in a processor with a bug at the edges of chunks. Unless it is honest, OutFrames returns
// what it has emitted, so that a pipeline does not notice.
type copier struct {
	at       int64
	fault    func(dst []float32) []float32
	honest   bool
	consumed int64
	emitted  int64
	pending  bool // a chunk has ended there
}

func (c *copier) Shape() dsp.Shape              { return dsp.Shape{In: 2, Out: 2, Up: 1, Down: 1} }
func (c *copier) Emitted(n int64) int64         { return n }
func (c *copier) MaxOutFrames(n int) int        { return n + 1 }
func (c *copier) Reset()                        { c.consumed, c.emitted, c.pending = 0, 0, false }
func (c *copier) Flush(dst []float32) []float32 { return dst }

func (c *copier) OutFrames(n int64) int64 {
	if c.honest {
		return n
	}
	return c.emitted
}

func (c *copier) Process(dst, src []float32) []float32 {
	before := len(dst)
	dst = append(dst, src...)
	if c.fault != nil && c.pending && len(src) > 0 {
		dst = c.fault(dst)
		c.pending = false
	}
	c.consumed += int64(len(src) / 2)
	c.pending = c.pending || len(src) > 0 && c.consumed == c.at
	c.emitted += int64((len(dst) - before) / 2)
	return dst
}

// stages returns a constructor of stages: a copier with a fault at the edge of a chunk after at frames.
func stages(at int64, fault func(dst []float32) []float32) func(...dsp.Option) ([]stream.Stage, error) {
	return func(...dsp.Option) ([]stream.Stage, error) {
		return []stream.Stage{{Name: "copy", Processor: &copier{at: at, fault: fault}}}, nil
	}
}

// whole returns the output of the stages for the input in one chunk.
func whole(t testing.TB, in *stream.Buffer, newStages func(...dsp.Option) ([]stream.Stage, error)) *stream.Buffer {
	t.Helper()
	s, err := newStages()
	if err != nil {
		t.Fatal(err)
	}
	b, err := Whole(in, s...)
	if err != nil {
		t.Fatalf("whole: got error %v, want none", err)
	}
	return b
}

// from returns the number with these bits.
func from(bits uint32) float32 { return math.Float32frombits(bits) }
