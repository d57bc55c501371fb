package dsp_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

var record = flag.Bool("record-bits", false, "write testdata/bits.json instead of comparing with it")

const bitsPath = "../testdata/bits.json"

// TestBits compares the SHA-256 of outputs with those recorded in testdata/bits.json. It is run for every target and
// processor feature at hand: a difference is a fused or unfused operation where there should not be one, or a change of
// the arithmetic. The operator's hashes are never to change.
func TestBits(t *testing.T) {
	got := map[string]map[string]string{"operator": operatorBits(t), "resampler": resamplerBits(t), "coefficients": coefficientBits(t)}
	if *record {
		data, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.FromSlash(bitsPath), append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(filepath.FromSlash(bitsPath))
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]map[string]string
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	for part, cases := range got {
		if len(cases) != len(want[part]) {
			t.Errorf("%s: %d cases, %d are recorded", part, len(cases), len(want[part]))
		}
		for name, hash := range cases {
			if want[part][name] != hash {
				t.Errorf("%s %s: hash %.12s, recorded %.12s", part, name, hash, want[part][name])
			}
		}
	}
}

func operatorBits(t *testing.T) map[string]string {
	hashes := map[string]string{}
	for i, c := range geometries {
		g, err := c.trim(dsp.Geometry{In: c.in, Out: c.out, Groups: c.groups, Kernel: c.kernel, Stride: c.stride, Dilation: c.dila})
		if err != nil {
			t.Fatal(err)
		}
		hashes[c.name+" float32"] = upsamplerHash[float32](t, g, uint64(i))
		hashes[c.name+" float64"] = upsamplerHash[float64](t, g, uint64(i))
	}
	wide := dsp.Geometry{In: 64, Out: 32, Groups: 1, Kernel: 16, Stride: 8, Dilation: 1, Left: 4, Right: 4}
	hashes["vocoder 64->32 16/8 float32"] = upsamplerHash[float32](t, wide, 99)
	return hashes
}

func upsamplerHash[T dsp.Float](t *testing.T, g dsp.Geometry, seed uint64) string {
	filters := dsptest.Noise[T](seed, g.Kernel*g.Out*g.In/g.Groups)
	u, err := dsp.NewUpsampler(g, filters, dsptest.Noise[T](seed+1000, g.Out))
	if err != nil {
		t.Fatal(err)
	}
	return hash(t, u.Flush(u.Process(nil, dsptest.Noise[T](seed+2000, 50*g.In))))
}

func resamplerBits(t *testing.T) map[string]string {
	hashes := map[string]string{}
	for _, rates := range append([][2]int{{44100, 44101}, {48000, 47999}}, ratePairs...) {
		for _, q := range []dsp.Quality{dsp.Best, dsp.High, dsp.Fast} {
			r, err := dsp.NewResampler(rates[0], rates[1], 2, q, nil)
			if err != nil {
				t.Fatal(err)
			}
			hashes[fmt.Sprintf("%d->%d %v", rates[0], rates[1], q)] = hash(t, r.Flush(r.Process(nil, dsptest.Noise[float32](5, 2*600))))
		}
	}
	return hashes
}

// coefficientBits hashes float64 values, in which a difference shows that rounding to float32 would mostly hide.
func coefficientBits(t *testing.T) map[string]string {
	hashes := map[string]string{"sinPi and I0": hash(t, dsp.ElementaryGrid())}
	for _, rates := range ratePairs {
		for _, q := range []dsp.Quality{dsp.Best, dsp.High, dsp.Fast} {
			r, err := dsp.NewResampler(rates[0], rates[1], 1, q, nil)
			if err != nil {
				t.Fatal(err)
			}
			hashes[fmt.Sprintf("%d->%d %v", rates[0], rates[1], q)] = hash(t, r.Filter())
		}
		hashes[fmt.Sprintf("%d->%d interpolated", rates[0], rates[1])] = hash(t, dsp.InterpolatedCoefficients(rates[0], rates[1]))
	}
	return hashes
}

func hash[T dsp.Float](t *testing.T, x []T) string {
	h := sha256.New()
	if err := binary.Write(h, binary.LittleEndian, x); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}
