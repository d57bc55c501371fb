package weights

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nlpodyssey/safetensors"
)

// A kindRow is a file, and what its kind is called.
type kindRow struct {
	content []byte
	want    string // Name, how it begins
	next    string // how Next begins; "" for what is read
}

// zipFile makes a zip file of entries, compressed or stored.
func zipFile(t testing.TB, method uint16, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(bytes.Repeat([]byte("N."), 100))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tarFile makes a tar file of empty members.
func tarFile(t testing.TB, format tar.Format, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range names {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Format: format}); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	return b.Bytes()
}

// oldTarFile is one of before the format ustar.
func oldTarFile(t testing.TB, name string) []byte {
	b := tarFile(t, tar.FormatUSTAR, name)
	clear(b[257:512])
	sum := int(8 * ' ')
	for i, x := range b[:512] {
		if i < 148 || i >= 156 {
			sum += int(x)
		}
	}
	digits := "0123456"
	for i := range 6 {
		b[148+5-i] = digits[0] + byte(sum>>(3*i)&7)
	}
	b[154], b[155] = 0, ' '
	return b
}

// utf16Page is a text in UTF-16 with a byte order mark.
func utf16Page(text string) []byte {
	b := []byte("\xff\xfe")
	for _, c := range []byte(text) {
		b = append(b, c, 0)
	}
	return b
}

// kindRows returns files of all kinds.
func kindRows(t testing.TB) []kindRow {
	state := dictionary(str("x"), floats(2))
	whole, old := checkpointFile(t, state, six), legacyFile(legacy(state))
	good := file(t, safetensors.F32, []uint64{3}, []float32{1, 2, 3})
	const onnx = "\x08\x07\x12\x07pytorch\x1a\x051.9.0:\x10\x0a\x04\x0a\x02in\x12\x08graph123B\x02\x10\x0d"
	pages := []string{"<!DOCTYPE html><title>x</title>", "\n\t <HTML lang=en>", "\xef\xbb\xbf<!doctype HTML>",
		`<?xml version="1.0"?><!DOCTYPE html PUBLIC "x">`, "<Error><Code>NoSuchKey</Code></Error>",
		"<head><title>\xe9\x80"}
	var rows []kindRow
	add := func(want, next string, contents ...string) {
		for _, c := range contents {
			rows = append(rows, kindRow{[]byte(c), want, next})
		}
	}
	add("a PyTorch checkpoint", "", string(whole), string(old),
		"\x80\x04\x95\x0d\x00\x00\x00\x00\x00\x00\x00\x8a\x0a"+legacyMagic+"\x2e")
	add("a PyTorch checkpoint", "", string(zipFile(t, zip.Store, "m/data.pkl", "m/.format_version",
		"m/.storage_alignment", "m/byteorder", "m/data/0", "m/version", "m/.data/serialization_id")))
	add("a torch.package archive", "save the state dict", string(zipFile(t, zip.Store, "m/.data/extern_modules",
		"m/.data/version", "m/m/data.pkl")))
	add("a .safetensors file", "", string(good))
	add("a truncated .safetensors file", "download it again", string(good[:20]))
	add("a truncated zip file", "download it again", string(whole[:len(whole)/2]), string(whole[:4]))
	add("an ONNX model", "use the", onnx, onnx[:11], onnx[2:])
	add("a truncated ONNX model", "download it again", onnx[:30])
	add("a TorchScript archive", "save its weights with torch.save(torch.jit.load(",
		string(zipFile(t, zip.Deflate, "m/data.pkl", "m/constants.pkl", "m/code/__torch__/m.py")),
		string(zipFile(t, zip.Store, "m/code/__torch__.py", "m/data.pkl")), string(zipFile(t, zip.Store,
			"m/bytecode.pkl")))
	add(`a zip file of an unpacked checkpoint, with "a/g/data.pkl"`, "download the original",
		string(zipFile(t, zip.Store, "a/g/data.pkl", "a/g/data/0")), string(zipFile(t, zip.Deflate, "a/g/data.pkl")))
	add(`a zip file of several checkpoints, "a/data.pkl" and "b/data.pkl"`, "use one",
		string(zipFile(t, zip.Store, "b/data.pkl", "a/data.pkl")))
	add("a Git LFS pointer", "download the file itself, with git lfs pull",
		"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
		"version https://hawser.github.com/spec/v1\noid sha256:4d7a\nsize 1\n")
	add("a web page", "download the weights file", pages...)
	add("a web page", "download the weights file", string(utf16Page("<!DOCTYPE html>")))
	add(`a short text, "Entry not found"`, "download the weights file", "Entry not found", "Entry not found\n")
	add(`a short text, "{\"error\":\"Repository not found\"}"`, "download the weights file",
		`{"error":"Repository not found"}`)
	add("a short text", "download the weights file", "404: Not Found", "../../blobs/0123456789abcdef", `{"detail":"x"}`)
	add("a git-annex pointer", "download the file itself", "/annex/objects/SHA256E-s1--0.pth\n")
	add("a configuration in JSON", "use a", `{"sampling_rate": 22050, "num_mels": 80}`, "[1, 2]", "{cut")
	add("a damaged zip file", "download it again", string(bytes.Replace(whole, []byte("PK\x01\x02"),
		[]byte("PK\x01\x03"), 1)))
	add("a configuration", "use a", "# comment\nsampling_rate: 22050\nlist:\n  - 1\n", "[a]\nb = 1\n")
	add("a text file", "use a", strings.Repeat("some words of prose\n", 10))
	add("the index of a model in 2 shards", "join the shards",
		`{"metadata":{"total_size":1},"weight_map":{"a":"1.safetensors","b":"2.safetensors","c":"1.safetensors"}}`)
	add("a tar archive", "unpack it", string(tarFile(t, tar.FormatUSTAR, "a/b.txt")), string(tarFile(t, tar.FormatPAX,
		"ä")),
		string(tarFile(t, tar.FormatGNU, "x")), string(oldTarFile(t, "x")))
	add("a NeMo archive", "unpack it with tar -xf", string(tarFile(t, tar.FormatUSTAR, "./model_config.yaml",
		"./model_weights.ckpt")),
		string(oldTarFile(t, "model_weights.ckpt")))
	add("a tar archive, as PyTorch wrote before 0.2", "load it with PyTorch", string(tarFile(t, tar.FormatPAX,
		"sys_info", "pickle")))
	add("a gzip archive", "unpack it", "\x1f\x8b\x08\x00\x00\x00\x00\x00")
	add("a bzip2 archive", "unpack it", "BZh91AY&SY\x00")
	add("an xz archive", "unpack it", "\xfd7zXZ\x00\x00")
	add("a Zstandard archive", "unpack it", "\x28\xb5\x2f\xfd\x00")
	add("a 7z archive", "unpack it", "7z\xbc\xaf\x27\x1c\x00")
	add("a RAR archive", "unpack it", "Rar!\x1a\x07\x01\x00")
	add(`a checkpoint that was zipped again, with entry "g/data/0"`, "download the original",
		string(zipFile(t, zip.Deflate, "g/data.pkl", "g/data/0")))
	add(`a zip file that holds "a/g.pth" and 1 more`, "unpack it", string(zipFile(t, zip.Deflate, "a/g.pth",
		"a/x.safetensors")))
	add(`a zip file without weights, its first entry is "README"`, "use a", string(zipFile(t, zip.Store, "README")))
	add("an empty zip file", "download it again", string(zipFile(t, zip.Store)))
	add("a file of NumPy arrays (.npz)", "save the arrays", string(zipFile(t, zip.Store, "a.npy", "b.npy")))
	add("a Keras model", "convert its weights", string(zipFile(t, zip.Store, "config.json", "metadata.json",
		"model.weights.h5")))
	add("a NumPy array (.npy)", "use a", "\x93NUMPY\x01\x00")
	add("an HDF5 file", "convert it", "\x89HDF\r\n\x1a\n\x00")
	add("a TensorFlow Lite model", "use a", "\x1c\x00\x00\x00TFL3\x00")
	add("a GGUF file", "convert it", "GGUF\x03\x00\x00\x00")
	add("a file in MessagePack", "convert it", "\x81\xa7decoder\x81\xa1w\xc7\x00", "\xde\x00\x10\xa3abc")
	add("an empty file", "download it again", "")
	add("a file of white space", "download it again", " \r\n")
	add("a file of zeros only", "download it again", "\x00", strings.Repeat("\x00", 10000))
	add("a sound file", "use a", "RIFF\x24\x00\x00\x00WAVEfmt ", "fLaC\x00\x00\x00\x22", "OggS\x00\x02", "ID3\x04\x00",
		"\xff\xfb\x90\x64\x00", "FORM\x00\x00\x00\x00AIFF")
	add("a .lyra file, which holds coded speech", "decode it to sound", "\x89LYRA\r\n\x1a\x01\x00\x00\x00")
	add("a PDF document", "use a", "%PDF-1.7\n\xe2")
	add("an image", "use a", "\x89PNG\r\n\x1a\n\x00", "\xff\xd8\xff\xe0\x00\x10JFIF")
	add("a program or library", "use a", "\x7fELF\x02\x01\x01", "MZ"+strings.Repeat("\x00",
		58)+"\x40\x00\x00\x00PE\x00\x00",
		"\xcf\xfa\xed\xfe\x0c\x00", "\xca\xfe\xba\xbe\x00\x00")
	add("a pickle, but not a PyTorch checkpoint", "save the state dict",
		"\x80\x04\x95\x02\x00\x00\x00\x00\x00\x00\x00}\x94.",
		"\x80\x02K\x01.", "(dp0\nS'a'\np1\nI1\ns.", "(lp1\nI1\na.", "ccollections\nOrderedDict\np0\n(Rp1\n.", "}q\x00.")
	add("a file of unknown kind, which begins with the bytes 01 02 03 ff 05 06 07 08", "use a",
		"\x01\x02\x03\xff\x05\x06\x07\x08\x09\x0a")
	add("a file of unknown kind, which begins with the bytes 08 07", "use a",
		"\x08\x07\x12\x02\x00\x01\x00\x00\x00\x00")
	add("a file of only 2 bytes, 08 07, which may be truncated", "download it again", "\x08\x07")
	add("a file of only 2 bytes, 50 4b, which may be truncated", "download it again", string(whole[:2]))
	add("a file of only 8 bytes", "download it again", string(good[:8]))
	add("a truncated PyTorch checkpoint", "download it again", string(old[:3]), string(old[:13]))
	add("a damaged zip file, which has the bytes ef bb bf in front", "download it again, as a binary file",
		"\xef\xbb\xbf"+string(whole))
	add("a damaged .safetensors file, whose first 8 bytes", "download it again", "12345\x01oX"+string(good[8:]),
		strings.Repeat("\x00", 8)+string(good[8:]))
	add("an OpenVINO model", "use the", `<?xml version="1.0"?><net name="x" version="11"><layers><layer id="0">`)
	add("an XML document", "download the weights file", `<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>`)
	const description = "\x12\x07\x0a\x05\x0a\x03mel"
	add("a Core ML model", "use the", "\x08\x04"+description+"\xa2\x1f\x02ab")
	add("a TensorFlow SavedModel", "use the", "\x08\x01"+description)
	add("a zip file of a TensorFlow SavedModel", "use the", string(zipFile(t, zip.Deflate, "m/saved_model.pb")))
	add("a zip file of a Core ML package", "use the", string(zipFile(t, zip.Deflate, "m.mlpackage/Manifest.json")))
	add("the index of a model in 1 shard", "use that file", `{"weight_map":{"a":"1.bin","b":"1.bin"}}`)
	return rows
}

// TestRecognize requires the kind of each file by its content, and that Open says the same of what it does not read.
func TestRecognize(t *testing.T) {
	for _, c := range kindRows(t) {
		t.Run(c.want, func(t *testing.T) {
			k, err := Recognize(bytes.NewReader(c.content), int64(len(c.content)))
			if err != nil || !strings.HasPrefix(k.Name, c.want) || k.Readable != (c.next == "") ||
				!strings.HasPrefix(k.Next, c.next) {
				t.Fatalf("got %+v, error %v, want %q, to read: %t, and then %q", k, err, c.want, c.next == "", c.next)
			}
			if k.Readable {
				return
			}
			_, err = read(c.content)
			if got, want := message(err), "is "+k.Name+": "+k.Next; got != want {
				t.Errorf("got error %q, want %q", got, want)
			}
			whole := !strings.HasPrefix(k.Next, again)
			if got := errors.Is(err, errors.ErrUnsupported); got != whole {
				t.Errorf("error %v is ErrUnsupported: got %t, want %t", err, got, whole)
			}
			checkError(t, err)
		})
	}
}

// FuzzRecognize requires a name for every file and, if it is not read, advice. Open must return both.
func FuzzRecognize(f *testing.F) {
	for _, row := range kindRows(f) {
		f.Add(row.content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		k, err := Recognize(bytes.NewReader(content), int64(len(content)))
		checkError(t, err)
		if err != nil {
			return
		}
		if k.Name == "" || k.Readable != (k.Next == "") {
			t.Errorf("got %+v, want a name, and advice if it is not readable", k)
		}
		if !k.Readable {
			_, err := openFile(content)
			checkError(t, err)
			if got, want := message(err), "is "+k.Name+": "+k.Next; got != want {
				t.Errorf("got error %q, want %q", got, want)
			}
		}
	})
}

// TestRecognizeNoise requires that random bytes are of unknown kind, except for some in ten thousand that begin as
// formats with short signatures do, and that none is an ONNX model.
func TestRecognizeNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const files = 200000
	named := 0
	for range files {
		b := make([]byte, 16+r.IntN(60))
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		k, err := Recognize(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(k.Name, "a file of unknown kind") {
			named++
		}
		if strings.Contains(k.Name, "ONNX") {
			t.Errorf("got %s for % x, want none", k.Name, b)
		}
	}
	if most := files / 2000; named > most {
		t.Errorf("random files with a name: got %d of %d, want at most %d", named, files, most)
	}
}
