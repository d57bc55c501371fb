package lyra

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/testdata/recorded"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestOpenFS requires that OpenFS opens the same codec as Open, by the name of the folder and of a file.
func TestOpenFS(t *testing.T) {
	want, err := openCodec(t).Silence()
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, name := range []string{EncoderFile, QuantizerFile, DecoderFile} {
		b, err := os.ReadFile(reference.File(t, "weights", "lyra-1.2.0", name))
		if err != nil {
			t.Fatal(err)
		}
		files["codec/"+name] = &fstest.MapFile{Data: b}
	}
	for _, name := range []string{"codec", "codec/" + QuantizerFile} {
		t.Run(name, func(t *testing.T) {
			c, err := OpenFS(files, name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.Silence()
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("latents of silence: got %v, want %v", got, want)
			}
		})
	}
}

// TestOpenErrors requires that the error begins with the file that is wrong.
func TestOpenErrors(t *testing.T) {
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		want  string
		is    error
	}{
		{"missing", fstest.MapFS{"a/x": {}}, "a/" + EncoderFile + ": no such file or directory: " +
			"name the folder of the three .tflite files of Lyra 1.2.0", fs.ErrNotExist},
		{"no folder", nil, "a: no such file or directory: name the folder of the three .tflite files", fs.ErrNotExist},
		{"other", fstest.MapFS{"a/" + EncoderFile: {Data: []byte("x")}},
			"a/" + EncoderFile + ": not a TensorFlow Lite file", nil},
		{"long", fstest.MapFS{"a/" + EncoderFile: {Data: make([]byte, maxFile+1)}},
			"a/" + EncoderFile + ": has 8388609 bytes, must have at most 8388608", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := OpenFS(c.files, "a")
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got error %v, want one that begins with %q and is %v", err, c.want, c.is)
			}
		})
	}
}

// TestGoldenCodes requires that 99 of 100 codes of samples are those of TensorFlow. At the first code of a frame that
// differs, the distances to the two entries must be nearly equal, so that the last bits of the latents decide.
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
			t.Errorf("frame %d, codebook %d: got code %d, nearer by %.2g of the distance, want %d, or nearer by less than 1e-3",
				frame, first, codes[frame*Codebooks+first], gap, want[frame*Codebooks+first])
		}
	}
	t.Logf("%d of %d codes differ, in %d frames", different, hops*Codebooks, frames)
	if 100*different > hops*Codebooks {
		t.Errorf("codes that differ: got %d, want at most %d of %d", different, hops*Codebooks/100, hops*Codebooks)
	}
}

// distance returns the squared distance between a frame and its quantised form.
func distance(q *Quantizer, latents []float32, codes []byte) float64 {
	sum := 0.0
	for i, v := range q.Decode(nil, codes, len(codes)) {
		d := float64(latents[i]) - float64(v)
		sum += float64(d * d)
	}
	return sum
}

// TestBits requires the recorded hashes of the codec's results, at every level of instructions and on every target.
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

// TestSharedWeights requires that further streams share the weights, allocate little, and run at the same time.
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
		t.Errorf("got %d bytes of weights and %d of a stream, want at most %d and %d", weights, state, 6<<20, 256<<10)
	}
	streams := make([]dsp.Processor, 16)
	least := uint64(math.MaxUint64)
	for range 3 { // the runtime allocates at times too
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
		t.Errorf("allocated for each further stream: got %d bytes, want at most %d", least, 256<<10)
	}
	var wg sync.WaitGroup
	for _, p := range streams {
		wg.Go(func() {
			got := p.Process(nil, latents)
			if i := dsptest.FirstDifference(got, want); i >= 0 {
				t.Errorf("a stream at the same time as others and one alone: %s", describe(got, want, i))
			}
		})
	}
	wg.Wait()
}
