package weights

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nlpodyssey/safetensors"
)

// TestFold: g*v/|v| over all dimensions but the first.
func TestFold(t *testing.T) {
	for _, names := range weightNorm {
		set := Set{
			"a" + names.v: {Shape: []int{2, 1, 2}, Data: []float32{3, 4, 0, -2}},
			"a" + names.g: {Shape: []int{2, 1, 1}, Data: []float32{10, 3}},
			"a.bias":      {Shape: []int{2}, Data: []float32{1, 2}},
		}
		filters, bias, err := set.Conv("a", 2, 1, 2)
		if err != nil {
			t.Fatal(err)
		}
		if want := []float32{6, 0, 8, -3}; !slices.Equal(filters, want) { // [taps, out, in]
			t.Errorf("filters %v, want %v", filters, want)
		}
		if bias[1] != 2 || len(set) != 0 {
			t.Errorf("bias %v, %d tensors left", bias, len(set))
		}
	}
	set := Set{
		"a.weight_v": {Shape: []int{1, 1, 1}, Data: []float32{0}},
		"a.weight_g": {Shape: []int{1, 1, 1}, Data: []float32{1}},
	}
	if _, _, err := set.Conv("a", 1, 1, 1); err == nil || !strings.Contains(err.Error(), "norm 0 at 0") {
		t.Errorf("a norm of 0: %v", err)
	}
}

// TestTransposed: [in, out, taps] becomes [taps, out, in].
func TestTransposed(t *testing.T) {
	set := Set{"u.weight": {Shape: []int{2, 3, 1}, Data: []float32{1, 2, 3, 4, 5, 6}}, "u.bias": {Shape: []int{3}, Data: make([]float32, 3)}}
	filters, _, err := set.ConvTranspose("u", 2, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range []float32{1, 4, 2, 5, 3, 6} {
		if filters[i] != v {
			t.Fatalf("filters %v", filters)
		}
	}
}

// file makes a .safetensors file of one tensor.
func file(t testing.TB, d safetensors.DType, shape []uint64, elements any) []byte {
	t.Helper()
	var raw bytes.Buffer
	if err := binary.Write(&raw, binary.LittleEndian, elements); err != nil {
		t.Fatal(err)
	}
	v, err := safetensors.NewTensorView(d, shape, raw.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	b, err := safetensors.Serialize(map[string]safetensors.TensorView{"x": v}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSafetensors(t *testing.T) {
	want := []float32{1, -2.5, 0x1p-24, float32(math.Inf(-1)), 65504, 0}
	for name, content := range map[string][]byte{
		"float32": file(t, safetensors.F32, []uint64{2, 3}, want),
		"float64": file(t, safetensors.F64, []uint64{2, 3}, []float64{1, -2.5, 0x1p-24, math.Inf(-1), 65504, 0}),
		"float16": file(t, safetensors.F16, []uint64{2, 3}, []uint16{0x3c00, 0xc100, 0x0001, 0xfc00, 0x7bff, 0}),
	} {
		set, err := read(content)
		if err != nil {
			t.Fatal(name, err)
		}
		x := set["x"]
		if len(x.Shape) != 2 || x.Shape[0] != 2 || x.Shape[1] != 3 {
			t.Errorf("%s: shape %v", name, x.Shape)
		}
		for i, v := range want {
			if x.Data[i] != v {
				t.Errorf("%s: element %d is %v, want %v", name, i, x.Data[i], v)
			}
		}
	}
	set, err := read(file(t, safetensors.BF16, []uint64{2}, []uint16{0x3f80, 0xc020}))
	if err != nil || set["x"].Data[0] != 1 || set["x"].Data[1] != -2.5 {
		t.Errorf("bfloat16: %v, %v", set, err)
	}
	if set, err := read(file(t, safetensors.I32, []uint64{1}, int32(1))); err != nil || len(set) != 0 {
		t.Errorf("integers: %v, %v", set, err)
	}
	for bad, want := range map[string]string{
		"":                                   "neither a .safetensors file nor a PyTorch checkpoint: it has 0 bytes",
		"12345678":                           "neither a .safetensors file nor a PyTorch checkpoint: it begins with a length of 4050765991979987505 bytes",
		"\xff\xff\xff\xff\xff\xff\xff\x7f{}": "it begins with a length of 9223372036854775807 bytes, must be at most 4194304",
		"\x03\x00\x00\x00\x00\x00\x00\x00{}": "it begins with a length of 3 bytes, and has 2 more",
		"\x02\x00\x00\x00\x00\x00\x00\x00[]": "its header does not begin with {",
		"\x02\x00\x00\x00\x00\x00\x00\x00{]": "damaged .safetensors file: ",
		"\x0d\x00\x00\x00\x00\x00\x00\x00{\"x\":{\"a\":1}}": "damaged .safetensors file: ",
	} {
		if _, err := read([]byte(bad)); err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 300 || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
	}
}

// TestSafetensorsMemory: headers that make as much as they can of each byte, and files that are long and hold nothing. Garbage
// is counted; what is read twice too.
func TestSafetensorsMemory(t *testing.T) {
	with := func(header string, size int64) sparse {
		return sparse{string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header, size}
	}
	shape := func(n int) string {
		return `{"x":{"dtype":"F32","data_offsets":[0,0],"shape":[0` + strings.Repeat(",0", n) + `]}}`
	}
	for name, c := range map[string]struct {
		file sparse
		most uint64
		want string
	}{
		"zeros":            {sparse{"", 4 << 30}, 1 << 20, "header does not begin with {"},
		"begins as zip":    {sparse{"PK\x03\x04", 4 << 30}, 1 << 20, "zip: not a valid zip file"},
		"begins as pickle": {sparse{"\x80\x02", 4 << 30}, 32 << 20, "not a PyTorch checkpoint"},
		"long header":      {with(shape(10<<20), 64<<20), 1 << 20, "must be at most 4194304"},
		"long shape":       {with(shape(2<<20-100), 4<<20+8), 64 * (4 << 20), ""},
		"quoted":           {with(shape(2<<20-100), 64<<20), 2*64*(4<<20) + 64<<20, "damaged .safetensors file"},
		"tensors":          {with(`{"":{`+strings.Repeat(`},"":{`, 600000)+`}}`, 64<<20), 64 * (4 << 20), "damaged .safetensors file"},
	} {
		t.Run(name, func(t *testing.T) {
			before := allocated()
			f, err := Open(c.file, c.file.size)
			if err == nil && c.want != "" {
				_, err = f.Read()
			}
			if taken := allocated() - before; taken > c.most {
				t.Errorf("%d bytes allocated", taken)
			}
			if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 400) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// A sparse file has content, and then zeros up to a size.
type sparse struct {
	content string
	size    int64
}

func (s sparse) ReadAt(p []byte, at int64) (int, error) {
	n := int(min(int64(len(p)), s.size-at))
	clear(p[:n])
	if at < int64(len(s.content)) {
		copy(p[:n], s.content[at:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// read is Open and File.Read.
func read(content []byte) (Set, error) {
	f, err := Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	return f.Read()
}

// FuzzSafetensors: no file makes the reader panic, or hold more than the file has.
func FuzzSafetensors(f *testing.F) {
	f.Add(file(f, safetensors.F32, []uint64{2, 3}, make([]float32, 6)))
	f.Add(file(f, safetensors.F16, []uint64{0}, []uint16{}))
	f.Add([]byte("\x10\x00\x00\x00\x00\x00\x00\x00{\"x\":{\"dtype\":1}}"))
	f.Fuzz(func(t *testing.T, content []byte) {
		set, err := read(content)
		if err != nil {
			return
		}
		if n := set.Elements(); n > int64(len(content)) {
			t.Errorf("%d elements of %d bytes", n, len(content))
		}
		for name, x := range set {
			n := 1
			for _, d := range x.Shape {
				n *= d
			}
			if n != len(x.Data) {
				t.Errorf("%s: shape %v, %d elements", name, x.Shape, len(x.Data))
			}
		}
	})
}
