package command

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
)

// NaN of either sign, quiet and signalling, with payloads at both ends.
var (
	nans32 = []uint32{0x7FC00000, 0xFFC00000, 0x7FC12345, 0xFFC12345, 0x7F800001, 0xFF800001, 0x7FBFFFFF, 0x7FFFFFFF,
		0xFFFFFFFF}
	nans64 = []uint64{0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000000000001, 0xFFF8123456789ABC, 0x7FF0000000000001,
		0xFFF0000000000001, 0x7FF7FFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF}
)

// canonical returns a copy of samples in which every NaN of a float format is the one that writers write.
func canonical(data []byte, f pcm.Format) []byte {
	data = bytes.Clone(data)
	for at := 0; at < len(data) && f.Float(); at += f.Bytes() {
		if p := data[at:]; f == pcm.F32 && math.IsNaN(float64(math.Float32frombits(binary.LittleEndian.Uint32(p)))) {
			binary.LittleEndian.PutUint32(p, 0x7FC00000)
		} else if f == pcm.F64 && math.IsNaN(math.Float64frombits(binary.LittleEndian.Uint64(p))) {
			binary.LittleEndian.PutUint64(p, 0x7FF8000000000000)
		}
	}
	return data
}

// nanSound returns 6000 samples with NaN among them, encoded.
func nanSound(f pcm.Format) []byte {
	var b []byte
	for i, v := range tones(6000, 1) {
		switch isNaN := i%97 == 5; {
		case f == pcm.F32 && isNaN:
			b = binary.LittleEndian.AppendUint32(b, nans32[i%len(nans32)])
		case f == pcm.F32:
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		case isNaN:
			b = binary.LittleEndian.AppendUint64(b, nans64[i%len(nans64)])
		default:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(v)))
		}
	}
	return b
}

// levels returns the values of TAILWAVE_CPU that this processor and build can run.
func levels(t *testing.T) []string {
	t.Helper()
	highest, err := dsp.CPU()
	if err != nil {
		t.Fatal(err)
	}
	all := []string{"generic", "avx2", "avx512"}
	return all[:slices.Index(all, highest)+1]
}

// checkNaN checks that there is NaN among samples, and only the canonical one.
func checkNaN(t *testing.T, samples []byte, f pcm.Format) {
	t.Helper()
	want := canonical(samples, f)
	quiet := binary.LittleEndian.AppendUint32(nil, 0x7FC00000)
	if f == pcm.F64 {
		quiet = binary.LittleEndian.AppendUint64(nil, 0x7FF8000000000000)
	}
	nans := 0
	for at := 0; at < len(samples); at += f.Bytes() {
		if got := samples[at:][:f.Bytes()]; !bytes.Equal(got, want[at:][:f.Bytes()]) {
			t.Fatalf("sample %d: got the bytes % x, want % x", at/f.Bytes(), got, quiet)
		} else if bytes.Equal(got, quiet) {
			nans++
		}
	}
	if nans == 0 {
		t.Errorf("got no NaN in %d samples, want some", len(samples)/f.Bytes())
	}
}

// TestNaNWritten: commands write one pattern for NaN, from input with any pattern and at every level of kernels.
func TestNaNWritten(t *testing.T) {
	dir := t.TempDir()
	f32 := writeFile(t, filepath.Join(dir, "f32.wav"), wavBytes(t, 22050, 1, pcm.F32, nanSound(pcm.F32)))
	f64 := writeFile(t, filepath.Join(dir, "f64.wav"), wavBytes(t, 22050, 1, pcm.F64, nanSound(pcm.F64)))
	samples := func(t *testing.T, file []byte) []byte { return parse(t, file).raw }
	elements := func(_ *testing.T, file []byte) []byte { return file[128:] }
	all := func(_ *testing.T, file []byte) []byte { return file }
	for _, level := range levels(t) {
		for _, c := range []struct {
			out  string
			f    pcm.Format
			data func(t *testing.T, file []byte) []byte
			args []string
		}{
			{"copy32.wav", pcm.F32, samples, []string{"upsample", f32, "OUT", "--rate", "22050"}},
			{"copy64.wav", pcm.F64, samples, []string{"upsample", f64, "OUT", "--rate", "22050"}},
			{"narrowed.wav", pcm.F32, samples, []string{"upsample", f64, "OUT", "--rate", "22050", "--format", "f32"}},
			{"widened.wav", pcm.F64, samples, []string{"upsample", f32, "OUT", "--rate", "22050", "--format", "f64"}},
			{"converted32.wav", pcm.F32, samples, []string{"upsample", f32, "OUT", "--rate", "48000"}},
			{"converted64.wav", pcm.F64, samples, []string{"upsample", f64, "OUT", "--rate", "48000"}},
			{"mel.npy", pcm.F32, elements, []string{"mel", f32, "OUT"}},
			{"mel.raw", pcm.F32, all, []string{"mel", f32, "OUT", "--raw"}},
			{"phases.wav", pcm.F32, samples, []string{"vocode", f32, "OUT", "--format", "f32"}},
			{"phases64.wav", pcm.F64, samples, []string{"vocode", f32, "OUT", "--format", "f64"}},
			{"phases.npy", pcm.F32, elements, []string{"vocode", f32, "OUT"}},
			{"phases.raw", pcm.F32, all, []string{"vocode", f32, "OUT", "--raw", "f32"}},
		} {
			t.Run(fmt.Sprintf("%s/%s", level, c.out), func(t *testing.T) {
				dir := t.TempDir()
				args := strings.Split(strings.Replace(strings.Join(c.args, "\n"), "OUT", c.out, 1), "\n")
				cmd := program(t, dir, append(args, "--quiet")...)
				cmd.Env = append(cmd.Env, "TAILWAVE_CPU="+level)
				if b, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("tailwave %s: got error %v and %q, want none", strings.Join(args, " "), err, b)
				}
				checkNaN(t, c.data(t, readFile(t, filepath.Join(dir, c.out))), c.f)
			})
		}
	}
}

// TestNaNAnswered: answers of op have one pattern for NaN, from input with any pattern and at every level of kernels.
func TestNaNAnswered(t *testing.T) {
	base64Of := base64.StdEncoding.EncodeToString
	for _, level := range levels(t) {
		for _, c := range []struct {
			field, dtype string
			f            pcm.Format
			one          []byte
		}{
			{"f32", "float32", pcm.F32, binary.LittleEndian.AppendUint32(nil, math.Float32bits(1))},
			{"f64", "float64", pcm.F64, binary.LittleEndian.AppendUint64(nil, math.Float64bits(1))},
		} {
			for _, streamed := range []string{"--stream=false", "--stream"} {
				t.Run(fmt.Sprintf("%s/%s/%s", level, c.dtype, streamed), func(t *testing.T) {
					var input []byte
					for i := range nans32 {
						if c.f == pcm.F32 {
							input = binary.LittleEndian.AppendUint32(input, nans32[i])
						} else {
							input = binary.LittleEndian.AppendUint64(input, nans64[i])
						}
					}
					n := len(nans32)
					line := fmt.Sprintf(`{"id":1,"dtype":%q,"strides":2,"output_shape":[1,%d,1],`, c.dtype, 2*n) +
						fmt.Sprintf(`"input":{"shape":[1,%d,1],%q:%q},`, n, c.field, base64Of(input)) +
						fmt.Sprintf(`"filters":{"shape":[1,1,1],%q:%q}}`, c.field, base64Of(c.one))
					cmd := program(t, t.TempDir(), "op", "conv1d-transpose", streamed)
					cmd.Env = append(cmd.Env, "TAILWAVE_CPU="+level)
					cmd.Stdin = strings.NewReader(line + "\n")
					b, err := cmd.Output()
					if err != nil {
						t.Fatalf("got error %v and output %q, want none", err, b)
					}
					var answer struct{ Output map[string]json.RawMessage }
					var samples []byte
					if err := json.Unmarshal(b, &answer); err != nil {
						t.Fatalf("got answer %q, %v; want an object with an output", b, err)
					}
					if err := json.Unmarshal(answer.Output[c.field], &samples); err != nil {
						t.Fatalf("got answer %q, %v; want samples as %q", b, err, c.field)
					}
					if got, want := len(samples), 2*n*c.f.Bytes(); got != want {
						t.Fatalf("got %d bytes of samples, want %d", got, want)
					}
					checkNaN(t, samples, c.f)
				})
			}
		}
	}
}

// TestCodecReportsNaN: codec encode reports frames that hold a NaN or an infinity, also with --quiet, and of several
// files under the name of each.
func TestCodecReportsNaN(t *testing.T) {
	model, dir := lyraModel(t), t.TempDir()
	bad := tones(4410, 2)
	bad[2*100], bad[2*100+1], bad[2*2000+1] = float32(math.NaN()), float32(math.NaN()), float32(math.NaN())
	one := tones(4410, 2)
	one[7] = float32(math.Inf(1))
	path := func(name string) string { return filepath.Join(dir, name) }
	writeFile(t, path("bad.wav"), soundBytes(t, 44100, 2, pcm.F32, bad))
	writeFile(t, path("one.wav"), soundBytes(t, 44100, 2, pcm.F32, one))
	writeFile(t, path("good.wav"), soundBytes(t, 44100, 2, pcm.F32, tones(4410, 2)))
	for name, want := range map[string]string{
		"bad":  fmt.Sprintf("tailwave: %s: 2 of 4410 frames contain NaN or infinity, which spoils the codes: remove them, and encode again\n", path("bad.wav")),
		"one":  fmt.Sprintf("tailwave: %s: 1 of 4410 frames contains NaN or infinity, which spoils the codes: remove them, and encode again\n", path("one.wav")),
		"good": "",
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{"codec", "encode", path(name + ".wav"), path(name + ".lyra"), "--model", model, "--force"}
			wantBytes(t, "standard error with --quiet", must(t, nil, append(args, "--quiet")...).err, want)
			if got := must(t, nil, args...).err; strings.Count(got, "\n") != 1+strings.Count(want, "\n") || !strings.HasSuffix(got, want) {
				t.Errorf("standard error: got %q, want the summary and %q", got, want)
			}
			if name == "good" {
				return
			}
			o := must(t, nil, "codec", "encode", path(name+".wav"), path("good.wav"), dir, "--model", model, "--force", "--quiet")
			wantBytes(t, "standard error for two files", o.err, want)
		})
	}
}
