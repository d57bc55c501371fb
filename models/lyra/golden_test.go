package lyra

import (
	"encoding/binary"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/models/npy"
)

func openCodec(t testing.TB) *Codec {
	t.Helper()
	c, err := Open(reference.File(t, "weights", "lyra-1.2.0"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// golden reads an array of TensorFlow Lite's results for the recording.
func golden(t testing.TB, name string) []float32 {
	t.Helper()
	f, err := os.Open(reference.File(t, "golden", "lyra", "sample1_"+name+".npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, err := npy.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return a.Float32
}

// goldenCodes reads the codes of all codebooks: an array of int32.
func goldenCodes(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile(reference.File(t, "golden", "lyra", "sample1_codes46.npy"))
	if err != nil {
		t.Fatal(err)
	}
	b = b[10+int(binary.LittleEndian.Uint16(b[8:])):]
	codes := make([]byte, len(b)/4)
	for i := range codes {
		codes[i] = byte(binary.LittleEndian.Uint32(b[4*i:]))
	}
	if len(codes)%Codebooks != 0 || slices.Max(codes) >= Entries {
		t.Fatalf("%d codes up to %d", len(codes), slices.Max(codes))
	}
	return codes
}

// recording returns the samples that the golden arrays were made of: whole hops.
func recording(t testing.TB) []float32 {
	t.Helper()
	b, err := os.ReadFile(reference.File(t, "audio", "sample1_16kHz.wav"))
	if err != nil {
		t.Fatal(err)
	}
	b = b[44:]
	samples := make([]float32, len(b)/2/Hop*Hop)
	for i := range samples {
		samples[i] = float32(int16(binary.LittleEndian.Uint16(b[2*i:]))) / 32768
	}
	return samples
}

// short returns how many hops of the golden arrays to compute: all, or few where that is slow.
func short(t testing.TB, all int) int {
	if cpu, err := dsp.CPU(); err != nil || cpu == "generic" || testing.Short() {
		return 25
	}
	return all
}

// within compares got with want.
func within(t *testing.T, what string, got, want []float32, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, must be %d", what, len(got), len(want))
	}
	worst := 0.0
	for i, v := range want {
		d := math.Abs(float64(got[i]) - float64(v))
		if !(d <= tolerance) {
			t.Fatalf("%s: number %d is %g, TensorFlow Lite has %g", what, i, got[i], v)
		}
		worst = max(worst, d)
	}
	t.Logf("%s: largest difference %.2g", what, worst)
}

func TestGoldenEncoder(t *testing.T) {
	samples, want := recording(t), golden(t, "latents")
	hops := short(t, len(samples)/Hop)
	e, err := openCodec(t).NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	within(t, "latents", e.Flush(e.Process(nil, samples[:hops*Hop])), want[:hops*Latents], 5e-4)
}

func TestGoldenDecoder(t *testing.T) {
	c := openCodec(t)
	for _, name := range []string{"unquantised", "q16", "q46"} {
		latents, want := golden(t, "latents"), golden(t, "decoded_"+name)
		if name != "unquantised" {
			latents = golden(t, "latents_"+name)
		}
		hops := short(t, len(latents)/Latents)
		d, err := c.NewDecoder()
		if err != nil {
			t.Fatal(err)
		}
		within(t, name, d.Flush(d.Process(nil, latents[:hops*Latents])), want[:hops*Hop], 5e-6)
	}
}

// TestGoldenQuantizer: latents give the codes of TensorFlow's graph, every one, and codes its sums.
func TestGoldenQuantizer(t *testing.T) {
	q := openCodec(t).NewQuantizer()
	latents, want := golden(t, "latents"), goldenCodes(t)
	for i, code := range q.Encode(nil, latents, Codebooks) {
		if code != want[i] {
			t.Errorf("frame %d, codebook %d: code %d, must be %d", i/Codebooks, i%Codebooks, code, want[i])
		}
	}
	for _, c := range []struct {
		name      string
		codebooks int
	}{{"latents_q16", 16}, {"latents_q46", 46}} {
		var codes []byte
		for frame := range len(want) / Codebooks {
			codes = append(codes, want[frame*Codebooks:][:c.codebooks]...)
		}
		if got := q.Encode(nil, latents, c.codebooks); !slices.Equal(got, codes) {
			t.Errorf("the codes of %d codebooks are not the first of %d", c.codebooks, Codebooks)
		}
		if i := dsptest.FirstDifference(q.Decode(nil, codes, c.codebooks), golden(t, c.name)); i >= 0 {
			t.Errorf("%s: number %d differs", c.name, i)
		}
	}
}

// TestGoldenCodes: from samples to codes, at least 99 of 100 are those of TensorFlow; and where a frame's first one is
// another, the two entries were nearly as far away, so that the last bits of the latents decide.
func TestGoldenCodes(t *testing.T) {
	c := openCodec(t)
	samples, want := recording(t), goldenCodes(t)
	hops := short(t, len(samples)/Hop)
	e, err := c.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	q := c.NewQuantizer()
	latents := e.Flush(e.Process(nil, samples[:hops*Hop]))
	codes := q.Encode(nil, latents, Codebooks)
	different, frames := 0, 0
	for frame := range hops {
		first := -1
		for stage := range Codebooks {
			if i := frame*Codebooks + stage; codes[i] != want[i] {
				different++
				if first < 0 {
					first = stage
				}
			}
		}
		if first < 0 {
			continue
		}
		frames++
		near := distance(q, latents[frame*Latents:][:Latents], codes[frame*Codebooks:][:first+1])
		far := distance(q, latents[frame*Latents:][:Latents], want[frame*Codebooks:][:first+1])
		if gap := math.Abs(far-near) / far; !(gap < 1e-3) {
			t.Errorf("frame %d, codebook %d: code %d, must be %d, and is nearer by %.2g of the distance",
				frame, first, codes[frame*Codebooks+first], want[frame*Codebooks+first], gap)
		}
	}
	t.Logf("%d of %d codes differ, in %d frames", different, hops*Codebooks, frames)
	if 100*different > hops*Codebooks {
		t.Errorf("%d of %d codes differ", different, hops*Codebooks)
	}
}

// distance returns how far a frame is from what codes stand for, squared.
func distance(q *Quantizer, latents []float32, codes []byte) float64 {
	sum := 0.0
	for i, v := range q.Decode(nil, codes, len(codes)) {
		d := float64(latents[i]) - float64(v)
		sum += float64(d * d)
	}
	return sum
}
