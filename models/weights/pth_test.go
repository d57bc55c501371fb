package weights

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"
)

func sameTensor(a, b Tensor) bool {
	return slices.Equal(a.Shape, b.Shape) && slices.Equal(a.Data, b.Data)
}

// TestPthNested: where the state dict is found.
func TestPthNested(t *testing.T) {
	want := Set{"x": {Shape: []int{2}, Data: []float32{1, 2}}}
	state, other := dictionary(str("x"), floats(2)), dictionary(str("y"), floats(3))
	metadata := dictionary(str("_metadata"), dictionary(str(""), dictionary(str("version"), "K\x01")))
	long := view("Long", "9", 1, 0, ints(), ints())
	parameter := p(global("torch._utils", "_rebuild_parameter"), "(", floats(2), "\x88)tR")
	counter := p(global("collections", "Counter"), dictionary(integer(200), "K\x01"), "\x85R")
	stacked := p(str("torch"), str("FloatStorage"), "\x93")
	nested := dictionary(str("discriminator"), other, str("generator"), state)
	for name, pickle := range map[string]string{
		"top":       state,
		"generator": dictionary(str("generator"), state),
		"metadata":  dictionary(str("generator"), p(state, metadata, "b")),
		"twice":     dictionary(str("steps"), "K\x05", str("model"), nested),
		"preferred": dictionary(str("discriminator"), other, str("model_g"), state),
		"any":       dictionary(str("epoch"), "G\x3f\xf0\x00\x00\x00\x00\x00\x00", str("best"), state),
		"integers":  dictionary(str("x"), floats(2), str("num_batches_tracked"), long),
		"parameter": dictionary(str("x"), parameter),
		"counter":   dictionary(str("scheduler"), dictionary(str("milestones"), counter), str("state_dict"), state),
		"stack":     dictionary(str("x"), strings.ReplaceAll(floats(2), global("torch", "FloatStorage"), stacked)),
	} {
		set, err := read(checkpointFile(t, pickle, six))
		if err != nil || !maps.EqualFunc(set, want, sameTensor) {
			t.Errorf("%s: %v, %v", name, set, err)
		}
		if name != "integers" {
			if set, err = read(legacyFile(legacy(pickle))); err != nil || !maps.EqualFunc(set, want, sameTensor) {
				t.Errorf("legacy, %s: %v, %v", name, set, err)
			}
		}
	}
}

// TestPthViews: strides, offsets, and the types of elements.
func TestPthViews(t *testing.T) {
	storages := map[string]any{
		"data/0": six["data/0"], "data/d": []float64{1, 1.0 / 3},
		"data/h": []uint16{0x3c00, 0xc100}, "data/b": []uint16{0x3f80, 0xc020},
	}
	set, err := read(checkpointFile(t, dictionary(
		str("transposed"), view("Float", "0", 6, 0, ints(3, 2), ints(1, 3)),
		str("column"), view("Float", "0", 6, 2, ints(2), ints(3)),
		str("expanded"), view("Float", "0", 6, 5, ints(2, 2), ints(0, 0)),
		str("scalar"), view("Float", "0", 6, 3, ints(), ints()),
		str("empty"), view("Float", "0", 6, 6, ints(0, 3), ints(3, 1)),
		str("one"), view("Float", "0", 6, 5, ints(1, 1), ints(1<<40, 7)),
		str("double"), view("Double", "d", 2, 0, ints(2), ints(1)),
		str("half"), view("Half", "h", 2, 0, ints(2), ints(1)),
		str("bfloat16"), view("BFloat16", "b", 2, 0, ints(2), ints(1)),
	), storages))
	want := Set{
		"transposed": {Shape: []int{3, 2}, Data: []float32{1, 4, 2, 5, 3, 6}},
		"column":     {Shape: []int{2}, Data: []float32{3, 6}},
		"expanded":   {Shape: []int{2, 2}, Data: []float32{6, 6, 6, 6}},
		"scalar":     {Shape: []int{}, Data: []float32{4}},
		"empty":      {Shape: []int{0, 3}, Data: []float32{}},
		"one":        {Shape: []int{1, 1}, Data: []float32{6}},
		"double":     {Shape: []int{2}, Data: []float32{1, 1.0 / 3}},
		"half":       {Shape: []int{2}, Data: []float32{1, -2.5}},
		"bfloat16":   {Shape: []int{2}, Data: []float32{1, -2.5}},
	}
	if err != nil || !maps.EqualFunc(set, want, sameTensor) {
		t.Errorf("%v, %v", set, err)
	}
}

// refusals are files that must be refused, by what the error must have.
func refusals(t testing.TB) map[string][]byte {
	x := func(tensor string) []byte { return checkpointFile(t, dictionary(str("x"), tensor), six) }
	sized := func(offset int, size, stride string) []byte { return x(view("Float", "0", 6, offset, size, stride)) }
	state := dictionary(str("x"), floats(2))
	good := checkpointFile(t, state, six)

	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	w, err := z.Create("m/data.pkl")
	if err != nil {
		t.Fatal(err)
	}
	w.Write(make([]byte, 1<<20))
	z.Close()
	var archive bytes.Buffer
	tw := tar.NewWriter(&archive)
	tw.WriteHeader(&tar.Header{Name: "pickle", Size: 3, Mode: 0o666, Format: tar.FormatUSTAR})
	tw.Write([]byte("abc"))
	tw.Close()

	// Entries on top of each other: each is given the length of all.
	overlapping := checkpointFile(t, state, map[string]any{"data/0": make([]float32, 6), "data/1": make([]byte, 600)})
	directory := bytes.Index(overlapping, []byte("PK\x01\x02"))
	for i := directory; i >= 0 && i < len(overlapping)-46; {
		if n := binary.LittleEndian.Uint32(overlapping[i+24:]); n < 600 {
			binary.LittleEndian.PutUint32(overlapping[i+20:], 600)
			binary.LittleEndian.PutUint32(overlapping[i+24:], 600)
		}
		next := bytes.Index(overlapping[i+4:], []byte("PK\x01\x02"))
		if next < 0 {
			break
		}
		i += 4 + next
	}
	damaged := bytes.Replace(good, []byte("\x00\x00\x80\x3f"), []byte("\x00\x00\x80\x3e"), 1)

	system := p(global("os", "system"), str("true"), "\x85R")
	type storages = map[string]any
	made := func(pickle string) []byte { return checkpointFile(t, pickle, six) }
	old := func(pickle string) []byte { return legacyFile(legacy(pickle)) }
	half, other := view("Half", "0", 6, 0, ints(1), ints(1)), view("Float", "7", 5, 0, ints(1), ints(1))
	big := bytes.Replace(old(state), []byte("little_endian\x88"), []byte("little_endian\x89"), 1)
	shorter := view("Float", "0", 5, 0, ints(1), ints(1))
	return map[string][]byte{
		"checkpoint calls os.system, which is refused":       x(system),
		"checkpoint calls posix.system, which is refused":    made(p(str("posix"), str("system"), "\x93", str("true"), "\x85R")),
		"checkpoint calls builtins.eval, which is refused":   append([]byte("\x80\x04cbuiltins\neval\n"), state...),
		`checkpoint calls "a\tb.c", which is refused`:        x(global("a\tb", "c")),
		"checkpoint calls torch.load, which":                 old(dictionary(str("x"), global("torch", "load"))),
		"operation 0x69, which state dicts do not need":      made("(ios\nsystem\n"),
		"operation 0x81, which state dicts do not need":      made(p(global("collections", "OrderedDict"), ")\x81")),
		`calls "torch.FloatStorage" with unknown arguments`:  made(p(global("torch", "FloatStorage"), "K\x05\x85R")),
		"sets attributes of what is no dictionary":           x(floats(2) + "}b"),
		"nor a PyTorch checkpoint: it has 0 bytes":           nil,
		"not a PyTorch checkpoint ":                          []byte("\x80\x02K\x01."),
		"a tar file":                                         archive.Bytes(),
		"is compressed or encrypted":                         bomb.Bytes(),
		"entries are larger than the file":                   overlapping,
		`"data/0" has another checksum`:                      damaged,
		"4194308 bytes, must have at most 4194304":           made(strings.Repeat("N", 1<<22+1)),
		"has no entry data.pkl":                              bytes.ReplaceAll(good, []byte("data.pkl"), []byte("data.pkx")),
		"TorchScript":                                        checkpointFile(t, state, storages{"constants.pkl": []byte("x")}),
		`byte order "big"`:                                   checkpointFile(t, state, storages{"byteorder": []byte("big")}),
		`no entry "data/0"`:                                  checkpointFile(t, state, nil),
		`"0" has 20 bytes, must have 6 elements`:             checkpointFile(t, state, storages{"data/0": make([]float32, 5)}),
		`its keys are "a", 7`:                                made(dictionary(str("a"), "K\x01", integer(7), "N")),
		"its keys are none":                                  made("}"),
		"checkpoint is not a dictionary":                     made(floats(2)),
		`tensor "x" twice`:                                   made(dictionary(str("x"), floats(1), str("x"), floats(2))),
		"reaches past its storage of 6 elements":             sized(0, ints(7), ints(1)),
		"reaches past its storage of 6":                      sized(5, ints(2), ints(1)),
		"reaches past its storage of":                        sized(-1, ints(2), ints(1)),
		"reaches past its storage":                           sized(0, ints(2, 2), ints(math.MaxInt64, 1)),
		"reaches past its":                                   sized(0, ints(2, 2), ints(4, 2)),
		"reaches past":                                       sized(math.MaxInt64, ints(2, 2), ints(1, 1)),
		"more elements than the file can hold":               sized(0, ints(1<<40), ints(0)),
		"more elements than the file can":                    sized(0, ints(1<<32, 1<<32), ints(0, 0)),
		"dimension 0 or its stride is negative":              sized(0, ints(-2), ints(1)),
		"dimension 1 or its stride is negative":              sized(1, ints(1, 2), ints(1, -1)),
		"dimension 0 or its stride is negative or no number": sized(0, p(str("a"), "\x85"), ints(1)),
		"has 2 dimensions and 1 strides":                     sized(0, ints(1, 2), ints(1)),
		"17 dimensions":                                      sized(0, ints(make([]int, 17)...), ints(make([]int, 17)...)),
		"is of 6 Float and of 6 Half":                        made(dictionary(str("x"), floats(1), str("y"), half)),
		"names a storage in an unknown way":                  x(view("Float", "0", -1, 0, ints(1), ints(1))),
		"2147483647 bytes needed, 1 left":                    made("X\xff\xff\xff\x7f"),
		"18446744073709551615 bytes needed":                  made("\x8d\xff\xff\xff\xff\xff\xff\xff\xff"),
		"bytes in a frame":                                   made("\x95\xff\xff\xff\xff\xff\xff\xff\xff"),
		"memo 4294967295, has 0":                             made("}r\xff\xff\xff\xff"),
		"memo 3, has 0":                                      made("h\x03"),
		"takes a value that is not there":                    made("K\x01(R"),
		"there is no mark":                                   made("}u"),
		"protocol 200":                                       made("\x80\xc8"),
		"too many values at once":                            made(strings.Repeat("}", 1<<17)),
		"too deep":                                           made(strings.Repeat("(", 1<<17)),
		"a name without end":                                 made("cos\nsystem"),
		`storage "0" has not its 5 elements`:                 old(dictionary(str("x"), shorter)),
		`storage "0" is not used, or there twice`:            legacyFile("}"),
		`there is no storage "7"`:                            old(dictionary(str("x"), floats(1), str("y"), other)),
		"has byte order big":                                 big,
	}
}

func TestPthRefuses(t *testing.T) {
	for want, content := range refusals(t) {
		set, err := read(content)
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(want)) || strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("%v, %v, want %q", len(set), err, want)
		}
	}
	// A name across the bound on the length of a pickle, after which there are more bytes.
	crossing := legacyFile(p("]", strings.Repeat("Na", maxProgram/2-5), global("os", "system")))
	if _, err := read(crossing); err == nil || !strings.Contains(err.Error(), "a name without end") {
		t.Errorf("a pickle that is too long: error %v, want a name without end", err)
	}
	// Many tensors of the same numbers.
	items := []string{}
	for i := range 1000 {
		items = append(items, str(fmt.Sprint(i)), "h\x00")
	}
	tensor := view("Float", "0", 10000, 0, ints(10000), ints(1))
	zeros := map[string]any{"data/0": make([]float32, 10000)}
	content := checkpointFile(t, p(tensor, "q\x00\x85q\x01", dictionary(items...), "\x86"), zeros)
	if _, err := read(content); err == nil {
		t.Error("a tuple is taken for a dictionary")
	}
	content = checkpointFile(t, p("}", str("x"), tensor, "q\x00s(", p(items...), "u"), zeros)
	if _, err := read(content); err == nil || !strings.Contains(err.Error(), "more elements than the file can hold") {
		t.Errorf("1000 tensors of the same storage: %v", err)
	}
}

// TestPthCut: a file that ends too soon is refused, wherever.
func TestPthCut(t *testing.T) {
	state := dictionary(str("x"), floats(2), str("y"), floats(6))
	files := map[string][]byte{"zip": checkpointFile(t, state, six), "legacy": legacyFile(legacy(state))}
	for name, whole := range files {
		if _, err := read(whole); err != nil {
			t.Fatal(name, err)
		}
		for n := range len(whole) {
			if _, err := read(whole[:n]); err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %d bytes of %d: %v", name, n, len(whole), err)
			}
		}
	}
}

// TestPthCutReal: the same with a real file, at every 97th byte; of short tests at both ends.
func TestPthCutReal(t *testing.T) {
	whole, err := os.ReadFile(reference.File(t, "weights", "hifigan-v3-ljspeech", "g_v3.pth"))
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(whole); n += 97 {
		if n == 97*200 && testing.Short() {
			n = len(whole) - len(whole)%97 - 97*200
		}
		if _, err := read(whole[:n]); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%d bytes of %d: %v", n, len(whole), err)
		}
	}
}

// TestPthReal: the checkpoint of a HiFi-GAN has the layers of the .safetensors made of it, but for how folding rounds.
func TestPthReal(t *testing.T) {
	open := func(name string) Set {
		content, err := os.ReadFile(reference.File(t, "weights", "hifigan-v3-ljspeech", name))
		if err != nil {
			t.Fatal(err)
		}
		set, err := read(content)
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	got, want := open("g_v3.pth"), open("generator_v3.safetensors")
	layers := 0
	for name, w := range maps.Clone(want) {
		layer, isWeight := strings.CutSuffix(name, ".weight")
		if !isWeight {
			layer, isWeight = strings.CutSuffix(name, ".weight_v")
		}
		if !isWeight {
			continue
		}
		layers++
		fold := Set.Conv
		first, second := w.Shape[0], w.Shape[1]
		if strings.HasPrefix(layer, "ups.") {
			fold = Set.ConvTranspose
		}
		a, abias, err := fold(got, layer, first, second, w.Shape[2])
		b, bbias, err2 := fold(want, layer, first, second, w.Shape[2])
		if err != nil || err2 != nil || !slices.Equal(abias, bbias) || len(a) != len(b) {
			t.Fatalf("%s: %v, %v, or biases differ", layer, err, err2)
		}
		worst := 0.0
		for i, v := range b {
			worst = max(worst, math.Abs(float64(a[i])-float64(v))/max(math.Abs(float64(v)), 1e-30))
		}
		// The largest difference is 2.4e-7 of a weight, two units in the last place: what folding in float32 would leave,
		// which rounds the norm, the quotient and the product. Biases, which are not folded, are equal.
		if worst > 3e-7 {
			t.Errorf("%s: a weight differs by %g of itself", layer, worst)
		}
	}
	if layers == 0 || len(got) != 0 || len(want) != 0 {
		t.Errorf("%d layers, %d and %d tensors left", layers, len(got), len(want))
	}
}
