package weights

import (
	"encoding/binary"
	"regexp"
	"strings"
)

// A signature is a text at a fixed byte by which a kind is recognized.
type signature struct {
	at   int
	text string
	kind Kind
}

// signatures are those of formats that people keep next to weights, or mistake for weights. Short ones need
// [content.confirms].
var signatures = func() []signature {
	packed := func(what string) Kind { return Kind{Name: what, Next: unpack} }
	other := func(what string) Kind { return Kind{Name: what, Next: use} }
	convert := func(what string) Kind { return Kind{Name: what, Next: "convert it to .safetensors"} }
	sound, image := other("a sound file"), other("an image")
	return []signature{
		{0, "\x1f\x8b\x08", packed("a gzip archive")},
		{257, "ustar", packed("a tar archive")}, // with a wrong checksum; content.tar recognizes the others
		{0, "BZh", packed("a bzip2 archive")},
		{0, "\xfd7zXZ\x00", packed("an xz archive")},
		{0, "\x28\xb5\x2f\xfd", packed("a Zstandard archive")},
		{0, "\x04\x22\x4d\x18", packed("an LZ4 archive")},
		{0, "7z\xbc\xaf\x27\x1c", packed("a 7z archive")},
		{0, "Rar!\x1a\x07", packed("a RAR archive")},
		{0, "\x89LYRA\r\n\x1a", Kind{Name: "a .lyra file, which holds coded speech", Next: "decode it to sound"}},
		{0, "\x93NUMPY", other("a NumPy array (.npy)")},
		{0, "\x89HDF\r\n\x1a\n", convert("an HDF5 file, such as Keras weights or statistics")},
		{4, "TFL3", other("a TensorFlow Lite model")},
		{4, "ORTM", other("a model of ONNX Runtime")},
		{4, "ET12", other("a program of ExecuTorch")},
		{0, "GGUF", convert("a GGUF file")},
		{0, "lmgg", convert("a GGML file")}, {0, "ggml", convert("a GGML file")}, {0, "tjgg", convert("a GGML file")},
		{0, "7767517\n", other("an ncnn network")},
		{0, "ftrt", other("a TensorRT engine")}, {0, "ptrt", other("a TensorRT engine")},
		{0, "MATLAB 5.0", convert("a MATLAB file")},
		{0, "SQLite format 3\x00", other("an SQLite database")},
		{0, "ARROW1", convert("an Arrow file")}, {0, "PAR1", convert("a Parquet file")},
		{8, "WAVE", sound}, {0, "fLaC", sound}, {0, "OggS", sound}, {0, "ID3", sound}, {8, "AIF", sound},
		{0, ".snd", sound}, {0, "caff", sound}, {0, "#!AMR", sound}, {0, "\xff\xfb", sound}, {0, "\xff\xfa", sound},
		{0, "\xff\xf3", sound}, {0, "\xff\xf2", sound},
		{4, "ftyp", other("a sound or video file (MP4)")}, {0, "\x1a\x45\xdf\xa3",
			other("a sound or video file (Matroska)")},
		{8, "AVI ", other("a video file")},
		{0, "%PDF-", other("a PDF document")},
		{0, "\x89PNG\r\n\x1a\n", image}, {0, "\xff\xd8\xff", image}, {0, "GIF8", image}, {8, "WEBP", image},
		{0, "\x7fELF", other("a program or library (ELF)")}, {0, "MZ", other("a program or library (Windows)")},
		{0, "\xfe\xed\xfa\xce", other("a program or library (Mach-O)")},
		{0, "\xfe\xed\xfa\xcf", other("a program or library (Mach-O)")},
		{0, "\xce\xfa\xed\xfe", other("a program or library (Mach-O)")},
		{0, "\xcf\xfa\xed\xfe", other("a program or library (Mach-O)")},
		{0, "\xca\xfe\xba\xbe", other("a program or library (Mach-O or Java)")},
	}
}()

// signature recognizes formats by fixed bytes.
func (c content) signature() (Kind, bool) {
	for _, s := range signatures {
		if c.has(s.at, s.text) && c.confirms(s) {
			return s.kind, true
		}
	}
	return Kind{}, false
}

// confirms checks more bytes where a signature is so short that other files may have it by chance.
func (c content) confirms(s signature) bool {
	switch {
	case s.text == "BZh":
		return c.has(4, "1AY&SY") || c.has(4, "\x17\x72\x45\x38\x50\x90")
	case s.text == "MZ": // byte 60 has the position of the header for Windows
		if len(c.head) < 64 {
			return false
		}
		at := binary.LittleEndian.Uint32(c.head[60:])
		return at < uint32(len(c.head)) && c.has(int(at), "PE\x00\x00")
	case s.text == "WAVE":
		return c.begins("RIFF") || c.begins("RF64") || c.begins("BW64")
	case s.text == "AIF":
		return c.begins("FORM")
	case s.text == "AVI ", s.text == "WEBP":
		return c.begins("RIFF")
	case len(s.text) == 2 && s.text[0] == 0xff: // an MP3 frame must have a valid bit rate and sample rate
		return len(c.head) > 2 && c.head[2]>>4 != 0 && c.head[2]>>4 != 15 && c.head[2]>>2&3 != 3
	}
	return true
}

// textPickle matches the beginning of pickles of protocols 0 and 1.
var textPickle = regexp.MustCompile(`^(\((lp|dp)[01]?\n|\(i[\w.]+\n\w+\n|c[\w.]+\n[\w.]+\n[p(oq]|[\]}]q[\x00\x01])`)

// pickle recognizes pickles that are not checkpoints, and the first bytes of a checkpoint from before PyTorch 1.6.
func (c content) pickle() (Kind, bool) {
	binary := len(c.head) > 2 && c.head[0] == 0x80 && c.head[1] >= 2 && c.head[1] <= 5
	if !binary && !textPickle.Match(c.head) {
		return Kind{}, false
	}
	start := "\x80\x02\x8a\x0a" + legacyMagic
	if c.size < int64(len(start)) && strings.HasPrefix(start, string(c.head)) {
		return Kind{Name: "a truncated PyTorch checkpoint", Next: again, damaged: true}, true
	}
	return Kind{Name: "a pickle, but not a PyTorch checkpoint", Next: saveState}, true
}
