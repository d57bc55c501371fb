package weights

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"math"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/nlpodyssey/safetensors"
)

// p joins the operations of a pickle.
func p(parts ...string) string { return strings.Join(parts, "") }

func str(s string) string {
	return "X" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(s)))) + s
}

func integer(v int) string {
	return "\x8a\x08" + string(binary.LittleEndian.AppendUint64(nil, uint64(v)))
}

func global(module, name string) string { return "c" + module + "\n" + name + "\n" }

func ints(values ...int) string {
	s := "("
	for _, v := range values {
		s += integer(v)
	}
	return s + "t"
}

// dictionary has keys and values in turn.
func dictionary(items ...string) string { return p("}(", p(items...), "u") }

// view is a tensor; count elements are in the storage.
func view(kind, key string, count, offset int, size, stride string) string {
	id := p("(", str("storage"), global("torch", kind+"Storage"), str(key), str("cpu"), integer(count), "tQ")
	empty := p(global("collections", "OrderedDict"), ")R")
	return p(global("torch._utils", "_rebuild_tensor_v2"), "(", id, integer(offset), size, stride, "\x89", empty, "tR")
}

// floats is a tensor of the n first elements of storage 0, which has six.
func floats(n int) string { return view("Float", "0", 6, 0, ints(n), ints(1)) }

// checkpointFile makes a .pth file of a pickle and storages.
func checkpointFile(t testing.TB, pickle string, storages map[string]any) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name string, content []byte) {
		h := &zip.FileHeader{Name: name, CRC32: crc32.ChecksumIEEE(content)}
		h.CompressedSize64, h.UncompressedSize64 = uint64(len(content)), uint64(len(content))
		w, err := z.CreateRaw(h)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(content)
	}
	add("m/data.pkl", []byte("\x80\x02"+pickle+"."))
	for _, key := range slices.Sorted(maps.Keys(storages)) {
		var raw bytes.Buffer
		if err := binary.Write(&raw, binary.LittleEndian, storages[key]); err != nil {
			t.Fatal(err)
		}
		add("m/"+key, raw.Bytes())
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// six are the storages of most tests.
var six = map[string]any{"data/0": []float32{1, 2, 3, 4, 5, 6}, "byteorder": []byte("little")}

// legacyFile makes a checkpoint of before PyTorch 1.6 with storage 0.
func legacyFile(pickle string) []byte {
	return legacyFileOf(pickle, []string{"0"}, map[string][]float32{"0": six["data/0"].([]float32)})
}

// legacyFileOf makes a checkpoint of before PyTorch 1.6 with storages.
func legacyFileOf(pickle string, keys []string, storages map[string][]float32) []byte {
	magic := "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"
	machine := dictionary(str("protocol_version"), integer(1001), str("little_endian"), "\x88")
	list := "]"
	for _, key := range keys {
		list += str(key) + "a"
	}
	var b []byte
	for _, program := range []string{magic, "M\xe9\x03", machine, pickle, list} {
		b = append(b, "\x80\x02"+program+"."...)
	}
	for _, key := range keys {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(storages[key])))
		b = append(b, rawFloats(storages[key])...)
	}
	return b
}

// rawFloats returns the bytes of numbers.
func rawFloats(values []float32) []byte {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// legacy turns the name of storage 0 into the form of the legacy format.
func legacy(pickle string) string { return strings.ReplaceAll(pickle, "tQ", "NtQ") }

// allocated returns the number of bytes allocated so far.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// checkSet requires that the tensors from a file of size bytes fit their shapes, and hold at most an element for each
// byte.
func checkSet(t *testing.T, set Set, size int) {
	t.Helper()
	if n := set.Elements(); n > int64(size) {
		t.Errorf("file of %d bytes: got %d elements, want at most one for each byte", size, n)
	}
	for name, x := range set {
		n := 1
		for _, d := range x.Shape {
			n *= d
		}
		if n != len(x.Data) {
			t.Errorf("tensor %s of shape %v: got %d elements, want %d", name, x.Shape, len(x.Data), n)
		}
	}
}

// checkOpen requires that Open allocates no more than it may, garbage included, that an error is one short line, and
// that the shapes of tensors fit their numbers.
func checkOpen(t *testing.T, content []byte) {
	t.Helper()
	const most = 40e6
	before := allocated()
	f, err := openFile(content)
	if taken := allocated() - before; taken > most {
		t.Errorf("file of %d bytes: got %d bytes allocated, want at most %g", len(content), taken, most)
	}
	checkError(t, err)
	if err != nil {
		return
	}
	if len(f.Dictionaries) > 16 { // whose tensors may share numbers
		return
	}
	all, err := readAll(content)
	checkError(t, err)
	for _, set := range all {
		checkSet(t, set, len(content))
	}
}

// checkError requires that an error has one line of at most 400 characters that can be printed.
func checkError(t *testing.T, err error) {
	t.Helper()
	text := message(err)
	printable := func(r rune) bool { return !unicode.IsPrint(r) }
	if utf8.RuneCountInString(text) > 400 || strings.ContainsFunc(text, printable) {
		t.Errorf("got error %q, want at most 400 characters, all printable", text)
	}
}

func sameTensor(a, b Tensor) bool {
	return slices.Equal(a.Shape, b.Shape) && slices.Equal(a.Data, b.Data)
}

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

// openOne is Open for a file with one dictionary.
func openOne(r io.ReaderAt, size int64) (Set, error) {
	f, err := Open(r, size)
	if err != nil {
		return nil, err
	}
	if len(f.Dictionaries) != 1 {
		return nil, fmt.Errorf("%d dictionaries", len(f.Dictionaries))
	}
	return f.Dictionaries[0].Tensors, nil
}

// readAll returns the numbers of all floating-point tensors, finite or not, by the keys of their dictionaries.
func readAll(content []byte) (map[string]Set, error) {
	f, err := openFile(content)
	if err != nil {
		return nil, err
	}
	all := map[string]Set{}
	for _, d := range f.Dictionaries {
		set := Set{}
		for name, t := range d.Tensors {
			if !t.Floating() {
				continue
			}
			data, err := t.numbers()
			if err != nil {
				return nil, err
			}
			set[name] = Tensor{Shape: t.Shape, Data: data}
		}
		all[d.Key] = set
	}
	return all, nil
}

// read is readAll for a file with one dictionary.
func read(content []byte) (Set, error) {
	all, err := readAll(content)
	if err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, fmt.Errorf("%d dictionaries", len(all))
	}
	for _, set := range all {
		return set, nil
	}
	return nil, nil
}

// message returns the text of an error, "" for none.
func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// A recorder counts how often each byte of a file is read.
type recorder struct {
	io.ReaderAt
	reads []int
}

func (r *recorder) ReadAt(p []byte, at int64) (int, error) {
	n, err := r.ReaderAt.ReadAt(p, at)
	for i := range n {
		r.reads[int(at)+i]++
	}
	return n, err
}

// openFile is Open of a file in memory.
func openFile(content []byte) (*File, error) {
	return Open(bytes.NewReader(content), int64(len(content)))
}
