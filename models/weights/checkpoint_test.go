package weights

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// Files of checkpoints that the tests make.

// The operations of a pickle that the tests write, in text: p joins them.
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
