package kernel

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// TestElementwiseRegisters: registers from 16 up would need AVX-512, and the allocator of the generator takes them
// without a word when it runs out of others.
func TestElementwiseRegisters(t *testing.T) {
	if m := regexp.MustCompile(`\b(Z\d+|[XY](1[6-9]|2\d|3[01]))\b`).FindString(elementwiseAssembly(t)); m != "" {
		t.Errorf("elementwise_amd64.s uses %s, which AVX2 does not have", m)
	}
}

// TestElementwiseConstants: the constants of the assembly are those of the definition. The results of a wrong one may
// differ too rarely for the other tests.
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
	seen := map[string]int{}
	line := regexp.MustCompile(`(?m)^DATA (\w+)<>\+\d+\(SB\)/8, \$(0x[0-9a-f]+)$`)
	for _, m := range line.FindAllStringSubmatch(elementwiseAssembly(t), -1) {
		v, err := strconv.ParseUint(m[2], 0, 64)
		if err != nil {
			t.Fatal(err)
		}
		w, ok := want[m[1]]
		if m[1] != "masks" && (!ok || v != w) {
			t.Errorf("%s is %#x, want %#x", m[1], v, w)
		}
		seen[m[1]]++
	}
	for name := range want {
		if seen[name] != 4 {
			t.Errorf("%s has %d words, want 4", name, seen[name])
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
