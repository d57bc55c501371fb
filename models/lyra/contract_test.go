package lyra

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/tflite"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/testdata/recorded"
	"github.com/tailwave/tailwave/testdata/reference"
)

func readGraph(t testing.TB, name string) *tflite.Model {
	t.Helper()
	b, err := os.ReadFile(reference.File(t, "weights", "lyra-1.2.0", name))
	if err != nil {
		t.Fatal(err)
	}
	m, err := tflite.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A plain network is computed layer by layer on whole arrays with the one-shot operators, with the weights in the order in
// which the graph computes.
type plain struct {
	t         testing.TB
	graph     *tflite.Graph
	operators []tflite.Operator
}

func newPlain(t testing.TB, m *tflite.Model) *plain {
	p := &plain{t: t, graph: m.Graphs[0]}
	for _, o := range m.Graphs[0].Operators {
		if o.Kind == tflite.Conv2D || o.Kind == tflite.DepthwiseConv2D || o.Kind == tflite.TransposeConv {
			p.operators = append(p.operators, o)
		}
	}
	return p
}

// take returns the filters, [out, taps, in], and the bias of the next layer.
func (p *plain) take() (filters, bias []float32) {
	o := p.operators[0]
	p.operators = p.operators[1:]
	b := 2
	if o.Kind == tflite.TransposeConv {
		b = 3
	}
	filters, err := p.graph.Tensors[o.Inputs[1]].Float32s()
	if err == nil {
		bias, err = p.graph.Tensors[o.Inputs[b]].Float32s()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return filters, bias
}

func (p *plain) conv(x []float32, in, out, groups, kernel, stride, dilation int) []float32 {
	filters, bias := p.take()
	if groups == 1 || groups < in {
		filters = tapsFirst(filters, out, kernel, in/groups)
	}
	l, err := layer.NewConv1D(layer.ConvGeometry{
		In: in, Out: out, Groups: groups, Kernel: kernel, Stride: stride, Dilation: dilation, Left: (kernel-1)*dilation + 1 - stride,
	}, filters, bias)
	if err != nil {
		p.t.Fatal(err)
	}
	return definition(p.t, l, x)
}

func (p *plain) up(x []float32, in, out, groups, kernel, stride int) []float32 {
	all, bias := make([]float32, kernel*out*in/groups), []float32{}
	for g := range groups {
		f, b := p.take()
		f = tapsFirst(f, out/groups, kernel, in/groups)
		for tap := range kernel {
			n := out / groups * in / groups
			copy(all[(tap*groups+g)*n:], f[tap*n:][:n])
		}
		bias = append(bias, b...)
	}
	g, err := layer.TransposeGeometry{In: in, Out: out, Groups: groups, Kernel: kernel, Stride: stride}.Causal()
	if err != nil {
		p.t.Fatal(err)
	}
	l, err := layer.NewConvTranspose1D(g, all, bias)
	if err != nil {
		p.t.Fatal(err)
	}
	return definition(p.t, l, x)
}

// definition returns the reference of a layer for a whole input.
func definition(t testing.TB, l dsp.Referencer, x []float32) []float32 {
	y, err := l.Reference(x)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

func (p *plain) residuals(x []float32, channels int) []float32 {
	leaky := layer.LeakyReLU(0.3)
	for _, dilation := range []int{1, 3, 9} {
		y := p.conv(leaky.Apply(x), channels, channels, channels, 3, 1, dilation)
		y = leaky.Apply(p.conv(y, channels, channels, 1, 1, 1, 1))
		y = p.conv(y, channels, channels, channels/64, 1, 1, 1)
		for i := range y {
			y[i] += x[i]
		}
		x = y
	}
	return leaky.Apply(x)
}

func plainDecoder(t testing.TB, m *tflite.Model, x []float32) []float32 {
	p := newPlain(t, m)
	x = layer.LeakyReLU(0.3).Apply(p.conv(x, 64, 512, 4, 3, 1, 1))
	x = p.residuals(p.up(x, 512, 256, 4, 4, 2), 256)
	x = p.residuals(p.up(x, 256, 128, 2, 4, 2), 128)
	x = p.residuals(p.up(x, 128, 64, 1, 10, 5), 64)
	return p.up(x, 64, 1, 1, 64, 16)
}

func plainEncoder(t testing.TB, m *tflite.Model, x []float32) []float32 {
	p := newPlain(t, m)
	x = append(slices.Clone(x), make([]float32, (Hop-len(x)%Hop)%Hop)...)
	x = p.residuals(p.conv(x, 1, 64, 1, 64, 16, 1), 64)
	x = p.residuals(p.conv(x, 64, 128, 1, 10, 5, 1), 128)
	x = p.residuals(p.conv(x, 128, 256, 2, 4, 2, 1), 256)
	x = layer.LeakyReLU(0.3).Apply(p.conv(x, 256, 512, 4, 4, 2, 1))
	return p.conv(x, 512, 64, 4, 3, 1, 1)
}

func TestDecoderContract(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: the one-shot operators are slow")
	}
	c, m := openCodec(t), readGraph(t, DecoderFile)
	pool := stream.NewPool(2)
	t.Cleanup(pool.Close)
	dsptest.Check(t, dsptest.Contract[float32]{
		New: func() dsptest.Streamer[float32] {
			p, err := c.NewDecoder(dsp.WithWorkers(pool))
			if err != nil {
				t.Fatal(err)
			}
			return p
		},
		Reference: func(src []float32) []float32 { return plainDecoder(t, m, src) },
		Frames:    28,
		Blocks:    []int{hops},
	})
}

func TestEncoderContract(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: the one-shot operators are slow")
	}
	c, m := openCodec(t), readGraph(t, EncoderFile)
	dsptest.Check(t, dsptest.Contract[float32]{
		New: func() dsptest.Streamer[float32] {
			p, err := c.NewEncoder()
			if err != nil {
				t.Fatal(err)
			}
			return p
		},
		Reference: func(src []float32) []float32 { return plainEncoder(t, m, src) },
		Frames:    9*Hop + 17,
		Blocks:    []int{Hop, 16},
		Waits:     true, // for the hop to be complete
	})
}

// TestBits compares hashes of what the codec turns the recording into: the same for every level of instructions and every
// target.
func TestBits(t *testing.T) {
	c := openCodec(t)
	e, err := c.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	d, err := c.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	q := c.NewQuantizer()
	latents := e.Process(nil, recording(t)[20*Hop:45*Hop])
	codes := q.Encode(nil, latents, Codebooks)
	recorded.Check(t, "lyra", map[string]string{
		"latents": hash(latents),
		"codes":   hex.EncodeToString(sum(codes)),
		"samples": hash(d.Process(nil, q.Decode(nil, codes, Codebooks))),
	})
}

func sum(b []byte) []byte { s := sha256.Sum256(b); return s[:8] }

func hash(x []float32) string {
	var b []byte
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return hex.EncodeToString(sum(b))
}

// TestQuantizerPackets: frames are independent of each other, and codes do not depend on how many come at a time.
func TestQuantizerPackets(t *testing.T) {
	q := openCodec(t).NewQuantizer()
	latents := golden(t, "latents")[:50*Latents]
	want := q.Encode(nil, latents, 30)
	for _, n := range []int{1, 7, 8, 9, 49} {
		got := []byte{}
		for part := range slices.Chunk(latents, n*Latents) {
			got = q.Encode(got, part, 30)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d frames at a time give other codes", n)
		}
	}
	latents[0] = float32(math.NaN())
	if got := q.Encode(nil, latents, 30); !slices.Equal(got[30:], want[30:]) || slices.Max(got) >= Entries {
		t.Error("NaN in a frame changes others, or gives what is no code")
	}
}

// TestSharedWeights: further streams share the weights, keep little, and run at the same time.
func TestSharedWeights(t *testing.T) {
	c := openCodec(t)
	latents := golden(t, "latents")[:40*Latents]
	d, err := c.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	want := d.Process(nil, latents)
	weights, state := d.(dsp.Sizer).Memory()
	if weights > 6<<20 || state > 256<<10 {
		t.Errorf("%d bytes of weights, %d of a stream", weights, state)
	}
	streams := make([]dsp.Processor, 16)
	least := uint64(math.MaxUint64)
	for range 3 { // the runtime allocates now and then, too
		before := allocated()
		for i := range streams {
			if streams[i], err = c.NewDecoder(); err != nil {
				t.Fatal(err)
			}
		}
		least = min(least, (allocated()-before)/uint64(len(streams)))
	}
	t.Logf("%d bytes allocated for each further stream", least)
	if !raceDetector && least > 256<<10 { // the detector allocates too
		t.Errorf("%d bytes allocated for each further stream", least)
	}
	var wg sync.WaitGroup
	for _, p := range streams {
		wg.Go(func() {
			if i := dsptest.FirstDifference(p.Process(nil, latents), want); i >= 0 {
				t.Errorf("sample %d differs between streams", i)
			}
		})
	}
	wg.Wait()
}
