package fileio

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/tailwave/tailwave/stream/npy"
)

// A kind is a format in which people save frames, or which they name by mistake, and which is not read.
type kind struct {
	name string
	save string // what to do; %s is the name of a .npy file to save the frames in
}

var (
	npz         = kind{"an archive of arrays (.npz)", "save the one array with np.save(%s, a)"}
	torch       = kind{"a PyTorch file", "save the frames with np.save(%s, mel.cpu().numpy())"}
	archive     = kind{"a ZIP archive", "unpack it, or save the frames with np.save(%s, mel)"}
	pickle      = kind{"a Python pickle", "save the frames with np.save(%s, mel)"}
	safetensors = kind{"a .safetensors file", "save the one tensor with np.save(%s, mel), or set --model to it if it is the vocoder"}
	hdf5        = kind{"an HDF5 file (.h5)", "save the one data set with np.save(%s, mel)"}

	// These are text, or do not hold frames.
	text    = kind{"text", "save its numbers as an array, with np.save(%s, mel)"}
	page    = kind{"a web page", "get the file itself"}
	pointer = kind{"a Git LFS pointer, not the file itself", "get the file with git lfs pull"}
	onnx    = kind{"an ONNX model", "save the frames that it is to play with np.save(%s, mel)"}
	gzip    = kind{"compressed with gzip", "unpack it with gunzip"}
)

// frames returns the error for an input of that kind where frames are expected.
func (k *kind) frames(in *Input) error {
	name := "mel"
	if in.File != nil {
		name = strings.TrimSuffix(filepath.Base(in.Name), filepath.Ext(in.Name))
	}
	return errors.New("is " + k.name + ": " + strings.Replace(k.save, "%s", fmt.Sprintf("%.80q", name+".npy"), 1))
}

// notSound returns the error for an input that begins with head where sound is expected; nil if it is text or not
// known.
func notSound(head []byte) error {
	k, _ := kindOf(head)
	switch {
	case bytes.HasPrefix(head, []byte(npy.Magic)):
		return errors.New("is an array (.npy), not sound: use tailwave vocode if it holds mel frames")
	case k == nil || k == &text:
		return nil // the error of the WAV reader says what it needs
	case !strings.Contains(k.save, "%s"):
		return fmt.Errorf("is %s: %s", k.name, k.save)
	}
	return fmt.Errorf("is %s, not sound: save mel frames with np.save, and use tailwave vocode", k.name)
}
