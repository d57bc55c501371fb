package models

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"runtime"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tailwave/tailwave/models/weights"
)

// TestWrongHeader requires that weights of another shape are refused by their header, before numbers are read.
func TestWrongHeader(t *testing.T) {
	h, m := small["resblock 1"], smallMelGAN(4)
	for _, c := range []struct {
		name   string
		config any
		set    weights.Set
		tensor string // the one that is replaced
		shape  []int  // nil to leave it out
		want   string
	}{
		{"one giant tensor", h, weights.Set{}, "x", []int{giant},
			"is not the HiFi-GAN of config.json: it has no tensor conv_pre.weight, only unused, x: " +
				"use the config.json of this model"},
		{"giant last layer", h, randomHiFiGAN(h), "conv_post.bias", []int{giant},
			"tensor conv_post.bias has shape [52428800], must be [1]: it belongs to another model"},
		{"no last layer", h, randomHiFiGAN(h), "conv_post.bias", nil,
			"the last layer, conv_post, has no bias, which is not supported: " +
				"add a tensor conv_post.bias of shape [1] that holds 0"},
		{"giant first layer", h, randomHiFiGAN(h), "conv_pre.weight", []int{giant, 1, 1},
			"tensor conv_pre.weight has shape [52428800, 1, 1], must be [16, 5, 7]: " +
				"it belongs to another model than config.json"},
		{"giant g", h, randomHiFiGAN(h), "resblocks.0.convs1.0.weight_g", []int{giant, 1, 1},
			"tensor resblocks.0.convs1.0.weight_g has shape [52428800, 1, 1], must be [8, 1, 1]: " +
				"it belongs to another model"},
		{"MelGAN, giant last layer", m, randomMelGAN(m), "melgan.14.bias", []int{giant},
			"tensor melgan.14.bias has shape [52428800], must be [4]: it belongs to another model"},
		{"MelGAN, giant statistics", m, randomMelGAN(m), "mel.mean", []int{giant},
			"tensor mel.mean has shape [52428800], must be [5]: it belongs to another model"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, ok := c.set[c.tensor]; !ok && len(c.set) > 0 {
				t.Fatalf("the generator has no tensor %s", c.tensor)
			}
			delete(c.set, c.tensor)
			c.set["unused"] = weights.Tensor{Shape: []int{giant}}
			last := []string{"unused"}
			if c.shape != nil {
				c.set[c.tensor] = weights.Tensor{Shape: c.shape}
				last = append(last, c.tensor)
			}
			fsys := sparseModel(t, c.config, c.set, last...)
			before := allocated()
			_, err := OpenFS(fsys, "m.safetensors")
			if taken := allocated() - before; taken > 1<<20 {
				t.Errorf("allocated: got %d bytes, want at most %d", taken, 1<<20)
			}
			if want := "m.safetensors: " + c.want; err == nil || err.Error() != want {
				t.Errorf("got error %v, want %q", err, want)
			}
			header := int64(binary.LittleEndian.Uint64(fsys.file.content))
			// The rest is the length of the header, and the first bytes, which show the kind of the file.
			if got, most := *fsys.file.read, header+1024; got > most {
				t.Errorf("read: got %d bytes, want at most %d", got, most)
			}
		})
	}
}

// TestUnusedTensor requires that a tensor that the model does not use is an error that names it, that WithUnused opens
// the file nevertheless, and that the tensor is not read.
func TestUnusedTensor(t *testing.T) {
	h := small["resblock 2"]
	set := randomHiFiGAN(h)
	want := set.Elements()
	set["a"], set["z"] = weights.Tensor{Shape: []int{3}, Data: []float32{1, 2, 3}}, weights.Tensor{Shape: []int{giant}}
	fsys := sparseModel(t, h, set, "z")
	_, err := OpenFS(fsys, "m.safetensors")
	wantError(t, err, "m.safetensors: has 2 tensors that the HiFi-GAN of config.json does not use: a, z")
	m, err := OpenFS(fsys, "m.safetensors", WithUnused())
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Unused().Tensors; m.Info().Parameters != want || !slices.Equal(got, []string{"a", "z"}) {
		t.Errorf("got %d parameters and unused tensors %v, want %d and [a z]", m.Info().Parameters, got, want)
	}
	if got := *fsys.file.zeros; got > 512 {
		t.Errorf("read of the unused tensor: got %d bytes, want at most 512, a part of a buffer", got)
	}
}

// TestNotFinite requires that an infinite weight is refused when its tensor is read, and that nothing is read after it.
func TestNotFinite(t *testing.T) {
	h := small["resblock 1"]
	set := randomHiFiGAN(h)
	set["conv_pre.bias"].Data[2] = float32(math.Inf(1))
	set["conv_post.bias"] = weights.Tensor{Shape: set["conv_post.bias"].Shape}
	fsys := sparseModel(t, h, set, "conv_post.bias")
	_, err := OpenFS(fsys, "m.safetensors")
	const want = "m.safetensors: tensor conv_pre.bias holds +Inf at element 2: use a checkpoint whose weights are finite"
	if err == nil || err.Error() != want {
		t.Errorf("got error %v, want %q", err, want)
	}
	if got := *fsys.file.zeros; got != 0 {
		t.Errorf("read of the last layer: got %d bytes, want 0", got)
	}
}

// TestChecksum requires that a changed byte in a storage that the model uses is an error.
func TestChecksum(t *testing.T) {
	fsys, _ := fileSystems(t, referenceFolder(t))
	files := fsys["MapFS"].(fstest.MapFS)
	pth := files["g_v3.pth"].Data
	pth[len(pth)/2] ^= 1
	_, err := OpenFS(files, "g_v3.pth")
	got := fmt.Sprint(err)
	if !strings.HasPrefix(got, "g_v3.pth: in generator, tensor ") ||
		!strings.HasSuffix(got, "does not match its checksum: download it again") {
		t.Errorf("got error %s, want g_v3.pth: in generator, tensor ...: ... does not match its checksum: "+
			"download it again", got)
	}
}

// TestSameNumbers requires that a model computes with the weights of its file, with either form of weight
// normalisation.
func TestSameNumbers(t *testing.T) {
	h := small["resblock 1"]
	set := randomHiFiGAN(h)
	for name := range maps.Clone(set) {
		if layer, ok := strings.CutSuffix(name, ".weight_v"); ok && len(layer)%2 == 0 {
			set[layer+".parametrizations.weight.original0"] = set[layer+".weight_g"]
			set[layer+".parametrizations.weight.original1"] = set[layer+".weight_v"]
			delete(set, layer+".weight_g")
			delete(set, layer+".weight_v")
		}
	}
	file := safetensorsFile(t, set)
	if !bytes.Contains(file, []byte("original1")) || !bytes.Contains(file, []byte("weight_v")) {
		t.Fatal("the generator does not have both forms of weight normalisation")
	}
	m, err := OpenFS(fstest.MapFS{"config.json": {Data: configFile(t, h)}, "m.safetensors": {Data: file}}, ".")
	if err != nil {
		t.Fatal(err)
	}
	src := make([]float32, 20*h.Mels)
	for i := range src {
		src[i] = float32(i%7) / 7
	}
	got := synthesize(t, m, src)
	if want := plainHiFiGAN(t, h, set, src); !slices.Equal(got, want) {
		t.Errorf("samples and the generator's definition: %s", difference(got, want))
	}
}

// A sparseFile has content and then zeros up to a size. It counts the bytes that are read, in all and after the
// content.
type sparseFile struct {
	content     []byte
	size        int64
	read, zeros *int64
}

func (s sparseFile) ReadAt(p []byte, at int64) (int, error) {
	n := int(min(int64(len(p)), s.size-at))
	clear(p[:n])
	copied := 0
	if at < int64(len(s.content)) {
		copied = copy(p[:n], s.content[at:])
	}
	*s.read += int64(n)
	*s.zeros += int64(n - copied)
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (s sparseFile) Read([]byte) (int, error) { panic("read from the beginning on") }

func (s sparseFile) Close() error { return nil }

func (s sparseFile) Stat() (fs.FileInfo, error) { return s, nil }

func (s sparseFile) Name() string { return "m.safetensors" }

func (s sparseFile) Size() int64 { return s.size }

func (s sparseFile) Mode() fs.FileMode { return 0o444 }

func (s sparseFile) ModTime() time.Time { return time.Time{} }

func (s sparseFile) IsDir() bool { return false }

func (s sparseFile) Sys() any { return nil }

// A withSparse file system has a sparse file next to others.
type withSparse struct {
	fs.FS
	file sparseFile
}

func (w withSparse) Open(name string) (fs.File, error) {
	if name == w.file.Name() {
		return w.file, nil
	}
	return w.FS.Open(name)
}

// sparseModel returns a generator's config.json next to a file with the tensors of a set. Tensors named last are at the
// end, and have zeros for the numbers that the set lacks.
func sparseModel(t *testing.T, config any, set weights.Set, last ...string) withSparse {
	t.Helper()
	isLast := func(name string) bool { return slices.Contains(last, name) }
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(set)), isLast)
	header, data, at := map[string]any{}, []byte{}, int64(0)
	for _, name := range append(names, last...) {
		n := int64(4)
		for _, d := range set[name].Shape {
			n *= int64(d)
		}
		header[name] = map[string]any{"dtype": "F32", "shape": set[name].Shape, "data_offsets": []int64{at, at + n}}
		at += n
		for _, v := range set[name].Data {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
		}
	}
	text, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	content := binary.LittleEndian.AppendUint64(nil, uint64(len(text)))
	content = append(content, text...)
	f := sparseFile{append(content, data...), int64(len(content)) + at, new(int64), new(int64)}
	return withSparse{fstest.MapFS{"config.json": {Data: configFile(t, config)}}, f}
}

// giant is the size of a tensor of 200 MiB.
const giant = 50 << 20

// allocated returns the number of bytes allocated so far. The collection before it adds what each processor has not yet
// reported: without it, a later call would count the allocations of an earlier test.
func allocated() uint64 {
	runtime.GC()
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}
