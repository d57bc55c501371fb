package opcase_test

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase"
)

// TestAppendJSONNaN: one pattern replaces NaN of either sign, quiet or signalling, and any payload. Numbers and
// infinities keep their bits.
func TestAppendJSONNaN(t *testing.T) {
	for _, bits := range []uint32{0x7FC00000, 0xFFC00000, 0xFFC12345, 0x7F800001, 0xFF800001, 0xFFFFFFFF} {
		t.Run(fmt.Sprintf("f32/%x", bits), func(t *testing.T) {
			a := opcase.Array{Shape: []int{3}, F32: []float32{1, math.Float32frombits(bits), float32(math.Inf(-1))}}
			want := "\x00\x00\x80\x3F" + "\x00\x00\xC0\x7F" + "\x00\x00\x80\xFF"
			checkJSON(t, a, "f32", want)
			if got := math.Float32bits(a.F32[1]); got != bits {
				t.Errorf("got %#x in the array afterwards, want %#x", got, bits)
			}
		})
	}
	for _, bits := range []uint64{0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000000000001, 0x7FF0000000000001,
		0xFFFFFFFFFFFFFFFF} {
		t.Run(fmt.Sprintf("f64/%x", bits), func(t *testing.T) {
			a := opcase.Array{Shape: []int{3}, F64: []float64{1, math.Float64frombits(bits), math.Inf(-1)}}
			zeros := strings.Repeat("\x00", 6)
			want := zeros + "\xF0\x3F" + zeros + "\xF8\x7F" + zeros + "\xF0\xFF"
			checkJSON(t, a, "f64", want)
			if got := math.Float64bits(a.F64[1]); got != bits {
				t.Errorf("got %#x in the array afterwards, want %#x", got, bits)
			}
		})
	}
}

func checkJSON(t *testing.T, a opcase.Array, field, samples string) {
	t.Helper()
	want := fmt.Sprintf(`{"shape":[3],%q:%q}`, field, base64.StdEncoding.EncodeToString([]byte(samples)))
	if got := string(a.AppendJSON(nil)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
