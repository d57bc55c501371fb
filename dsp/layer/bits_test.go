package layer_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/testdata/recorded"
)

// TestBits compares the SHA-256 of outputs with recorded ones. Run it for every available target and processor feature.
// A difference means that an operation is fused, or not fused, in the wrong place, or that the arithmetic has changed.
// These hashes must never change.
func TestBits(t *testing.T) {
	for part, compute := range map[string]func(*testing.T) map[string]string{
		"operator": operatorBits, "layers": layerBits,
	} {
		t.Run(part, func(t *testing.T) { recorded.Check(t, part, compute(t)) })
	}
}

func operatorBits(t *testing.T) map[string]string {
	hashes := map[string]string{}
	for i, c := range transpositions {
		g := c.geometry(t)
		want := transposedHash[float32](t, g, uint64(i))
		hashes[c.name+" float32"] = want
		for _, level := range kernel.Levels() {
			if got := transposedHash[float32](t, g, uint64(i), layer.AtLevel(level)); got != want {
				t.Errorf("%s at level %v: got hash %.12s, want %.12s", c.name, level, got, want)
			}
		}
		hashes[c.name+" float64"] = transposedHash[float64](t, g, uint64(i))
	}
	wide := transposed(64, 32, 1, 16, 8, 1)
	wide.Left, wide.Right = 4, 4
	hashes["vocoder 64->32 16/8 float32"] = transposedHash[float32](t, wide, 99)
	return hashes
}

func transposedHash[T dsp.Float](t *testing.T, g layer.TransposeGeometry, seed uint64, options ...layer.Option) string {
	t.Helper()
	filters := dsptest.Noise[T](seed, g.Kernel*g.Out*g.In/g.Groups)
	u := newConvTranspose1D(t, g, filters, dsptest.Noise[T](seed+1000, g.Out), options...)
	return hash(t, inChunks(u.NewStream(), dsptest.Noise[T](seed+2000, 50*g.In), 50))
}

// layerBits hashes the results of Reference, and expects the same of streams at every level.
func layerBits(t *testing.T) map[string]string {
	hashes := map[string]string{}
	type built interface {
		Reference(src []float32) ([]float32, error)
	}
	add := func(name string, src []float32, build func(layer.Option) (built, dsp.Processor)) {
		for _, level := range kernel.Levels() {
			l, p := build(layer.AtLevel(level))
			out, err := l.Reference(src)
			if err != nil {
				t.Fatal(err)
			}
			if level == kernel.Generic {
				hashes[name] = hash(t, out)
			}
			if got := hash(t, out); got != hashes[name] {
				t.Errorf("%s: Reference at level %v: got hash %.12s, want %.12s", name, level, got, hashes[name])
			}
			if got := hash(t, inChunks(p, src, 60)); got != hashes[name] {
				t.Errorf("%s: stream at level %v: got hash %.12s, want %.12s", name, level, got, hashes[name])
			}
		}
	}
	for i, c := range convolutions {
		seed := uint64(300 + i)
		filters := dsptest.Noise[float32](seed, c.g.Kernel*c.g.Out*c.g.In/c.g.Groups)
		bias := dsptest.Noise[float32](seed+1000, c.g.Out)
		add(c.name, dsptest.Noise[float32](seed+2000, 60*c.g.In), func(at layer.Option) (built, dsp.Processor) {
			l := c.build(t, filters, bias, at)
			return l, l.NewStream()
		})
	}
	g := transposed(256, 24, 1, 16, 8, 1)
	g.Left, g.Right = 4, 4
	filters, bias := transposeWeights[float32](g, 1)
	add("transposed 256->24 16/8", dsptest.Noise[float32](3, 20*256), func(at layer.Option) (built, dsp.Processor) {
		u := newConvTranspose1D(t, g, filters, bias, at,
			layer.PreActivation(layer.LeakyReLU(0.1)), layer.PostActivation(layer.Tanh()))
		return u, u.NewStream()
	})
	return hashes
}

func hash[T dsp.Float](t *testing.T, x []T) string {
	t.Helper()
	h := sha256.New()
	if err := binary.Write(h, binary.LittleEndian, x); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}
