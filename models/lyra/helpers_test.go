package lyra

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"runtime/metrics"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/tflite"
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/testdata/reference"
)

func openCodec(t testing.TB) *Codec {
	t.Helper()
	c, err := Open(reference.File(t, "weights", "lyra-1.2.0"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// golden returns an array of TensorFlow Lite's results for the recording.
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

// goldenCodes returns the codes of all codebooks, which the file has as int32.
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
		t.Fatalf("got %d codes up to %d, want a multiple of %d below %d", len(codes), slices.Max(codes), Codebooks, Entries)
	}
	return codes
}

// recording returns the samples from which the golden arrays were made, in whole hops.
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

// short returns the number of hops of the golden arrays to compute: all, or a few where all would be slow.
func short(t testing.TB, all int) int {
	if cpu, err := dsp.CPU(); err != nil || cpu == "generic" || testing.Short() {
		return 25
	}
	return all
}

// within requires that got differs from want, the result of TensorFlow Lite, by at most a tolerance.
func within(t *testing.T, what string, got, want []float32, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d numbers, want %d", what, len(got), len(want))
	}
	worst := 0.0
	for i, v := range want {
		d := math.Abs(float64(got[i]) - float64(v))
		if !(d <= tolerance) {
			t.Fatalf("%s: number %d: got %g, want %g within %g", what, i, got[i], v, tolerance)
		}
		worst = max(worst, d)
	}
	t.Logf("%s: largest difference %.2g", what, worst)
}

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

// definition returns the reference of a layer for a whole input.
func definition(t testing.TB, l dsp.Referencer, x []float32) []float32 {
	y, err := l.Reference(x)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// sum returns the first bytes of a hash.
func sum(b []byte) []byte { s := sha256.Sum256(b); return s[:8] }

// hash returns the hash of numbers in hexadecimal.
func hash(x []float32) string {
	var b []byte
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return hex.EncodeToString(sum(b))
}

// allocated returns the number of bytes allocated so far.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// contained returns random codes for a number of samples at a rate, and a container of them.
func contained(t testing.TB, bitrate, rate int, samples int64) (codes, file []byte) {
	t.Helper()
	h := Header{Bitrate: bitrate, Rate: rate}
	codebooks, err := CodebooksFor(bitrate)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(uint64(bitrate), uint64(samples)))
	for range h.Hops(samples) * int64(codebooks) {
		codes = append(codes, byte(rng.IntN(Entries)))
	}
	var b bytes.Buffer
	w, err := NewWriter(&b, h)
	if err != nil {
		t.Fatal(err)
	}
	for rest := codes; len(rest) > 0; {
		n := min(rng.IntN(70)*codebooks, len(rest))
		if err := w.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := w.Close(samples); err != nil {
		t.Fatal(err)
	}
	return codes, b.Bytes()
}

// contents is the result of readAll. Damaged seconds have codes of -1 for all their hops.
type contents struct {
	codes   []int
	damaged int   // seconds
	samples int64 // by the trailer, -1 without one
	err     error // the one that ended the container
}

func (c contents) String() string {
	return fmt.Sprintf("%d codes, %d damaged seconds, %d samples, error %v", len(c.codes), c.damaged, c.samples, c.err)
}

// readAll reads a container to its end.
func readAll(t testing.TB, r io.Reader) (all contents) {
	t.Helper()
	c, err := NewReader(r)
	if err != nil {
		return contents{err: err}
	}
	for {
		part, err := c.Next()
		if d, ok := errors.AsType[*DamageError](err); ok {
			all.damaged++
			all.codes = append(all.codes, slices.Repeat([]int{-1}, d.Hops*c.Codebooks())...)
			continue
		}
		if err != nil {
			if _, again := c.Next(); again != err {
				t.Errorf("Next after the end: got error %v, want %v again", again, err)
			}
			all.samples, all.err = c.Samples(), err
			return all
		}
		for _, v := range part {
			all.codes = append(all.codes, int(v))
		}
	}
}

// differ describes the first code that differs from the one that was written. It returns "" if none differs.
func differ(got []int, want []byte) string {
	for i := range min(len(got), len(want)) {
		if got[i] != int(want[i]) {
			return fmt.Sprintf("code %d: got %d, want %d", i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		return fmt.Sprintf("got %d codes, want %d", len(got), len(want))
	}
	return ""
}

// describe describes the index at which numbers differ first.
func describe[T any](got, want []T, i int) string {
	if i >= min(len(got), len(want)) {
		return fmt.Sprintf("got %d numbers, want %d", len(got), len(want))
	}
	return fmt.Sprintf("number %d: got %v, want %v", i, got[i], want[i])
}

// wantCodes requires that got equals want.
func wantCodes(t *testing.T, what string, got, want []byte) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= min(len(got), len(want)) || got[i] != want[i] {
			t.Errorf("%s: %s", what, describe(got, want, i))
			return
		}
	}
}

// wantContents requires whole codes, no damage, a number of samples and the end of the file.
func wantContents(t *testing.T, got contents, codes []byte, samples int64) {
	t.Helper()
	if got.err != io.EOF || got.damaged != 0 || got.samples != samples {
		t.Errorf("got %v, want %d codes, no damage, %d samples, error EOF", got, len(codes), samples)
	}
	if d := differ(got.codes, codes); d != "" {
		t.Error(d)
	}
}
