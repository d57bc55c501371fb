package models

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestOpenPth requires that a checkpoint and the .safetensors file next to it make the same model. The checkpoint is
// opened by name, as .PT, and by its folder.
func TestOpenPth(t *testing.T) {
	source := reference.File(t, "weights", "hifigan-v3-ljspeech")
	want, err := Open(source)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for from, to := range map[string]string{"config.json": "config.json", "g_v3.pth": "g.PT"} {
		b, err := os.ReadFile(filepath.Join(source, from))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, to), b)
	}
	for name, path := range map[string]string{
		"by name": filepath.Join(source, "g_v3.pth"), "as PT": filepath.Join(dir, "g.PT"), "folder": dir,
	} {
		t.Run(name, func(t *testing.T) {
			m, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			info := m.Info()
			info.Path, info.WeightsKey, info.Parameters = want.Info().Path, "", want.Info().Parameters
			if info != want.Info() {
				t.Errorf("info: got %+v, want %+v except for the path, the key and the parameters", m.Info(),
					want.Info())
			}
			// The checkpoint has weights before weight normalisation is folded.
			if m.Info().Parameters <= want.Info().Parameters {
				t.Errorf("parameters: got %d, want more than %d", m.Info().Parameters, want.Info().Parameters)
			}
		})
	}
}

// sameModel requires that OpenFS returns the model of Open from file systems of all kinds, by the name of the folder
// and of a file in it.
func sameModel(t *testing.T, folder, name string) {
	t.Helper()
	want, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	src := dsptest.Noise[float32](1, 20*want.Info().Mels)
	samples := synthesize(t, want, src)
	systems, open := fileSystems(t, folder)
	for kind, fsys := range systems {
		for _, at := range []string{".", name} {
			t.Run(kind+"/"+at, func(t *testing.T) {
				m, err := OpenFS(fsys, at)
				if err != nil {
					t.Fatal(err)
				}
				if *open != 0 {
					t.Errorf("open files: got %d, want 0", *open)
				}
				info := want.Info()
				if info.Path = "."; !info.Latents {
					info.Path = name
				}
				if m.Info() != info {
					t.Errorf("info: got %+v, want %+v", m.Info(), info)
				}
				if got := synthesize(t, m, src); !slices.Equal(got, samples) {
					t.Errorf("samples of OpenFS and of Open: %s", difference(got, samples))
				}
			})
		}
	}
}

// referenceFolder returns the folder of a trained generator.
func referenceFolder(t *testing.T) string {
	return reference.File(t, "weights", "hifigan-v3-ljspeech")
}

// TestOpenFS requires that a model is the same from any file system.
func TestOpenFS(t *testing.T) {
	dir := t.TempDir()
	h := small["resblock 1"]
	writeFile(t, filepath.Join(dir, "config.json"), configFile(t, h))
	writeSafetensors(t, filepath.Join(dir, "m.safetensors"), randomHiFiGAN(h))
	sameModel(t, dir, "m.safetensors")
}

// TestOpenFSPth requires the same of a checkpoint.
func TestOpenFSPth(t *testing.T) {
	source, dir := reference.File(t, "weights", "hifigan-v3-ljspeech"), t.TempDir()
	for _, name := range []string{"config.json", "g_v3.pth"} {
		b, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, name), b)
	}
	sameModel(t, dir, "g_v3.pth")
}

// TestOpenFSCodec requires the same of a codec.
func TestOpenFSCodec(t *testing.T) {
	sameModel(t, reference.File(t, "weights", "lyra-1.2.0"), "lyragan.tflite")
}

// TestOpenErrors requires that Open and OpenFS return the same errors, which begin with the path as the caller wrote
// it.
func TestOpenErrors(t *testing.T) {
	h := small["resblock 1"]
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"empty/x":                  nil,
		"bare/m.safetensors":       safetensorsFile(t, randomHiFiGAN(h)),
		"garbage/config.json":      configFile(t, h),
		"garbage/m.pth":            make([]byte, 100),
		"folder/config.json/x":     nil,
		"folder/m.safetensors":     safetensorsFile(t, randomHiFiGAN(h)),
		"codec/quantizer.tflite":   nil,
		"twice/config.json":        configFile(t, h),
		"twice/1.safetensors":      safetensorsFile(t, randomHiFiGAN(h)),
		"twice/2.safetensors":      safetensorsFile(t, randomHiFiGAN(small["resblock 2"])),
		"weights.safetensors/file": nil,
	} {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		writeFile(t, at, content)
	}
	for _, c := range []struct {
		path, want string
		is         error
	}{
		{"none", "none: no such file or directory: check the path", fs.ErrNotExist},
		{"none.pth", "none.pth: no such file or directory: check the path", fs.ErrNotExist},
		{"none.tflite", "none.tflite: no such file or directory: check the path", fs.ErrNotExist},
		{"bare", "bare/config.json: no such file or directory: copy the config.json of the model next to its weights",
			fs.ErrNotExist},
		{"bare/m.safetensors", "bare/config.json: no such file or directory: copy the config.json", fs.ErrNotExist},
		{"codec", "codec/soundstream_encoder.tflite: no such file or directory: name the folder of the three .tflite files",
			fs.ErrNotExist},
		{"empty", "empty: is a folder without weights: ", nil},
		{"weights.safetensors", "weights.safetensors: is a folder without", nil},
		{"folder", "folder/config.json: is a folder, must be a file", nil},
		{"folder/m.safetensors", "folder/config.json: is a folder, must be a file", nil},
		{"garbage", "garbage/m.pth: is a file of zeros only: download it again", nil},
		{"twice", "twice: has weights of different models: pass the path of one file: " +
			"1.safetensors (the HiFi-GAN of config.json), 2.safetensors (another HiFi-GAN, ", nil},
	} {
		t.Run(c.path, func(t *testing.T) {
			_, hostErr := Open(filepath.Join(dir, filepath.FromSlash(c.path)))
			_, fsErr := OpenFS(os.DirFS(dir), c.path)
			host := dir + string(filepath.Separator) + filepath.FromSlash(c.want)
			for want, err := range map[string]error{host: hostErr, c.want: fsErr} {
				if err == nil || !strings.HasPrefix(err.Error(), want) {
					t.Errorf("got error %v, want one that begins with %q", err, want)
				}
				if c.is != nil && !errors.Is(err, c.is) || errors.Is(err, errors.ErrUnsupported) {
					t.Errorf("got error %v, want one that is %v and not ErrUnsupported", err, c.is)
				}
			}
		})
	}
	t.Run("invalid name", func(t *testing.T) {
		name := "../" + path.Base(dir)
		_, err := OpenFS(os.DirFS(dir), name)
		if !errors.Is(err, fs.ErrInvalid) || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("got error %v, want one that begins with %q and is ErrInvalid", err, name+": ")
		}
	})
}

// TestTrainedLatency compares Info.Latency and Info.Receptive of trained models with the samples that NaN reaches, in
// one frame and from a frame on.
func TestTrainedLatency(t *testing.T) {
	if cpu, err := dsp.CPU(); err != nil || cpu == "generic" {
		t.Skip("skipped, the generic kernels would take minutes")
	}
	for _, name := range []string{"hifigan-v3-ljspeech", "mb-melgan-ljspeech"} {
		t.Run(name, func(t *testing.T) {
			m, err := Open(reference.File(t, "weights", name))
			if err != nil {
				t.Fatal(err)
			}
			mels, hop := m.Info().Mels, m.Info().Hop
			// More frames than those whose padding reaches a sample in the middle.
			before := m.Info().Receptive + (m.Info().Latency+hop-1)/hop
			frames := 2*before + 1
			src := dsptest.Noise[float32](5, frames*mels)
			nan := float32(math.NaN())

			one := slices.Clone(src)
			one[before*mels] = nan
			p, err := m.NewStream()
			if err != nil {
				t.Fatal(err)
			}
			depends := make([]int, hop) // frames, for each place of a sample in its hop
			for i, v := range p.Flush(p.Process(nil, one)) {
				if v != v {
					depends[i%hop]++
				}
			}
			if most := slices.Max(depends); m.Info().Receptive != most {
				t.Errorf("Info.Receptive: got %d, want %d frames, in which NaN shows in one sample", m.Info().Receptive,
					most)
			}

			p.Reset()
			held, emitted, taken := 0, 0, 0
			for n := 1; n <= before; n++ {
				emitted += len(p.Process(nil, src[taken*mels:n*mels]))
				taken = n
				held = max(held, n*hop-emitted)
			}
			if m.Info().Latency != held {
				t.Errorf("Info.Latency: got %d, want %d samples, which wait at most", m.Info().Latency, held)
			}
			rest := slices.Clone(src)
			for i := before * mels; i < len(rest); i++ {
				rest[i] = nan
			}
			p.Reset()
			settled := slices.IndexFunc(p.Flush(p.Process(nil, rest)), func(v float32) bool { return v != v })
			if reflects := m.Info().MinFrames > 1; emitted > settled || emitted < settled && !reflects {
				t.Errorf("after %d frames: got %d samples, want %d, which do not depend on later frames (fewer: %v)",
					before, emitted, settled, reflects)
			}
		})
	}
}

// A counting file system counts the open files. They implement io.ReaderAt only if readers is set.
type counting struct {
	fs.FS
	readers bool
	open    *int
}

func (c counting) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if err != nil {
		return nil, err
	}
	*c.open++
	if d, ok := f.(fs.ReadDirFile); ok {
		return countedFolder{d, c.open}, nil
	}
	if r, ok := f.(io.ReaderAt); ok && c.readers {
		return countedReader{countedFile{f, c.open}, r}, nil
	}
	return countedFile{f, c.open}, nil
}

type countedFile struct {
	fs.File
	open *int
}

func (c countedFile) Close() error { *c.open--; return c.File.Close() }

type countedReader struct {
	countedFile
	io.ReaderAt
}

type countedFolder struct {
	fs.ReadDirFile
	open *int
}

func (c countedFolder) Close() error { *c.open--; return c.ReadDirFile.Close() }

// fileSystems returns the files of a folder as file systems of all kinds, with a count of the files open in some.
func fileSystems(t *testing.T, folder string) (map[string]fs.FS, *int) {
	t.Helper()
	files := fstest.MapFS{}
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = &fstest.MapFile{Data: b}
		w, err := z.Create(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		w.Write(b)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil {
		t.Fatal(err)
	}
	open := new(int)
	return map[string]fs.FS{
		"MapFS": files, "DirFS": os.DirFS(folder), "zip": r,
		"counting": counting{files, true, open}, "without ReaderAt": counting{files, false, open},
	}, open
}
