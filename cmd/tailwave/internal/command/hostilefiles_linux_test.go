package command

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A hostileFile is a small file, or one of a few megabytes, that asks for much more memory or time than it has bytes.
type hostileFile struct {
	name   string            // of the file
	what   string            // it asks for
	write  func(w io.Writer) // writes it
	config string            // of the config.json next to it; "" for that of the tiny generator
}

func u32(v int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(v))) }
func u64(v int) string { return string(binary.LittleEndian.AppendUint64(nil, uint64(v))) }

// text is a string in a pickle.
func text(s string) string { return "X" + u32(len(s)) + s }

// zipped writes a checkpoint of PyTorch with a pickle.
func zipped(pickle func(w io.Writer)) func(w io.Writer) {
	return func(w io.Writer) {
		z := zip.NewWriter(w)
		f, _ := z.CreateHeader(&zip.FileHeader{Name: "m/data.pkl", Method: zip.Store})
		io.WriteString(f, "\x80\x02")
		pickle(f)
		io.WriteString(f, ".")
		z.Close()
	}
}

// piecewise writes n pieces.
func piecewise(n int, piece func(i int) string) func(w io.Writer) {
	return func(w io.Writer) {
		for i := range n {
			io.WriteString(w, piece(i))
		}
	}
}

// joined writes one after the other.
func joined(parts ...func(w io.Writer)) func(w io.Writer) {
	return func(w io.Writer) {
		for _, part := range parts {
			part(w)
		}
	}
}

func once(s string) func(w io.Writer) { return func(w io.Writer) { io.WriteString(w, s) } }

func again(n int, s string) func(w io.Writer) { return piecewise(n, func(int) string { return s }) }

// hugeTensor is a dictionary with a tensor of n elements in a storage of as many.
func hugeTensor(n int) string {
	count := "\x8a\x08" + u64(n)
	storage := "(" + text("storage") + "ctorch\nFloatStorage\n" + text("0") + text("cpu") + count + "tQ"
	hooks := "ccollections\nOrderedDict\n)R"
	return "}" + text("conv_pre.weight") + "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + "K\x00(" + count +
		"t(K\x01t\x89" + hooks + "tRs"
}

// doubledTuples nests tuples that hold the one before them twice: 2^n of them when they are followed.
func doubledTuples(n int) func(w io.Writer) {
	return joined(once("}"+text("state_dict")+"}q\x00"), piecewise(n, func(i int) string {
		return "h" + string(byte(i)) + "\x86q" + string(byte(i+1))
	}), once("s"))
}

// doubledDicts nests dictionaries in the same way.
func doubledDicts(n int) func(w io.Writer) {
	return joined(again(n, "}("+text("a")), once("}q\x00"), piecewise(n, func(i int) string {
		return text("b") + "h" + string(byte(i)) + "uq" + string(byte(i+1))
	}))
}

// header writes a .safetensors file of the header that write makes, with n bytes of data after it.
func header(write func(w io.Writer), n int) func(w io.Writer) {
	return func(w io.Writer) {
		var b bytes.Buffer
		write(&b)
		io.WriteString(w, u64(b.Len()))
		w.Write(b.Bytes())
		w.Write(make([]byte, n))
	}
}

// hostileFiles are all of them.
func hostileFiles() []hostileFile {
	const million = 1 << 20
	return []hostileFile{
		{name: "memo.pth", what: "half a million entries of the memo", write: zipped(joined(once("}"),
			piecewise(million/2-100, func(i int) string { return "r" + u32(i) + "h\x00" })))},
		{name: "memo-index.pth", what: "an entry of the memo with a large index",
			write: zipped(once("}r\xff\xff\xff\x7f"))},
		{name: "memo-texts.pth", what: "200,000 texts in the memo", write: zipped(joined(once("}("),
			piecewise(200_000, func(i int) string { return text(fmt.Sprint(i)) + "r" + u32(i) + "N" }), once("u")))},
		{name: "nested.pth", what: "a million lists in each other", write: zipped(joined(
			again(million, "]"), again(million-1, "a")))},
		{name: "nested-dicts.pth", what: "a million dictionaries in each other", write: zipped(joined(
			again(million-100, "}K\x01"), once("K\x01"), again(million-100, "s")))},
		{name: "marks.pth", what: "four million marks", write: zipped(again(4*million-100, "("))},
		{name: "stack.pth", what: "two million numbers on the stack", write: zipped(again(2*million-100, "K\x01"))},
		{name: "dictionaries.pth", what: "four million dictionaries", write: zipped(again(4*million-100, "}"))},
		{name: "keys.pth", what: "300,000 keys", write: zipped(joined(once("}("),
			piecewise(300_000, func(i int) string { return text(fmt.Sprint(i)) + "K\x01" }), once("u")))},
		{name: "keys-many.pth", what: "a million keys", write: zipped(joined(once("}("),
			piecewise(million, func(i int) string { return text(fmt.Sprint(i)) + "K\x01" }), once("u")))},
		{name: "long-text.pth", what: "a text of 4 MB", write: zipped(joined(
			once("}X"+u32(4*million-100)), once(strings.Repeat("x", 4*million-100)), once("K\x01s")))},
		{name: "longer-text.pth", what: "a text of 64 MB", write: zipped(joined(
			once("}X"+u32(64*million)), again(64, strings.Repeat("x", million)), once("K\x01s")))},
		{name: "claimed-text.pth", what: "a text that claims 2^31 bytes", write: zipped(once("}X\xff\xff\xff\x7fx"))},
		{name: "claimed-bytes.pth", what: "bytes that claim 2^60", write: zipped(once("}\x8e" + u64(1<<60) + "x"))},
		{name: "claimed-number.pth", what: "a number that claims 2^31 bytes",
			write: zipped(once("}\x8b\xff\xff\xff\x7fx"))},
		{name: "long-number.pth", what: "a number of 4 MB", write: zipped(joined(
			once("}K\x01\x8b"+u32(4*million-100)), once(strings.Repeat("\x01", 4*million-100)), once("s")))},
		{name: "decimal.pth", what: "a decimal number of 4 MB", write: zipped(
			once("}K\x01L" + strings.Repeat("7", 4*million-100) + "L\ns"))},
		{name: "elements.pth", what: "a tensor of 2^60 elements", write: zipped(once(hugeTensor(1 << 60)))},
		{name: "gigabyte.pth", what: "a tensor of 2^28 elements", write: zipped(once(hugeTensor(1 << 28)))},
		{name: "self.pth", what: "a dictionary in itself",
			write: zipped(once("}q\x00" + text("state_dict") + "h\x00s"))},
		{name: "self-list.pth", what: "a list in itself", write: zipped(once("}" + text("model") + "]q\x00h\x00as"))},
		{name: "doubled-tuples.pth", what: "2^60 tuples", write: zipped(doubledTuples(60))},
		{name: "doubled-dicts.pth", what: "2^60 dictionaries", write: zipped(doubledDicts(60))},
		{name: "entries.pth", what: "10^5 entries", write: func(w io.Writer) {
			z := zip.NewWriter(w)
			for i := range 100_000 {
				z.CreateHeader(&zip.FileHeader{Name: fmt.Sprint("m/data/", i), Method: zip.Store})
			}
			z.Close()
		}},
		{name: "bomb.pth", what: "a pickle of 256 MB in 256 KB", write: func(w io.Writer) {
			z := zip.NewWriter(w)
			f, _ := z.Create("m/data.pkl")
			again(256, strings.Repeat("N", million))(f)
			z.Close()
		}},
		{name: "bomb.nemo", what: "256 MB in a gzip file of 256 KB", write: func(w io.Writer) {
			z := gzip.NewWriter(w)
			again(256, string(make([]byte, million)))(z)
			z.Close()
		}},
		{name: "legacy.pth", what: "a storage of 2^60 elements in the format before PyTorch 1.6", write: once(
			"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}.\x80\x02" +
				hugeTensor(1<<60) + ".\x80\x02]" + text("0") + "a." + u64(1<<60))},
		{name: "field.onnx", what: "a field of 2^60 bytes", write: once(
			"\x08\x07\x12\x07pytorch\x3a\x80\x80\x80\x80\x80\x80\x80\x80\x10\x0a")},
		{name: "names.safetensors", what: "a header of 4 MiB of long names", write: header(joined(once("{"),
			piecewise(60, func(i int) string {
				return fmt.Sprintf(`"%065000d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},`, i)
			}), once(`"z":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`)), 0)},
		{name: "tensors.safetensors", what: "a header of 4 MiB of tensors", write: header(joined(once("{"),
			piecewise(16000, func(i int) string {
				return fmt.Sprintf(`"%0200d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},`, i)
			}), once(`"z":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`)), 0)},
		{name: "more.safetensors", what: "60,000 tensors", write: header(joined(once("{"),
			piecewise(60_000, func(i int) string {
				return fmt.Sprintf(`"%d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},`, i)
			}), once(`"z":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`)), 0)},
		{name: "nested.safetensors", what: "a header of 4 MiB of brackets", write: header(joined(once(`{"a":`),
			again(2*million-8, "["), again(2*million-8, "]"), once("}")), 0)},
		{name: "dimensions.safetensors", what: "a tensor of two million dimensions", write: header(joined(
			once(`{"a":{"dtype":"F32","shape":[1`), again(2*million-100, ",1"), once(`],"data_offsets":[0,4]}}`)), 4)},
		{name: "claimed.safetensors", what: "a tensor of 2^60 bytes", write: header(once(
			`{"conv_pre.weight":{"dtype":"F32","shape":[288230376151711744],`+
				`"data_offsets":[0,1152921504606846976]}}`), 64)},
		{name: "brackets.pth", what: "a config.json of 1 MiB of brackets", write: zipped(once("}")),
			config: strings.Repeat("[", million/2) + strings.Repeat("]", million/2)},
		{name: "brackets-inside.pth", what: "a field of config.json of 1 MiB of brackets", write: zipped(once("}")),
			config: `{"resblock":` + strings.Repeat(`{"a":`, million/7) + "1" + strings.Repeat("}", million/7) + "}"},
		{name: "long.pth", what: "a config.json of 100 MB", write: zipped(once("}")),
			config: `{"resblock":"2",` + strings.Repeat(" ", 100*million) + `"num_mels":8}`},
		{name: "rates.pth", what: "a config.json with stages of 2^30 samples", write: zipped(once("}")),
			config: `{"resblock":"2","upsample_rates":[1073741824,1073741824],` +
				`"upsample_kernel_sizes":[2147483648,2147483648],` +
				`"upsample_initial_channel":1073741824,"resblock_kernel_sizes":[3],"resblock_dilation_sizes":[[1,3]],` +
				`"num_mels":1073741824,"sampling_rate":16000}`},
	}
}

// make writes the file and its config.json to a folder of its own, and returns the path of the file.
func (h hostileFile) make(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	f, err := os.Create(filepath.Join(dir, h.name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h.write(f)
	config := []byte(h.config)
	if h.config == "" {
		config = readFile(t, filepath.Join("..", "..", "..", "..", "testdata", "hifigan-tiny", "config.json"))
	}
	writeFile(t, filepath.Join(dir, "config.json"), config)
	return f.Name()
}
