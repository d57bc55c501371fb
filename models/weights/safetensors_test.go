package weights

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/nlpodyssey/safetensors"
)

// tensorView describes elements as the library that writes .safetensors files takes them.
func tensorView(t testing.TB, d safetensors.DType, shape []uint64, elements any) safetensors.TensorView {
	t.Helper()
	var raw bytes.Buffer
	if err := binary.Write(&raw, binary.LittleEndian, elements); err != nil {
		t.Fatal(err)
	}
	v, err := safetensors.NewTensorView(d, shape, raw.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// serialize makes a .safetensors file.
func serialize(t testing.TB, views map[string]safetensors.TensorView) []byte {
	t.Helper()
	b, err := safetensors.Serialize(views, map[string]string{"format": "pt"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// file makes a .safetensors file of one tensor.
func file(t testing.TB, d safetensors.DType, shape []uint64, elements any) []byte {
	t.Helper()
	return serialize(t, map[string]safetensors.TensorView{"x": tensorView(t, d, shape, elements)})
}

// safetensorsFile makes a .safetensors file of vectors.
func safetensorsFile(t testing.TB, vectors map[string][]float32) []byte {
	t.Helper()
	views := map[string]safetensors.TensorView{}
	for name, v := range vectors {
		views[name] = tensorView(t, safetensors.F32, []uint64{uint64(len(v))}, v)
	}
	return serialize(t, views)
}

// withHeader puts the length of a header in front of it.
func withHeader(header string) string {
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header
}

// sparseSafetensors is a .safetensors file with that many bytes of data, all zero.
func sparseSafetensors(header string, data int64) sparse {
	content := withHeader(header)
	return sparse{content, int64(len(content)) + data}
}

// TestSafetensors: the types of elements.
func TestSafetensors(t *testing.T) {
	want := []float32{1, -2.5, 0x1p-24, float32(math.Inf(-1)), 65504, 0}
	long := make([]float32, maxPiece) // four pieces
	for i := range long {
		long[i] = float32(i)
	}
	for _, c := range []struct {
		name    string
		content []byte
		want    Tensor
	}{
		{"float32", file(t, safetensors.F32, []uint64{2, 3}, want), Tensor{Shape: []int{2, 3}, Data: want}},
		{"float64", file(t, safetensors.F64, []uint64{2, 3}, []float64{1, -2.5, 0x1p-24, math.Inf(-1), 65504, 0}),
			Tensor{Shape: []int{2, 3}, Data: want}},
		{"float16", file(t, safetensors.F16, []uint64{2, 3}, []uint16{0x3c00, 0xc100, 0x0001, 0xfc00, 0x7bff, 0}),
			Tensor{Shape: []int{2, 3}, Data: want}},
		{"bfloat16", file(t, safetensors.BF16, []uint64{2}, []uint16{0x3f80, 0xc020}),
			Tensor{Shape: []int{2}, Data: []float32{1, -2.5}}},

		{"scalar", []byte(withHeader(`{"x":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}`) + "\x00\x00\x40\x40"),
			Tensor{Data: []float32{3}}},
		{"empty", file(t, safetensors.F32, []uint64{3, 0}, []float32{}), Tensor{Shape: []int{3, 0}}},

		{"long", file(t, safetensors.F32, []uint64{maxPiece - 1}, long[1:]),
			Tensor{Shape: []int{maxPiece - 1}, Data: long[1:]}},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, err := read(c.content)
			if err != nil {
				t.Fatal(err)
			}
			if got := set["x"]; len(set) != 1 || !sameTensor(got, c.want) {
				t.Errorf("%d tensors, x is %.100v, want %.100v", len(set), got, c.want)
			}
		})
	}
	t.Run("integers", func(t *testing.T) {
		if set, err := read(file(t, safetensors.I32, []uint64{1}, int32(1))); err != nil || len(set) != 0 {
			t.Errorf("%v, %v, want an empty set", set, err)
		}
	})
}

// TestSafetensorsRefuses: headers that are none, or do not describe the data that follow them.
func TestSafetensorsRefuses(t *testing.T) {
	x := func(description string) string { return withHeader(`{"x":` + description + `}`) }
	const number = "\x00\x00\x00\x00"
	good := `{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`
	if set, err := read([]byte(x(good) + number)); err != nil || len(set) != 1 {
		t.Fatalf("%v, %v, want one tensor", set, err)
	}
	many := []string{}
	for i := range maxTensors + 1 {
		many = append(many, fmt.Sprintf(`"%d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`, i))
	}
	for _, c := range []struct{ name, content, want string }{
		{"nothing", "", "neither a .safetensors file nor a PyTorch checkpoint: it has 0 bytes"},
		{"text", "12345678",
			"neither a .safetensors file nor a PyTorch checkpoint: it begins with a length of 4050765991979987505 bytes"},
		{"long", "\xff\xff\xff\xff\xff\xff\xff\x7f{}",
			"it begins with a length of 9223372036854775807 bytes, must be at most 4194304"},
		{"cut", "\x03\x00\x00\x00\x00\x00\x00\x00{}", "it begins with a length of 3 bytes, and has 2 more"},
		{"zeros", "\x00\x00\x00\x00\x00\x00\x00\x00", "its header does not begin with {"},
		{"array", withHeader("[]"), "its header does not begin with {"},
		{"no JSON", withHeader("{]"), "damaged .safetensors file: its header: invalid character ']'"},
		{"cut JSON", withHeader(`{"x":`), "damaged .safetensors file: its header ends too soon"},
		{"two objects", withHeader("{}{}"), "damaged .safetensors file: its header goes on after the last }"},
		{"key", x(`{"a":1}`), `damaged .safetensors file: tensor "x" has an unknown key, "a"`},
		{"no object", x(`7`), `damaged .safetensors file: its header has "7" in the place of an object`},
		{"no type", x(`{"shape":[1],"data_offsets":[0,4]}`) + number, `tensor "x" must have dtype, shape and data_offsets`},
		{"type", x(`{"dtype":"F31","shape":[1],"data_offsets":[0,4]}`) + number, `tensor "x" is of an unknown type, "F31"`},
		{"number for a type", x(`{"dtype":31}`), `its header has "31" in the place of the name of a type`},
		{"key twice", x(`{"dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,4]}`) + number,
			`tensor "x" must have dtype, shape and data_offsets, each once`},
		{"tensor twice", withHeader(`{"x":`+good+`,"x":`+good+`}`) + number, `"x" is there twice`},
		{"metadata", withHeader(`{"__metadata__":{"a":[1]}}`), "in the place of metadata"},
		{"null", x(`{"dtype":"F32","shape":null,"data_offsets":[0,4]}`), "its header has null in the place of an array"},
		{"negative", x(`{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}`),
			`its header has "-1" in the place of a whole number`},
		{"fraction", x(`{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}`),
			`its header has "1.5" in the place of a whole number`},
		{"offsets", x(`{"dtype":"F32","shape":[1],"data_offsets":[0]}`), `tensor "x" has 1 data_offsets, must have 2`},
		{"rank", x(`{"dtype":"F32","shape":[1` + strings.Repeat(",1", maxRank) + `]}`), "an array of more than 16 numbers"},
		{"shape", x(`{"dtype":"F32","shape":[2],"data_offsets":[0,4]}`) + number,
			`tensor "x" has 4 bytes, which is not what its shape [2] needs`},
		{"great shape", x(`{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}`),
			"is not what its shape [4294967296 4294967296] needs"},
		{"backwards", x(`{"dtype":"F32","shape":[1],"data_offsets":[0,-4]}`), `"-4" in the place of a whole number`},
		{"a gap", x(`{"dtype":"F32","shape":[1],"data_offsets":[4,8]}`) + number + number,
			`tensor "x" is at bytes 4 to 8 of the data, must begin at 0 and end by 8`},
		{"cut data", x(good) + number[1:], `tensor "x" is at bytes 0 to 4 of the data, must begin at 0 and end by 3`},
		{"more data", x(good) + number + number, "its tensors have 4 bytes, its data 8"},
		{"many", withHeader("{" + strings.Join(many, ",") + "}"), "its header has more than 16384 tensors"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, err := read([]byte(c.content))
			if got := message(err); !strings.Contains(got, c.want) || len(got) > 300 || strings.Contains(got, "\n") {
				t.Errorf("%d tensors, error %q, want %q in a short line", len(set), got, c.want)
			}
		})
	}
}

// TestSafetensorsMemory: headers that make as much as they can of each byte, and files that are long and hold nothing.
// Garbage is counted; what is read twice too.
func TestSafetensorsMemory(t *testing.T) {
	shape := func(n int) string {
		return `{"x":{"dtype":"F32","data_offsets":[0,0],"shape":[0` + strings.Repeat(",0", n) + `]}}`
	}
	for _, c := range []struct {
		name string
		file sparse
		most uint64
		want string
	}{
		{"zeros", sparse{"", 4 << 30}, 1 << 20, "header does not begin with {"},
		{"begins as zip", sparse{"PK\x03\x04", 4 << 30}, 1 << 20, "zip: not a valid zip file"},
		{"begins as pickle", sparse{"\x80\x02", 4 << 30}, 1 << 20, "not a PyTorch checkpoint"},
		{"long header", sparseSafetensors(shape(10<<20), 64<<20), 1 << 20, "must be at most 4194304"},
		{"long shape", sparseSafetensors(shape(2<<20-100), 64<<20), 1 << 20, "an array of more than 16 numbers"},
		{"long name", sparseSafetensors(`{"`+strings.Repeat("x", 4<<20-10)+`":{}}`, 64<<20), 8 * (4 << 20),
			`xx" must have dtype`},
		{"nested", sparseSafetensors(`{"":{`+strings.Repeat(`},"":{`, 600000)+`}}`, 64<<20), 1 << 20,
			"damaged .safetensors file"},
		{"tensors", sparseSafetensors(manyTensors(), 0), 64 << 20, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := allocated()
			_, err := Open(c.file, c.file.size)
			if taken := allocated() - before; taken > c.most {
				t.Errorf("%d bytes allocated, want at most %d", taken, c.most)
			}
			if got := message(err); !strings.Contains(got, c.want) || c.want == "" && err != nil || len(got) > 400 {
				t.Errorf("error %q, want %q", got, c.want)
			}
		})
	}
}

// manyTensors is a header of as many tensors as there may be, with names that make it as long as it may be.
func manyTensors() string {
	var tensors []string
	for i := range maxTensors {
		tensors = append(tensors, fmt.Sprintf(`"%0190x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`, i))
	}
	return "{" + strings.Join(tensors, ",") + "}"
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

// read is Open and the numbers of all tensors, finite or not.
func read(content []byte) (Set, error) {
	set, err := Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	for name, t := range set {
		data, err := t.numbers()
		if err != nil {
			return nil, err
		}
		set[name] = Tensor{Shape: t.Shape, Data: data}
	}
	return set, nil
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
