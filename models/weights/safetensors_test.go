package weights

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/nlpodyssey/safetensors"
)

// withHeader puts the length of a header in front of it.
func withHeader(header string) string {
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header
}

// sparseSafetensors is a .safetensors file with that many bytes of data, all zero.
func sparseSafetensors(header string, data int64) sparse {
	content := withHeader(header)
	return sparse{content, int64(len(content)) + data}
}

// TestSafetensors requires that every type of elements is read, and that tensors of integers are left out.
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
				t.Errorf("got %d tensors, x %.100v, want one, x %.100v", len(set), got, c.want)
			}
		})
	}
	t.Run("integers", func(t *testing.T) {
		if set, err := read(file(t, safetensors.I32, []uint64{1}, int32(1))); err != nil || len(set) != 0 {
			t.Errorf("got %v, error %v, want an empty set", set, err)
		}
	})
}

// TestSafetensorsTypes requires that types which are not read are listed by their names, and refused when taken.
func TestSafetensorsTypes(t *testing.T) {
	for _, c := range []struct {
		kind string
		size int // of six elements, in bytes
	}{{"I32", 24}, {"F8_E4M3", 6}, {"F4", 3}, {"C64", 48}, {"F31", 100}} {
		t.Run(c.kind, func(t *testing.T) {
			header := fmt.Sprintf(`{"x":{"dtype":"%s","shape":[3,2],"data_offsets":[0,%d]}}`, c.kind, c.size)
			f, err := openFile([]byte(withHeader(header) + strings.Repeat("\x00", c.size)))
			if err != nil {
				t.Fatal(err)
			}
			set := f.Dictionaries[0].Tensors
			_, err = set.Take("x", 3, 2)
			if got, want := message(err), "tensor x has type "+set["x"].Type+", must be"; !strings.HasPrefix(got,
				want) {
				t.Errorf("got error %q, want one that begins with %q", got, want)
			}
			if got := set["x"].Type; got != c.kind && got != "int32" {
				t.Errorf("type: got %s, want %s", got, c.kind)
			}
		})
	}
}

// TestSafetensorsRefuses requires that an error names what is wrong in a header, or in the data that follow it.
func TestSafetensorsRefuses(t *testing.T) {
	x := func(description string) string { return withHeader(`{"x":` + description + `}`) }
	const number = "\x00\x00\x00\x00"
	good := `{"dtype":"F32","shape":[1],"data_offsets":[0,4]}`
	if set, err := read([]byte(x(good) + number)); err != nil || len(set) != 1 {
		t.Fatalf("valid file: got %v, error %v, want one tensor", set, err)
	}
	many := []string{}
	for i := range maxTensors + 1 {
		many = append(many, fmt.Sprintf(`"%d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`, i))
	}
	for _, c := range []struct{ name, content, want string }{
		{"nothing", "", "is an empty file: download it again"},
		{"text", "12345678", `is a short text, "12345678"`},
		{"long", "\xff\xff\xff\xff\xff\xff\xff\x7f{}", "which begins with the bytes ff ff ff ff ff ff ff 7f"},
		{"long header", withHeader("{" + strings.Repeat(" ", maxHeader)),
			"has a header of 4194305 bytes, must have at most 4194304"},
		{"cut", "\x03\x00\x00\x00\x00\x00\x00\x00{}", "is a truncated .safetensors file, " +
			"whose header of 3 bytes is not whole: download it again"},
		{"zeros", "\x00\x00\x00\x00\x00\x00\x00\x00", "is a file of zeros only: download it again"},
		{"array", withHeader("[]"), "is a file of unknown kind, which begins with the bytes 02 00 00 00 00 00 00 00"},
		{"no JSON", withHeader("{]"), "damaged .safetensors file: " +
			"its header is not valid JSON after byte 9 of the file: download it again"},
		{"cut JSON", withHeader(`{"x":`), "damaged .safetensors file: its header ends too soon"},
		{"two objects", withHeader("{}{}"), "damaged .safetensors file: its header goes on after the last }"},
		{"key", x(`{"a":1}`), `damaged .safetensors file: tensor "x" has an unknown key, "a"`},
		{"no object", x(`7`), `damaged .safetensors file: its header has "7" where an object must be`},
		{"no type", x(`{"shape":[1],"data_offsets":[0,4]}`) + number,
			`tensor "x" must have dtype, shape and data_offsets`},
		{"number for a type", x(`{"dtype":31}`), `its header has "31" where the name of a type must be`},
		{"key twice", x(`{"dtype":"F32","shape":[2],"shape":[1],"data_offsets":[0,4]}`) + number,
			`tensor "x" must have dtype, shape and data_offsets, each once`},
		{"tensor twice", withHeader(`{"x":`+good+`,"x":`+good+`}`) + number, `its header has "x" twice`},
		{"metadata", withHeader(`{"__metadata__":{"a":[1]}}`), "where a string of metadata must be"},
		{"null", x(`{"dtype":"F32","shape":null,"data_offsets":[0,4]}`),
			"its header has null where an array must be"},
		{"negative", x(`{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}`),
			`its header has "-1" where a whole number must be`},
		{"fraction", x(`{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}`),
			`its header has "1.5" where a whole number must be`},
		{"offsets", x(`{"dtype":"F32","shape":[1],"data_offsets":[0]}`), `tensor "x" has 1 data_offsets, must have 2`},
		{"rank", x(`{"dtype":"F32","shape":[1` + strings.Repeat(",1", maxRank) + `]}`),
			"an array of more than 16 numbers"},
		{"shape", x(`{"dtype":"F32","shape":[2],"data_offsets":[0,4]}`) + number,
			`tensor "x" has 4 bytes, which do not fit its type float32 and shape [2]`},
		{"great shape", x(`{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}`),
			"do not fit its type float32 and shape [4294967296, 4294967296]"},
		{"backwards", x(`{"dtype":"F32","shape":[1],"data_offsets":[0,-4]}`), `"-4" where a whole number must be`},
		{"a gap", x(`{"dtype":"F32","shape":[1],"data_offsets":[4,8]}`) + number + number,
			`tensor "x" is at bytes 4 to 8 of the data, must begin at 0`},
		{"cut data", x(good) + number[1:], `is truncated: tensor "x" ends at byte 4 of the data, which has 3`},
		{"more data", x(good) + number + number, "its tensors take 4 bytes, but 8 follow the header"},
		{"many", withHeader("{" + strings.Join(many, ",") + "}"), "its header has more than 16384 tensors"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, err := read([]byte(c.content))
			if got := message(err); !strings.Contains(got, c.want) || len(got) > 300 || strings.Contains(got, "\n") {
				t.Errorf("got %d tensors, error %q, want one line of at most 300 bytes that contains %q", len(set),
					got, c.want)
			}
		})
	}
}

// TestSafetensorsMemory requires that headers which allocate as much as they can for each byte, and long empty files,
// stay within a bound. Garbage counts too.
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
		{"zeros", sparse{"", 4 << 30}, 1 << 20, "is a file of zeros only"},
		{"begins as zip", sparse{"PK\x03\x04", 4 << 30}, 1 << 20, "is a truncated zip file"},
		{"begins as pickle", sparse{"\x80\x02", 4 << 30}, 1 << 20, "is a pickle, but not a PyTorch checkpoint"},
		{"long header", sparseSafetensors(shape(10<<20), 64<<20), 1 << 20, "must have at most 4194304"},
		{"long shape", sparseSafetensors(shape(2<<20-100), 64<<20), 1 << 20, "an array of more than 16 numbers"},
		{"long name", sparseSafetensors(`{"`+strings.Repeat("x", 4<<20-10)+`":{}}`, 64<<20), 40e6,
			`xx" must have dtype`},
		{"nested", sparseSafetensors(`{"":{`+strings.Repeat(`},"":{`, 600000)+`}}`, 64<<20), 1 << 20,
			"damaged .safetensors file"},
		{"tensors", sparseSafetensors(manyTensors(), 0), 40e6, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := allocated()
			_, err := Open(c.file, c.file.size)
			if taken := allocated() - before; taken > c.most {
				t.Errorf("allocated: got %d bytes, want at most %d", taken, c.most)
			}
			if got := message(err); !strings.Contains(got, c.want) || c.want == "" && err != nil || len(got) > 400 {
				t.Errorf("got error %q, want one of at most 400 bytes that contains %q, none if that is empty", got,
					c.want)
			}
		})
	}
}

// manyTensors returns a header of the most tensors that are allowed, with names that make it as long as is allowed.
func manyTensors() string {
	var tensors []string
	for i := range maxTensors {
		tensors = append(tensors, fmt.Sprintf(`"%0190x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`, i))
	}
	return "{" + strings.Join(tensors, ",") + "}"
}

// FuzzSafetensors requires that no file makes the reader panic, or return more elements than the file has.
func FuzzSafetensors(f *testing.F) {
	f.Add(file(f, safetensors.F32, []uint64{2, 3}, make([]float32, 6)))
	f.Add(file(f, safetensors.F16, []uint64{0}, []uint16{}))
	f.Add([]byte("\x10\x00\x00\x00\x00\x00\x00\x00{\"x\":{\"dtype\":1}}"))
	f.Fuzz(func(t *testing.T, content []byte) {
		set, err := read(content)
		checkError(t, err)
		if err == nil {
			checkSet(t, set, len(content))
		}
	})
}
