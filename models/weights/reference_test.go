package weights

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"
)

// openReference opens a file of the reference data.
func openReference(t *testing.T, path ...string) (*File, error) {
	t.Helper()
	content, err := os.ReadFile(reference.File(t, path...))
	if err != nil {
		t.Fatal(err)
	}
	return openFile(content)
}

// TestReferenceCases requires the tensors of real checkpoints with other objects in them, and what other files are.
func TestReferenceCases(t *testing.T) {
	for _, c := range []struct {
		path    string
		key     string // of the dictionary
		tensors int
		want    string // how the error begins; "" for none
	}{
		{"namespace/g.pth", "generator", 114, ""},
		{"defaultdict/g.pth", "generator", 114, ""},
		{"pathlib/g.pth", "generator", 114, ""},
		{"numpy_scalar/g.pth", "generator", 114, ""},
		{"zip_folder/g.pth", "generator", 114, ""},
		{"jik_legacy/g.pth", "generator", 114, ""},
		{"coqui_old/model_file.pth", "model", 114, ""},
		{"lightning_generator/last.ckpt", "state_dict", 114, ""},
		{"whole_module/g.pth", "", 0, "checkpoint is a whole module, gen.Gen, "},
		{"torchscript/g.pt", "", 0, "is a TorchScript archive: save its weights with torch.save(torch.jit.load("},
		{"truncated/g.pth", "", 0, "is a truncated zip file: download it again"},
		{"lfs_pointer/g.pth", "", 0, "is a Git LFS pointer: download the file itself, with git lfs pull"},
		{"html_page/g.pth", "", 0, "is a web page: download"},
		{"nemo_tar/m.pt", "", 0, "is a NeMo archive (a tar file): unpack it"},
		{"onnx_as_model/g.onnx", "", 0, "is an ONNX model: "},
		{"sharded/model.safetensors.index.json", "", 0, "is the index of a model in 2 shards: join"},
		{"mel_scales/mel.pt", "", 0, "checkpoint is one tensor of shape [80, 244], not a dictionary of tensors"},
		{"mel_scales/z.npz", "", 0, "is a file of NumPy arrays (.npz): "},
		{"pwg_words/stats.h5", "", 0, "is an HDF5 file"},
		{"cfg_yml_only/config.yml", "", 0, "is a configuration: "},
	} {
		t.Run(c.path, func(t *testing.T) {
			f, err := openReference(t, append([]string{"cases", "checkpoints"}, strings.Split(c.path, "/")...)...)
			if got := message(err); !strings.HasPrefix(got, c.want) || c.want == "" && err != nil {
				t.Fatalf("got error %q, want one that begins with %q", got, c.want)
			}
			checkError(t, err)
			if err != nil {
				return
			}
			got := map[string]int{}
			for _, d := range f.Dictionaries {
				got[d.Key] = len(d.Tensors)
			}
			if got[c.key] != c.tensors {
				t.Errorf("got tensors %v, want %d under %s", got, c.tensors, c.key)
			}
		})
	}
}

// TestReferenceModels requires that every checkpoint of the reference models opens, and that every other file is named.
func TestReferenceModels(t *testing.T) {
	folder := reference.File(t, "golden", "models") + string(filepath.Separator) // a link is followed with it
	opened := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		_, err = openFile(content)
		checkError(t, err)
		name := d.Name()
		switch ext := filepath.Ext(name); {
		case ext == ".onnx":
			if got, want := message(err), "is an ONNX model: "; !strings.HasPrefix(got, want) {
				t.Errorf("%s: got error %q, want one that begins with %q", path, got, want)
			}
		case ext == ".nemo":
			if got, want := message(err), "is a NeMo archive"; !strings.HasPrefix(got, want) {
				t.Errorf("%s: got error %q, want one that begins with %q", path, got, want)
			}
		case strings.Contains(".pth .pt .ckpt .pkl .bin .th .tar .safetensors", ext) && ext != "",
			strings.HasPrefix(name, "g_"), strings.HasPrefix(name, "do_"):
			opened++
			if err != nil {
				t.Errorf("%s: got error %v, want none", path, err)
			}
		default:
			if got, unknown := message(err), "is a file of unknown kind"; err == nil || strings.HasPrefix(got,
				unknown) {
				t.Errorf("%s: got error %q, want the kind of the file", path, got)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if opened < 20 {
		t.Errorf("got %d checkpoints, want at least 20", opened)
	}
}
