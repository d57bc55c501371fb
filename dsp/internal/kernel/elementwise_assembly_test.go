package kernel

import (
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// TestElementwiseRegisters: the assembly uses no register from 16 up, which would need AVX-512. The register allocator
// of the generator silently uses those when it runs out of others.
func TestElementwiseRegisters(t *testing.T) {
	if m := regexp.MustCompile(`\b(Z\d+|[XY](1[6-9]|2\d|3[01]))\b`).FindString(elementwiseAssembly(t)); m != "" {
		t.Errorf("elementwise_amd64.s: got register %s, want only those that AVX2 has", m)
	}
}

// TestElementwiseConstants: the constants of the assembly are those of the definition. A wrong one may change results
// too rarely for the other tests.
func TestElementwiseConstants(t *testing.T) {
	double := math.Float64bits
	single := func(v float32) uint64 { return uint64(math.Float32bits(v)) * (1<<32 + 1) }
	want := map[string]uint64{
		"expLimit": single(expLimit), "minusExpLimit": single(-expLimit), "expMagic": double(expMagic),
		"log2e": double(log2e), "ln2": double(math.Ln2), "one": double(1), "two": double(2),
		"exp0": double(exp0), "exp1": double(exp1), "exp2": double(exp2), "exp3": double(exp3),
		"exp4": double(exp4), "exp5": double(exp5), "exp6": double(exp6), "exp7": double(exp7),
		"sinLimit": single(sinLimit), "sinMagic": double(sinMagic), "inversePi": double(inversePi),
		"piHigh": double(piHigh), "piLow": double(piLow),
		"sin0": double(sin0), "sin1": double(sin1), "sin2": double(sin2), "sin3": double(sin3),
		"sin4": double(sin4), "sin5": double(sin5), "sin6": double(sin6),
		"sign": single(float32(math.Copysign(0, -1))), "magnitude": single(math.Float32frombits(1<<31 - 1)),
	}
	words := map[string][]uint64{}
	line := regexp.MustCompile(`(?m)^DATA (\w+)<>\+\d+\(SB\)/8, \$(0x[0-9a-f]+)$`)
	for _, m := range line.FindAllStringSubmatch(elementwiseAssembly(t), -1) {
		v, err := strconv.ParseUint(m[2], 0, 64)
		if err != nil {
			t.Fatal(err)
		}
		words[m[1]] = append(words[m[1]], v)
	}
	for name, v := range want {
		t.Run(name, func(t *testing.T) {
			if got, want := words[name], slices.Repeat([]uint64{v}, 4); !slices.Equal(got, want) {
				t.Errorf("got words %#x, want %#x", got, want)
			}
		})
	}
	for name, v := range words {
		if _, ok := want[name]; !ok && name != "masks" {
			t.Errorf("%s: got words %#x, want no constant of this name", name, v)
		}
	}
}

func elementwiseAssembly(t *testing.T) string {
	t.Helper()
	code, err := os.ReadFile("elementwise_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	return string(code)
}
