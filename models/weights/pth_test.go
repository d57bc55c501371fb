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

// TestPthNested requires that every dictionary of tensors is listed by its keys, wherever checkpoints have it.
func TestPthNested(t *testing.T) {
	x := Set{"x": {Shape: []int{2}, Data: []float32{1, 2}}}
	y := Set{"y": {Shape: []int{3}, Data: []float32{1, 2, 3}}}
	state, other := dictionary(str("x"), floats(2)), dictionary(str("y"), floats(3))
	metadata := dictionary(str("_metadata"), dictionary(str(""), dictionary(str("version"), "K\x01")))
	parameter := p(global("torch._utils", "_rebuild_parameter"), "(", floats(2), "\x88)tR")
	counter := p(global("collections", "Counter"), dictionary(integer(200), "K\x01"), "\x85R")
	stacked := p(str("torch"), str("FloatStorage"), "\x93")
	nested := dictionary(str("discriminator"), other, str("generator"), state)
	for _, c := range []struct {
		name, pickle string
		want         map[string]Set
	}{
		{"top", state, map[string]Set{"": x}},
		{"generator", dictionary(str("generator"), state), map[string]Set{"generator": x}},
		{"metadata", dictionary(str("generator"), p(state, metadata, "b")), map[string]Set{"generator": x}},
		{"twice", dictionary(str("steps"), "K\x05", str("model"), nested),
			map[string]Set{"model.discriminator": y, "model.generator": x}},
		{"two", dictionary(str("discriminator"), other, str("model_g"), state), map[string]Set{"discriminator": y,
			"model_g": x}},
		{"number next to it", dictionary(str("epoch"), "G\x3f\xf0\x00\x00\x00\x00\x00\x00", str("best"), state),
			map[string]Set{"best": x}},
		{"parameter", dictionary(str("x"), parameter), map[string]Set{"": x}},
		{"counter", dictionary(str("scheduler"), dictionary(str("milestones"), counter), str("state_dict"), state),
			map[string]Set{"state_dict": x}},
		{"stack", dictionary(str("x"), strings.ReplaceAll(floats(2), global("torch", "FloatStorage"), stacked)),
			map[string]Set{"": x}},
	} {
		files := map[string][]byte{"zip": checkpointFile(t, c.pickle, six), "legacy": legacyFile(legacy(c.pickle))}
		for format, content := range files {
			t.Run(c.name+"/"+format, func(t *testing.T) {
				got, err := readAll(content)
				same := func(a, b Set) bool { return maps.EqualFunc(a, b, sameTensor) }
				if err != nil || !maps.EqualFunc(got, c.want, same) {
					t.Errorf("got %v, error %v, want %v", got, err, c.want)
				}
			})
		}
	}
}

// TestPthTypes requires that a tensor of integers is listed with its type, and refused by name when it is taken.
func TestPthTypes(t *testing.T) {
	content := checkpointFile(t, dictionary(str("x"), floats(2), str("n"), view("Long", "9", 1, 0, ints(), ints())),
		map[string]any{"data/0": six["data/0"], "data/9": []int64{7}})
	set, err := openOne(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(set) != 2 || set["n"].Type != "int64" || set["x"].Type != "float32" {
		t.Fatalf("got %v, error %v, want n of int64 and x of float32", set, err)
	}
	_, err = set.Take("n")
	const want = "tensor n has type int64, must be float32, float16, bfloat16 or float64: save it as float32"
	if got := message(err); got != want {
		t.Errorf("got error %q, want %q", got, want)
	}
}

// A refused file is one whose error contains want.
type refused struct {
	name    string
	content []byte
	want    string
}

// refusals returns files that are refused.
func refusals(t testing.TB) []refused {
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

	// Entries overlap, because the directory states the length of all of them for each.
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

	type storages = map[string]any
	made := func(pickle string) []byte { return checkpointFile(t, pickle, six) }
	old := func(pickle string) []byte { return legacyFile(legacy(pickle)) }
	half, other := view("Half", "0", 6, 0, ints(1), ints(1)), view("Float", "7", 5, 0, ints(1), ints(1))
	big := bytes.Replace(old(state), []byte("little_endian\x88"), []byte("little_endian\x89"), 1)
	shorter := view("Float", "0", 5, 0, ints(1), ints(1))
	return []refused{
		{"called storage", made(p(global("torch", "FloatStorage"), "K\x05\x85R")),
			"no dictionary of tensors, it is an object made by torch.FloatStorage: save"},
		{"called system", made(p(global("os", "system"), str("ls"), "\x85R")),
			"checkpoint has no dictionary of tensors, it is an object made by os.system: save the state dict"},
		{"attributes of a tensor", x(floats(2) + "}b"), "attributes are set in a value that has none"},
		{"unknown operation", made("\x00"), "the operation 0x00 is unknown"},
		{"outside buffer", made("\x97"), "needs buffers that are not in the file: save it again with torch.save"},
		{"other persistent id", made("Pmodel.py\n"), `refers to "model.py", which is not in the file`},
		{"persistent tuple", made(p(str("weights"), "\x85Q")), `refers to "weights", which is not in the file`},
		{"deep dictionaries", made(p(strings.Repeat(p("}", str("a")), 70), floats(1), strings.Repeat("s", 70))),
			"nests dictionaries more than 64 deep"},
		{"empty file", nil, "is an empty file: download it again"},
		{"number", []byte("\x80\x02K\x01."), "is a pickle, but not a PyTorch checkpoint: save"},
		{"tar", archive.Bytes(), "is a tar archive, as PyTorch wrote before 0.2: load it"},
		{"compressed entry", bomb.Bytes(),
			`is a checkpoint that was zipped again, with entry "m/data.pkl" compressed or encrypted`},
		{"overlapping entries", overlapping, "entries are larger than the file"},
		{"checksum", damaged, `"data/0" does not match its checksum`},
		{"long pickle", made(strings.Repeat("N", 1<<22+1)), "4194308 bytes, must have at most 4194304"},
		{"no pickle", bytes.ReplaceAll(good, []byte("data.pkl"), []byte("data.pkx")), "is a zip file without weights"},
		{"TorchScript", checkpointFile(t, state, storages{"constants.pkl": []byte("x")}), "TorchScript"},
		{"big endian", checkpointFile(t, state, storages{"byteorder": []byte("big")}), `byte order "big"`},
		{"no storage", checkpointFile(t, state, nil), `no entry "data/0"`},
		{"short storage", checkpointFile(t, state, storages{"data/0": make([]float32, 5)}),
			`"0", which has 20 bytes, must have 6 elements of 4 bytes`},
		{"no tensors", made(dictionary(str("a"), "K\x01", integer(7), "N")), `its keys are "a" (an integer), 7 (None)`},
		{"empty dictionary", made("}"), "no dictionary of tensors, it is empty"},
		{"tensor alone", made(floats(2)), "checkpoint is one tensor of shape [2], not a dictionary of tensors"},
		{"tensor twice", made(dictionary(str("x"), floats(1), str("x"), floats(2))), `tensor "x" twice`},
		{"one element too long", sized(0, ints(7), ints(1)), "reaches past its storage of 6 elements"},
		{"offset too far", sized(5, ints(2), ints(1)), "reaches past its storage of 6 elements"},
		{"negative offset", sized(-1, ints(2), ints(1)), "reaches past its storage of 6 elements"},
		{"overflowing stride", sized(0, ints(2, 2), ints(math.MaxInt64, 1)), "reaches past its storage of 6 elements"},
		{"great strides", sized(0, ints(2, 2), ints(4, 2)), "reaches past its storage of 6 elements"},
		{"overflowing offset", sized(math.MaxInt64, ints(2, 2), ints(1, 1)), "reaches past its storage of 6 elements"},
		{"many elements", sized(0, ints(1<<40), ints(0)), "more elements than the file can hold"},
		{"overflowing elements", sized(0, ints(1<<32, 1<<32), ints(0, 0)), "more elements than the file can hold"},
		{"negative dimension", sized(0, ints(-2), ints(1)), "has a size or stride in dimension 0 that is negative"},
		{"negative stride", sized(1, ints(1, 2), ints(1, -1)), "has a size or stride in dimension 1 that is negative"},
		{"string for a dimension", sized(0, p(str("a"), "\x85"), ints(1)),
			"has a size or stride in dimension 0 that is negative or not a number"},
		{"unequal ranks", sized(0, ints(1, 2), ints(1)), "has 2 dimensions and 1 strides"},
		{"17 dimensions", sized(0, ints(make([]int, 17)...), ints(make([]int, 17)...)), "17 dimensions"},
		{"storage of two types", made(dictionary(str("x"), floats(1), str("y"), half)),
			"has both 6 elements of Float and 6 of Half"},
		{"negative storage", x(view("Float", "0", -1, 0, ints(1), ints(1))), "a storage is named in an unknown way"},
		{"long string", made("X\xff\xff\xff\x7f"), "2147483647 bytes needed, 1 left"},
		{"overflowing string", made("\x8d\xff\xff\xff\xff\xff\xff\xff\xff"), "a length above 4 GiB cannot be right"},
		{"list of tensors", made(p("](", floats(1), floats(2), "e")),
			"checkpoint is a list of 2 tensors, not a dictionary of tensors"},
		{"long frame", made("\x95\xff\xff\xff\xff\xff\xff\xff\xff"), "a length above 4 GiB cannot be right"},
		{"memo of 32 bits", made("}r\xff\xff\xff\xff"), "memo 4294967295 is stored, but the memo has 0 values"},
		{"memo of 8 bits", made("h\x03"), "memo 3 is read, but the memo has 0 values"},
		{"missing value", made("K\x01(R"), "a value is needed, but the stack has none"},
		{"no mark", made("}u"), "a mark is needed, but the stack has none"},
		{"protocol", made("\x80\xc8"), "the protocol is 200"},
		{"many values", made(strings.Repeat("}", 1<<17)), "the stack has more than 65536 values"},
		{"deep", made(strings.Repeat("(", 1<<17)), "the stack has more than 65536 marks"},
		{"name without end", made("cos\nsystem"), "a line has no end"},
		{"legacy: short storage", old(dictionary(str("x"), shorter)), `storage "0" has 6 elements, must have 5`},
		{"legacy: unused storage", legacyFile("}"), `storage "0" belongs to no tensor, or is listed twice`},
		{"legacy: no storage", old(dictionary(str("x"), floats(1), str("y"), other)),
			`needs storage "7", which is missing`},
		{"legacy: big endian", big, "has byte order big"},
	}
}

// TestPthRefuses requires that an error of one line names what is wrong in a checkpoint.
func TestPthRefuses(t *testing.T) {
	rows := refusals(t)
	// A name crosses the bound on the length of a pickle, and more bytes follow.
	crossing := p(str(strings.Repeat("x", maxProgram-15)), global("os", "system"))
	// Many tensors share the same numbers.
	items := []string{}
	for i := range 1000 {
		items = append(items, str(fmt.Sprint(i)), "h\x00")
	}
	tensor := view("Float", "0", 10000, 0, ints(10000), ints(1))
	zeros := map[string]any{"data/0": make([]float32, 10000)}
	shared := checkpointFile(t, p("}", str("x"), tensor, "q\x00s(", p(items...), "u"), zeros)
	pair := checkpointFile(t, p(tensor, "q\x00\x85q\x01", dictionary(items...), "\x86"), zeros)
	rows = append(rows,
		refused{"name across the bound", legacyFile(crossing), "a line has no end"},
		refused{"tuple for a dictionary", pair, "checkpoint is a tuple of 2 "},
		refused{"shared storage", shared, "more elements than the file can hold"})
	for _, c := range rows {
		t.Run(c.name, func(t *testing.T) {
			set, err := read(c.content)
			if got := message(err); !strings.Contains(got, c.want) || strings.ContainsAny(got, "\n\r") {
				t.Errorf("got %d tensors, error %q, want one line that contains %q", len(set), got, c.want)
			}
		})
	}
}

// wantCut requires an error of one line from the first n bytes of a file.
func wantCut(t *testing.T, whole []byte, n int) {
	t.Helper()
	if set, err := read(whole[:n]); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("%d bytes of %d: got %d tensors, error %v, want an error of one line", n, len(whole), len(set), err)
	}
}

// TestPthCut requires that a file cut at any byte is refused.
func TestPthCut(t *testing.T) {
	state := dictionary(str("x"), floats(2), str("y"), floats(6))
	files := map[string][]byte{"zip": checkpointFile(t, state, six), "legacy": legacyFile(legacy(state))}
	for name, whole := range files {
		t.Run(name, func(t *testing.T) {
			if _, err := read(whole); err != nil {
				t.Fatalf("whole file: got error %v, want none", err)
			}
			for n := range len(whole) {
				wantCut(t, whole, n)
			}
		})
	}
}

// TestPthCutReal requires the same of a real file at every 97th byte, in short tests only near both ends.
func TestPthCutReal(t *testing.T) {
	whole, err := os.ReadFile(reference.File(t, "weights", "hifigan-v3-ljspeech", "g_v3.pth"))
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(whole); n += 97 {
		if n == 97*200 && testing.Short() {
			n = len(whole) - len(whole)%97 - 97*200
		}
		wantCut(t, whole, n)
	}
}

// TestPthReal requires that the checkpoint of a HiFi-GAN has the layers of the .safetensors made of it, except for the
// rounding of folded weights.
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
		t.Run(layer, func(t *testing.T) {
			fold := Set.Conv
			first, second := w.Shape[0], w.Shape[1]
			if strings.HasPrefix(layer, "ups.") {
				fold = Set.ConvTranspose
			}
			a, abias, err := fold(got, layer, first, second, w.Shape[2])
			if err != nil {
				t.Fatal(err)
			}
			b, bbias, err := fold(want, layer, first, second, w.Shape[2])
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(abias, bbias) {
				t.Errorf("bias: got %v, want %v", abias, bbias)
			}
			if len(a) != len(b) {
				t.Fatalf("weights: got %d, want %d", len(a), len(b))
			}
			worst := 0.0
			for i, v := range b {
				worst = max(worst, math.Abs(float64(a[i])-float64(v))/max(math.Abs(float64(v)), 1e-30))
			}
			// The largest difference is 2.4e-7 of a weight, two units in the last place: what folding in float32 would
			// leave, which rounds the norm, the quotient and the product. Biases, which are not folded, are equal.
			if !(worst <= 3e-7) {
				t.Errorf("largest difference of a weight: got %g of itself, want at most 3e-7", worst)
			}
		})
	}
	if layers == 0 || len(got) != 0 || len(want) != 0 {
		t.Errorf("got %d layers, and %d and %d tensors left, want layers and no tensors left", layers, len(got),
			len(want))
	}
}

// FuzzOpen requires that no file makes the reader panic, return what is no tensor, allocate more than the bound, or
// return an error that is not one short line.
func FuzzOpen(f *testing.F) {
	for _, c := range refusals(f) {
		f.Add(c.content)
	}
	for _, row := range kindRows(f) {
		f.Add(row.content)
	}
	for _, row := range placeholderRows() {
		f.Add(checkpointFile(f, row.pickle, six))
	}
	state := dictionary(str("x"), view("Float", "0", 6, 0, ints(3, 2), ints(1, 3)), str("y"), floats(6))
	f.Add(checkpointFile(f, dictionary(str("model"), dictionary(str("generator"), state)), six))
	f.Add(legacyFile(legacy(state)))
	f.Fuzz(func(t *testing.T, content []byte) {
		checkOpen(t, content)
		// The content is also the program of a whole file, since mutations seldom leave a zip file whole.
		if len(content) < 1<<16 {
			checkOpen(t, checkpointFile(t, string(content), six))
			checkOpen(t, legacyFile(string(content)))
		}
	})
}
