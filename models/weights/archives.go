package weights

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// torchScriptKind has the code of a model in it, which this package would have to run.
var torchScriptKind = Kind{Name: "a TorchScript archive",
	Next: "save its weights with torch.save(torch.jit.load(...).state_dict(), ...)"}

// zipKind returns the kind of a zip file by the names of its entries.
func zipKind(entries map[string]*zip.File) Kind {
	names := slices.Sorted(maps.Keys(entries))
	pickle, deeper, compressed, code, arrays := "", "", "", false, 0
	var inside []string // entries with the extensions of weights
	for _, name := range names {
		_, base, _ := strings.Cut(name, "/")
		switch {
		case base == "constants.pkl", base == "bytecode.pkl", base == "attributes.pkl",
			strings.HasPrefix(base, "code/__torch__"):
			return torchScriptKind
		case strings.HasPrefix(base, "code/"):
			code = true
		case base == "data.pkl" && pickle != "":
			return Kind{Name: fmt.Sprintf("a zip file of several checkpoints, %s and %s", quote(pickle), quote(name)),
				Next: "use one of them, as torch.save wrote it"}
		case base == "data.pkl":
			pickle = name
		case path.Base(name) == "data.pkl":
			deeper = name
		case base == ".data/serialization_id": // torch.save writes this entry too, since PyTorch 2.1
		case strings.HasPrefix(base, ".data/"), name == ".data/version":
			return Kind{Name: "a torch.package archive", Next: saveState}
		case strings.HasPrefix(base, "serialized_exported_program"), base == "models/model.json":
			return Kind{Name: "a program of torch.export", Next: saveState}
		case name == "model.weights.h5":
			return Kind{Name: "a Keras model", Next: "convert its weights to .safetensors"}
		case path.Base(name) == "saved_model.pb":
			return Kind{Name: "a zip file of a TensorFlow SavedModel", Next: original}
		case strings.Contains(name, ".mlpackage/"):
			return Kind{Name: "a zip file of a Core ML package", Next: original}
		case name == "[Content_Types].xml":
			return Kind{Name: "an Office document", Next: use}
		case name == "META-INF/MANIFEST.MF", name == "AndroidManifest.xml":
			return Kind{Name: "a Java or Android package", Next: use}
		}
		switch f := entries[name]; strings.ToLower(path.Ext(name)) {
		case ".npy":
			arrays++
		case ".pth", ".pt", ".ckpt", ".safetensors", ".bin", ".th", ".onnx", ".tflite", ".nemo", ".h5":
			inside = append(inside, name)
			fallthrough
		default:
			if f.Method != zip.Store || f.Flags&1 != 0 || f.CompressedSize64 != f.UncompressedSize64 {
				compressed = name
			}
		}
	}
	switch {
	case pickle != "" && code:
		return torchScriptKind
	case pickle != "" && compressed != "":
		return Kind{Name: fmt.Sprintf("a checkpoint that was zipped again, with entry %s compressed or encrypted",
			quote(compressed)), Next: "download the original, or unpack it and save it again with torch.save"}
	case pickle != "":
		return checkpointKind
	case deeper != "":
		return Kind{Name: fmt.Sprintf("a zip file of an unpacked checkpoint, with %s", quote(deeper)),
			Next: "download the original, or zip the folder of data.pkl alone, with zip -0 -r"}
	case len(names) == 0:
		return Kind{Name: "an empty zip file", Next: again, damaged: true}
	case arrays == len(names):
		return Kind{Name: "a file of NumPy arrays (.npz)", Next: "save the arrays as .safetensors"}
	case len(inside) > 0:
		more := ""
		if len(inside) > 1 {
			more = fmt.Sprintf(" and %d more", len(inside)-1)
		}
		return Kind{Name: fmt.Sprintf("a zip file that holds %s%s", quote(inside[0]), more), Next: unpack}
	}
	return Kind{Name: fmt.Sprintf("a zip file without weights, its first entry is %s", quote(names[0])), Next: use}
}

// brokenZip returns the kind of a file that begins as a zip file, but whose directory cannot be read. The directory is
// at the end, before a comment of at most 64 KiB. A file without the signature of a directory is truncated.
func (c content) brokenZip() Kind {
	kind := Kind{Name: "a truncated zip file", Next: again, damaged: true}
	at := max(0, c.size-1<<16-22)
	if end, err := readAt(c, at, c.size-at); err == nil && bytes.Contains(end, []byte("PK\x05\x06")) {
		kind.Name = "a damaged zip file"
	}
	return kind
}

// tarBlock is the length of a header in bytes. The contents of members are padded to multiples of it.
const tarBlock = 512

// tar recognizes tar files of all formats by the checksum of the first header. The names of the members show what the
// archive holds.
func (c content) tar() (Kind, bool) {
	header, at := c.head[:min(len(c.head), tarBlock)], int64(0)
	kind := Kind{Name: "a tar archive", Next: unpack}
	for member := 0; member < 64; member++ {
		size, ok := tarSize(header)
		if !ok {
			return kind, member > 0
		}
		name, _, _ := bytes.Cut(header[:100], []byte{0})
		switch path.Base(string(name)) {
		case "model_config.yaml", "model_weights.ckpt":
			return Kind{Name: "a NeMo archive (a tar file)",
				Next: "unpack it with tar -xf, and use model_weights.ckpt"}, true
		case "sys_info", "pickle", "tensors", "storages":
			kind = Kind{Name: "a tar archive, as PyTorch wrote before 0.2",
				Next: "load it with PyTorch, and save it again with torch.save"}
		}
		at += tarBlock + (size+tarBlock-1)/tarBlock*tarBlock
		if at > c.size-tarBlock {
			break
		}
		next, err := readAt(c, at, tarBlock)
		if err != nil {
			break
		}
		header = next
	}
	return kind, true
}

// tarSize returns the length of the member of a header. It returns false if the checksum is wrong, which is the sum of
// all bytes of the header with spaces in the field of the checksum itself.
func tarSize(header []byte) (int64, bool) {
	if len(header) < tarBlock || header[0] == 0 {
		return 0, false
	}
	octal := func(b []byte) (int64, bool) {
		n, err := strconv.ParseUint(string(bytes.Trim(b, " \x00")), 8, 40)
		return int64(n), err == nil
	}
	want, ok := octal(header[148:156])
	sum := int64(8 * ' ')
	for i, b := range header[:tarBlock] {
		if i < 148 || i >= 156 {
			sum += int64(b)
		}
	}
	if !ok || sum != want {
		return 0, false
	}
	size, ok := octal(header[124:136])
	if !ok { // lengths of 8 GiB and more are written in binary
		return 1 << 40, true
	}
	return size, true
}
