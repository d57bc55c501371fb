package fileio

import (
	"fmt"
	"path/filepath"
	"strings"
)

// A kind is a format in which people save frames, or which they name by mistake, and which is not read.
type kind struct {
	name  string
	save  string // what to do where frames are expected; %s is the name of a .npy file to save the frames in
	sound string // what to do where sound is expected
	model bool   // tailwave info describes files of the kind, by their path
}

// What to do about a file, shared by many kinds.
const (
	saveMel = "save the frames with np.save(%s, mel)"
	useMel  = "save mel frames with np.save, and use tailwave vocode"
	unpack  = "unpack it"
	nameWAV = "name a WAV file"
	nameMel = "name a WAV file or a .npy file of frames"
)

// Kinds that hold arrays.
var (
	npz         = kind{name: "an archive of arrays (.npz)", save: "save the one array with np.save(%s, a)", sound: useMel}
	torch       = kind{"a PyTorch file", "save the frames with np.save(%s, mel.cpu().numpy())", useMel, true}
	pickle      = kind{name: "a Python pickle", save: saveMel, sound: useMel}
	safetensors = kind{"a .safetensors file", "save the one tensor with np.save(%s, mel), or set --model to it if it is the vocoder", useMel, true}
	hdf5        = kind{name: "an HDF5 file (.h5)", save: "save the one data set with np.save(%s, mel)", sound: useMel}
	matlab      = kind{name: "a MATLAB file", save: "save the one array with np.save(%s, mel)", sound: useMel}
	array       = kind{name: "an array (.npy)", sound: "use tailwave vocode if it holds mel frames"} // frames are expected in it
)

// Kinds that hold neither sound nor frames.
var (
	codes    = kind{"a .lyra file", decode, decode, true}
	text     = kind{name: "text", save: "save its numbers as an array, with np.save(%s, mel)", sound: nameWAV}
	page     = kind{name: "a web page", save: "get the file itself", sound: "get the file itself"}
	pointer  = kind{name: "a Git LFS pointer", save: "get the file with git lfs pull", sound: "get the file with git lfs pull"}
	onnx     = kind{name: "an ONNX model", save: "save the frames that it is to play with np.save(%s, mel)", sound: useMel}
	tflite   = kind{"a TensorFlow Lite model", "name its folder as --model if it is the codec's", nameWAV, true}
	gguf     = kind{name: "a GGUF model", save: nameMel, sound: nameWAV}
	image    = kind{name: "an image", save: nameMel, sound: nameWAV}
	pdf      = kind{name: "a PDF document", save: nameMel, sound: nameWAV}
	midi     = kind{name: "a MIDI file, which holds notes", save: "render them to WAV first", sound: "render them to WAV first"}
	program  = kind{name: "a program", save: nameMel, sound: nameWAV}
	archive  = kind{name: "a ZIP archive", save: unpack + ", or " + saveMel, sound: unpack}
	gzip     = kind{name: "compressed with gzip", save: "unpack it with gunzip", sound: "unpack it with gunzip"}
	packed   = kind{name: "a compressed file", save: unpack, sound: unpack}
	tarball  = kind{name: "a tar archive", save: unpack, sound: "unpack it with tar -xf"}
	database = kind{name: "an SQLite database", save: nameMel, sound: nameWAV}
)

// decode is what to do about a .lyra file; %i is its name, and %w the name of a WAV file to decode it to.
const decode = "decode it first: tailwave codec decode %i %w --model lyra/"

// A KindError reports a file that is not of the kind that a command reads, and what to do.
type KindError struct {
	Kind  string // a noun phrase, such as "a ZIP archive"
	Model bool   // tailwave info describes files of the kind, by their path

	kind *kind
	text string
}

// Error says what the file is, and what to do.
func (e *KindError) Error() string { return e.text }

// problem returns the error for an input of that kind: what is between its name and what to do.
func (k *kind) problem(in *Input, what, do string) error {
	base, source, out := "mel", "-", "out.wav"
	if in.File != nil {
		stem := strings.TrimSuffix(in.Name, filepath.Ext(in.Name))
		base, source, out = filepath.Base(stem), QuotePath(in.Name), QuotePath(stem+".wav")
	}
	do = strings.NewReplacer("%s", fmt.Sprintf("%.80q", base+".npy"), "%i", source, "%w", out).Replace(do)
	return &KindError{Kind: k.name, Model: k.model, kind: k, text: "is " + k.name + what + ": " + do}
}

// frames returns the error for an input of that kind where frames are expected.
func (k *kind) frames(in *Input) error { return k.problem(in, "", k.save) }

// notSound returns the error for an input that begins with head where sound is expected; nil if it is not known. At the
// end of the input, head is shorter than wholeBytes.
func (in *Input) notSound(head []byte) error {
	k, _ := kindOf(head)
	if k == nil {
		k = wholeKind(head)
	}
	if k == nil {
		return nil // the error of the WAV reader says what it needs
	}
	return k.problem(in, ", not sound", k.sound)
}
